/* What a snapshot says of grants, packs, bought capacity and announced amendments. */
#include "snapshot_walk.h"

/* Whether a pack was bought or given is derived from its order; format 4 and older have it in the bytes. */
static void walk_source(fg_walk *walk, fg_lot *lot) {
  bool is_order = lot->source != FG_SOURCE_FREE;
  if (fg_walk_tells_all(walk)) {
    FG_WALK(walk, lot->source);
    return;
  }
  FG_WALK(walk, is_order);
  if (fg_walk_is_reading(walk)) {
    lot->source = is_order ? FG_SOURCE_PAID : FG_SOURCE_FREE;
  }
}

void fg_walk_lot(fg_walk *walk, fg_lot *lot) {
  fg_walk_string(walk, &lot->id);
  FG_WALK(walk, lot->units);
  FG_WALK(walk, lot->left);
  FG_WALK(walk, lot->issued);
  FG_WALK(walk, lot->expires);
  FG_WALK(walk, lot->owner);
  FG_WALK(walk, lot->offer);
  walk_source(walk, lot);
  FG_WALK(walk, lot->refunded);
  FG_WALK(walk, lot->refundable);
  FG_WALK(walk, lot->given_back);
  FG_WALK(walk, lot->regime);
  if (walk->format > 3) {
    FG_WALK(walk, lot->rolled);
    FG_WALK(walk, lot->rolls_from);
    FG_WALK_TOLD(walk, lot->bought);
    FG_WALK(walk, lot->refund);
  } else {
    lot->bought = lot->issued;
  }
}

void fg_walk_recurring_pack(fg_walk *walk, fg_recurring_pack *order) {
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

/* Writes or reads which capacity an order is of. Up to format 3 a product has at most one, so its product is in the
   bytes. */
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
