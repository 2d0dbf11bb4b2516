#include "offers.h"

#include "../book/attributes.h"
#include "../book/when.h"

bool fg_offer_fits(const fg_account *account, const fg_state *state, const fg_when *when, fg_time at) {
  return fg_offer_fits_in(account->book, state, when, at);
}

bool fg_offer_fits_in(const fg_book *edition, const fg_state *state, const fg_when *when, fg_time at) {
  const fg_attributes none = {NULL, 0};
  fg_asked asked = {0, false};
  fg_values values;
  if (when->count == 0) {
    return true;
  }
  fg_when_asks(when, &asked);
  return fg_values_read(edition, &asked, none, state->attributes, at, &values, NULL) == FG_OK &&
         fg_when_holds(when, &values);
}

fg_status fg_offer_check_count(const fg_sale *sale, int64_t quantity) {
  const fg_order_count *count = sale->count;
  bool is_sold = count == NULL || (quantity >= count->least && (quantity - count->least) % count->step == 0 &&
                                   (count->most < 0 || quantity <= count->most));
  return is_sold ? FG_OK : FG_ORDER_SIZE;
}

/* Whether the account holds one of these packs. It counts until it is void, also if it is used up. */
static bool holds_pack(const fg_account *account, const fg_state *state, const fg_names *names, fg_time at) {
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    bool is_valid = lot->source != FG_SOURCE_FREE && !lot->refunded && lot->expires > at;
    if (is_valid && fg_names_have(names, fg_book_owner(account->book, lot->owner)->packs[lot->offer].id)) {
      return true;
    }
  }
  return false;
}

static bool holds_capacity(const fg_account *account, const fg_state *state, const fg_names *names, fg_time at) {
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    bool is_valid = !order->refunded && order->from <= at && order->until > at;
    if (is_valid && fg_names_have(names, account->book->capacities[order->place].offer->meter)) {
      return true;
    }
  }
  return false;
}

/* Whether any part of a bundle is still valid. */
static bool is_bundle_valid(const fg_state *state, const fg_bundle_order *bundle, fg_time at) {
  bool is_valid = false;
  for (uint32_t i = 0; i < state->lots.count && !is_valid; i++) {
    const fg_lot *lot = &state->lots.items[i];
    is_valid = lot->source != FG_SOURCE_FREE && lot->expires > at && fg_string_equal(lot->id, bundle->id);
  }
  for (uint32_t i = 0; i < state->capacity.count && !is_valid; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    is_valid = order->from <= at && order->until > at && fg_string_equal(order->id, bundle->id);
  }
  return is_valid && !bundle->refunded;
}

static bool holds_bundle(const fg_account *account, const fg_state *state, const fg_names *names, fg_time at) {
  for (uint32_t i = 0; i < state->bundles.count; i++) {
    const fg_bundle_order *bundle = &state->bundles.items[i];
    if (fg_names_have(names, account->book->bundles[bundle->bundle].id) && is_bundle_valid(state, bundle, at)) {
      return true;
    }
  }
  return false;
}

fg_status fg_offer_check(const fg_account *account, const fg_state *state, const fg_sale *sale, fg_time at) {
  const fg_names *names = &sale->requires;
  if (!fg_offer_fits(account, state, &sale->when, at)) {
    return FG_NOT_SOLD;
  }
  bool is_held = names->count == 0 || holds_pack(account, state, names, at) ||
                 holds_capacity(account, state, names, at) || holds_bundle(account, state, names, at);
  return is_held ? FG_OK : FG_REQUIRES;
}
