/* What a snapshot says of grants, packs, bought capacity and announced amendments. */
#include "snapshot_walk.h"

/* Whether a pack was bought or given is known of its order. */
static void walk_source(fg_walk *walk, fg_grant *grant) {
  bool is_order = grant->source != FG_SOURCE_FREE;
  if (fg_walk_tells_all(walk)) {
    FG_WALK(walk, grant->source);
    return;
  }
  FG_WALK(walk, is_order);
  if (fg_walk_is_reading(walk)) {
    grant->source = is_order ? FG_SOURCE_PAID : FG_SOURCE_FREE;
  }
}

void fg_walk_grant(fg_walk *walk, fg_grant *grant) {
  fg_walk_string(walk, &grant->id);
  FG_WALK(walk, grant->units);
  FG_WALK(walk, grant->left);
  FG_WALK(walk, grant->issued);
  FG_WALK(walk, grant->expires);
  FG_WALK(walk, grant->owner);
  FG_WALK(walk, grant->offer);
  walk_source(walk, grant);
  FG_WALK(walk, grant->refunded);
  FG_WALK(walk, grant->refundable);
  FG_WALK(walk, grant->given_back);
  FG_WALK(walk, grant->regime);
  if (walk->format > 3) {
    FG_WALK(walk, grant->rolled);
    FG_WALK(walk, grant->rolls_from);
    FG_WALK_TOLD(walk, grant->bought);
    FG_WALK(walk, grant->refund);
  } else {
    grant->bought = grant->issued;
  }
}

void fg_walk_lot_order(fg_walk *walk, fg_lot_order *order) {
  FG_WALK(walk, order->lot);
  FG_WALK(walk, order->every.unit);
  FG_WALK(walk, order->every.count);
  FG_WALK(walk, order->until);
}

void fg_walk_bundle_order(fg_walk *walk, fg_bundle_order *order) {
  fg_walk_string(walk, &order->id);
  FG_WALK(walk, order->bought);
  FG_WALK(walk, order->bundle);
  FG_WALK(walk, order->refunded);
}

/* The place of a capacity; up to format 3 each product has one at most, and the product stands there. */
static void walk_place(fg_walk *walk, uint32_t *place) {
  const fg_book *book = walk->account->book;
  FG_WALK(walk, *place);
  if (walk->format <= 3) {
    bool is_one = *place < book->product_count && book->products[*place].capacity_count == 1;
    fg_walk_stop(walk, is_one ? FG_OK : FG_INVALID);
    *place = is_one ? book->products[*place].first_capacity : 0;
  }
}

void fg_walk_capacity(fg_walk *walk, fg_capacity_order *order) {
  fg_walk_string(walk, &order->id);
  FG_WALK(walk, order->quantity);
  FG_WALK(walk, order->from);
  FG_WALK(walk, order->until);
  walk_place(walk, &order->place);
  FG_WALK(walk, order->refunded);
  if (walk->format > 3) {
    FG_WALK(walk, order->by_days);
    fg_walk_amount(walk, &order->price);
    for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
      fg_walk_amount(walk, &order->changed[fund]);
    }
  }
}

void fg_walk_amendment(fg_walk *walk, fg_amendment *amendment) {
  FG_WALK(walk, amendment->announced);
  FG_WALK(walk, amendment->effective);
  FG_WALK(walk, amendment->product);
  FG_WALK(walk, amendment->grant);
  FG_WALK(walk, amendment->quantity);
}
