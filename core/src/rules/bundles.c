#include "bundles.h"

#include "../book/capacity_terms.h"
#include "capacity.h"
#include "packs.h"
#include "offers.h"
#include "orders.h"

/* Adds packs of a bundle. What a pack asks of its buyers where it is sold by itself does not hold in a bundle. */
static fg_status add_bundled_packs(fg_account *account, fg_state *draft, const fg_bundle_item *item, uint32_t owner,
                                   fg_string id, fg_time at) {
  int pack = fg_product_pack(fg_book_owner(account->book, owner), item->pack);
  fg_ordered unasked = {.id = id};
  if (pack == FG_NONE) {
    return FG_UNKNOWN_PACK;
  }
  const fg_lot lot = {.id = id,
                      .issued = at,
                      .owner = (uint16_t)owner,
                      .offer = (uint16_t)pack,
                      .source = FG_SOURCE_PAID,
                      .refundable = true};
  return fg_packs_begin(account, draft, lot, item->quantity, &unasked);
}

static fg_status add_bundled_capacity(const fg_account *account, fg_state *draft, const fg_bundle_item *item,
                                      uint32_t product, fg_string id, fg_time at) {
  const fg_book *book = account->book;
  int place = fg_product_capacity(book, &book->products[product], item->capacity);
  if (place == FG_NONE) {
    return FG_UNKNOWN_METER;
  }
  fg_capacity_order order = {.id = id, .quantity = item->quantity, .place = (uint32_t)place, .by_days = item->days > 0};
  const fg_policy policy = fg_policy_of(account, product);
  FG_TRY(fg_capacity_period(book, &policy, at, FG_NO_DATE, item->days, item->months, &order.from, &order.until));
  FG_TRY(fg_capacity_check(account, draft, &order));
  return fg_order_keep_capacity(account, draft, &order);
}

fg_status fg_bundle_buy(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                        fg_outcome *outcome) {
  const fg_book *book = account->book;
  int place = fg_book_bundle(book, command->bundle);
  if (place == FG_NONE) {
    return FG_UNKNOWN_PACK;
  }
  const fg_bundle *bundle = &book->bundles[place];
  FG_TRY(fg_offer_check(account, draft, &bundle->sale, command->at));
  outcome->is.order = (fg_ordered){.id = id}; /* the history keeps every member */
  for (uint32_t i = 0; i < bundle->item_count; i++) {
    const fg_bundle_item *item = &bundle->items[i];
    uint32_t owner = (uint32_t)fg_book_find_owner(book, item->product_id);
    FG_ASSERT(owner < fg_book_owner_count(book)); /* the loader has found the owner */
    FG_TRY(item->pack.text != NULL ? add_bundled_packs(account, draft, item, owner, id, command->at)
                                   : add_bundled_capacity(account, draft, item, owner, id, command->at));
  }
  fg_capacity_refresh(account, draft, command->at);
  FG_TRY(FG_STATE_RESERVE(account, draft, &draft->bundles));
  draft->bundles.items[draft->bundles.count++] = (fg_bundle_order){id, command->at, (uint32_t)place, false};
  return fg_order_pay(account, draft, command, bundle->price, &draft->spent.packs, outcome);
}
