#include "refund.h"

#include "../book/fraction.h"
#include "../book/refund_window.h"
#include "arrears.h"
#include "capacity.h"
#include "deduction.h"
#include "issue.h"
#include "packs.h"
#include "orders.h"
#include "wallet.h"

/* Whether a lot is of an order. The id of an order is that of its pack, of all lots of the pack, or of all packs of a
   bundle. */
static bool has_order_id(const fg_lot *lot, fg_string id) {
  return lot->source != FG_SOURCE_FREE && fg_string_equal(lot->id, id);
}

/* How many places for materials an order gave to a product. */
static int64_t places_of(const fg_account *account, const fg_state *draft, fg_string id, uint32_t owner) {
  int64_t places = 0;
  for (uint32_t i = 0; i < draft->lots.count; i++) {
    const fg_lot *lot = &draft->lots.items[i];
    bool counts = has_order_id(lot, id) && lot->owner == owner && fg_lot_is_of_materials(account, lot);
    places += counts ? lot->units : 0; /* as the limit counts them all */
  }
  return places;
}

/* R30: refuses an order of which something was used. */
static fg_status check_unused(const fg_state *draft, fg_string id) {
  for (uint32_t i = 0; i < draft->lots.count; i++) {
    const fg_lot *lot = &draft->lots.items[i];
    if (has_order_id(lot, id) && (lot->left < lot->units || lot->given_back > 0)) {
      return FG_PACK_USED;
    }
  }
  return FG_OK;
}

/* R32: refuses an order without which the materials held would not fit. */
static fg_status check_places(const fg_account *account, const fg_state *draft, fg_string id) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &draft->services[product];
    if (service->materials_held > service->materials_limit - places_of(account, draft, id, product)) {
      return FG_MATERIAL_IN_USE;
    }
  }
  return FG_OK;
}

static fg_status check_window(const fg_account *account, const fg_policy *policy, fg_time bought, fg_time at) {
  return at < fg_refund_end(account->book, policy, bought) ? FG_OK : FG_REFUND_WINDOW;
}

/* Whether a call in flight, or usage since the first such call, drew on an order, so that the end of a call may still
   move its units. */
static bool is_unsettled(const fg_account *account, const fg_state *draft, const fg_lot *lot) {
  const fg_product_group *group = &draft->groups[fg_book_owner(account->book, lot->owner)->group];
  for (uint32_t i = 0; i < group->parts.count; i++) {
    if (has_order_id(&draft->lots.items[group->parts.items[i].lot], lot->id)) {
      return true;
    }
  }
  return false;
}

/* R29, R30, R32: whether a pack may be refunded. If several refusals hold, the first in the order of docs/timeline.md
   is told. */
static fg_status check_pack(const fg_account *account, const fg_state *draft, const fg_lot *lot, fg_time at) {
  if (lot->source != FG_SOURCE_PAID) {
    return FG_NOT_PAID;
  }
  if (lot->refunded) {
    return FG_ALREADY_REFUNDED;
  }
  if (!lot->refundable || lot->refund == FG_REFUND_NONE) {
    return FG_CAMPAIGN_FINAL;
  }
  if (lot->refund != FG_REFUND_UNUSED) { /* may be used in part, and is refunded until it expires */
    FG_TRY(is_unsettled(account, draft, lot) ? FG_PACK_USED : FG_OK);
    FG_TRY(check_places(account, draft, lot->id));
    return lot->expires > at ? FG_OK : FG_REFUND_WINDOW;
  }
  FG_TRY(check_unused(draft, lot->id));
  FG_TRY(check_places(account, draft, lot->id));
  const fg_policy policy = fg_policy_of(account, lot->owner);
  return check_window(account, &policy, lot->bought, at);
}

/* R32: capacity is refunded before it begins or, if it is refunded in part, until it ends. */
static fg_status check_capacity(const fg_account *account, const fg_capacity_order *order, fg_time at) {
  const fg_capacity_offer *offer = account->book->capacities[order->place].offer;
  if (order->refunded) {
    return FG_ALREADY_REFUNDED;
  }
  if (offer->refund == FG_REFUND_PRO_RATA) {
    return order->until <= at ? FG_REFUND_WINDOW : FG_OK;
  }
  if (offer->refund == FG_REFUND_NONE) {
    return FG_CAMPAIGN_FINAL;
  }
  return order->from <= at ? FG_CAPACITY_BEGUN : FG_OK;
}

/* A change of capacity may have paid back to cash more than cash had paid. This deducts the excess from what the other
   funds had paid. */
static void take_from_others(fg_amount paid[FG_FUND_COUNT]) {
  for (int fund = 0; fund < FG_FUND_COUNT && paid[FG_CASH] < 0; fund++) {
    fg_amount part = fund == FG_CASH ? 0 : paid[fund] < -paid[FG_CASH] ? paid[fund] : -paid[FG_CASH];
    paid[fund] -= part;
    paid[FG_CASH] += part;
  }
  paid[FG_CASH] = paid[FG_CASH] < 0 ? 0 : paid[FG_CASH];
}

/* Reduces what each fund paid to its share of `part` of `whole`. Shares are differences of rounded sums, so that
   together they are exactly `part`. */
static fg_status keep_shares(const fg_account *account, fg_amount paid[FG_FUND_COUNT], fg_amount whole,
                             fg_amount part) {
  fg_amount sum = 0;
  fg_amount before = 0;
  for (int fund = 0; fund < FG_FUND_COUNT && whole > 0; fund++) {
    fg_amount until = 0;
    sum += paid[fund];
    fg_int128 divisor = fg_greatest_common_divisor(sum, whole);
    const fg_fraction share = {sum / divisor, whole / divisor};
    FG_TRY(fg_fraction_of_amount(part, share, account->book->rounding, &until));
    paid[fund] = until - before;
    before = until;
  }
  return FG_OK;
}

/* What so many units of a product cost by its price in a list. */
static fg_status price_of_units(const fg_account *account, const fg_book *list, uint32_t product, int64_t units,
                                fg_time at, fg_amount *price) {
  const fg_price_input input = {.units = units,
                                .tier_quantity = units,
                                .periods = 1,
                                .hours_of_month = fg_account_month_hours(account, at),
                                .rounding = account->book->rounding,
                                .has_happened = true};
  fg_price_result result;
  FG_TRY(fg_price_compute(&list->products[product].schedule, &input, &result));
  *price = result.amount;
  return FG_OK;
}

/* What the parts that were used of a pool's pack would cost without it: in a pool of money, the same part of every
   product's price; else the units of the one product that draws on the pool. */
static fg_status list_price_of_pool(const fg_account *account, const fg_book *list, const fg_pool *pool, int64_t used,
                                    fg_time at, fg_amount *price) {
  const fg_cover *cover = &pool->covers[0];
  if (pool->money) {
    /* Reduced, so that what is multiplied stays within 128 bits. */
    const fg_int128 common = fg_greatest_common_divisor(used, pool->parts);
    const fg_int128 unit = fg_greatest_common_divisor(FG_UNIT, cover->of_price);
    const fg_int128 below = pool->parts / common * (cover->of_price / unit);
    const fg_int128 rest = fg_greatest_common_divisor(FG_UNIT, below);
    const fg_fraction money = {used / common * (FG_UNIT / unit), below / rest};
    return fg_fraction_of_amount(FG_UNIT / rest, money, account->book->rounding, price);
  }
  return price_of_units(account, list, cover->product, used / cover->parts + (used % cover->parts != 0), at, price);
}

static fg_status list_price_in(const fg_account *account, const fg_book *list, const fg_lot *lot, fg_time at,
                               fg_amount *price) {
  int64_t used = lot->units - lot->left;
  return fg_book_is_pool(list, lot->owner)
             ? list_price_of_pool(account, list, &list->pools[lot->owner - list->product_count], used, at, price)
             : price_of_units(account, list, lot->owner, used, at, price);
}

static fg_amount rest_of(fg_amount whole, fg_amount price) { return whole > price ? whole - price : 0; }

/* What is bought keeps its refund terms (R37), so the list price is that of the edition in which it was bought: a later
   edition may have another price, or none. Earlier versions took the price of the edition at the refund, and what a
   ledger has of that stays what it is. */
static fg_status rest_of_list_price(const fg_account *account, const fg_lot *lot, fg_time at, fg_amount whole,
                                    fg_amount *part) {
  const uint32_t edition = fg_account_edition_at(account, lot->bought);
  fg_amount price = 0;
  FG_TRY(list_price_in(account, fg_book_edition(account->whole, edition), lot, lot->bought, &price));
  *part = rest_of(whole, price);
  const fg_amount *paid = account->reread;
  if (paid != NULL && *paid >= 0 && *paid != *part) {
    FG_TRY(list_price_in(account, account->book, lot, at, &price));
    *part = rest_of(whole, price) == *paid ? *paid : *part;
  }
  return FG_OK;
}

/* The fraction of a pack's units that is left: those of its current lot and of its later lots, out of those of all its
   lots. */
static fg_status left_of_pack(const fg_account *account, const fg_state *draft, const fg_lot *lot, fg_fraction *left) {
  int64_t all = 0;
  int64_t to_come = 0;
  FG_TRY(fg_packs_count(account, draft, lot, &all, &to_come));
  *left = (fg_fraction){lot->left + (fg_int128)lot->units * to_come, (fg_int128)lot->units * all};
  return FG_OK;
}

/* How much of what was paid for a pack is given back. */
static fg_status part_of_pack(const fg_account *account, const fg_state *draft, const fg_lot *lot, fg_time at,
                              fg_amount whole, fg_amount *part) {
  fg_fraction left;
  switch ((fg_refund_kind)lot->refund) {
  case FG_REFUND_PRO_RATA:
    FG_TRY(left_of_pack(account, draft, lot, &left));
    return fg_fraction_of_amount(whole, left, account->book->rounding, part);
  case FG_REFUND_LIST_PRICE: return rest_of_list_price(account, lot, at, whole, part);
  default: *part = whole; return FG_OK;
  }
}

/* R31: returns what was paid to the funds that paid it; vouchers are lost. */
static fg_status give_back(fg_account *account, fg_state *draft, const fg_command *command,
                           const fg_amount paid[FG_FUND_COUNT], fg_outcome *outcome) {
  fg_amount returned = 0;
  memset(&outcome->is.refund, 0, sizeof outcome->is.refund);
  for (int fund = 0; fund < FG_VOUCHER; fund++) {
    fg_amount part = paid[fund];
    FG_TRY(fg_wallet_add(&draft->wallet, (fg_fund)fund, part));
    outcome->is.refund.to.of[fund] = fg_money_of(part);
    returned += part;
    FG_ASSERT(part >= 0 && fg_amount_fits(returned));
  }
  if (!fg_amount_add(draft->spent.refunded, returned, &draft->spent.refunded)) {
    return FG_OVERFLOW;
  }
  outcome->is.refund.amount = fg_money_of(returned);
  outcome->is.refund.forfeited = fg_money_of(paid[FG_VOUCHER]);
  return fg_arrears_end_if_paid(account, draft, command->at);
}

static fg_status take_out_order(const fg_account *account, fg_state *draft, fg_string id, fg_time at) {
  fg_packs_end(draft, id);
  for (uint32_t i = 0; i < draft->lots.count; i++) {
    fg_lot *lot = &draft->lots.items[i];
    if (!has_order_id(lot, id)) {
      continue;
    }
    if (fg_lot_is_of_materials(account, lot)) {
      draft->services[lot->owner].materials_limit -= lot->units;
    }
    fg_lots_refund(account, draft, lot);
  }
  for (uint32_t i = 0; i < draft->capacity.count; i++) {
    fg_capacity_order *order = &draft->capacity.items[i];
    if (fg_string_equal(order->id, id)) {
      fg_capacity_order rest = *order;
      rest.from = fg_max_i64(rest.from, at);
      order->refunded = true;
      FG_TRY(fg_capacity_drop(account, draft, &rest));
    }
  }
  fg_capacity_refresh(account, draft, at);
  return FG_OK;
}

static fg_status refund_pack(fg_account *account, fg_state *draft, const fg_command *command, const fg_lot *lot,
                             fg_amount paid[FG_FUND_COUNT]) {
  if (!fg_issue_is_open(account, draft, lot->owner)) {
    return FG_NOT_OPEN;
  }
  FG_TRY(check_pack(account, draft, lot, command->at));
  fg_amount whole = fg_amount_of(fg_order_of_id(account, lot->id)->answer.is.order.amount);
  fg_amount part = 0;
  FG_TRY(part_of_pack(account, draft, lot, command->at, whole, &part));
  return part == whole ? FG_OK : keep_shares(account, paid, whole, part);
}

/* Reduces what was paid for capacity to its price for the time that is left. */
static fg_status part_of_capacity(const fg_account *account, const fg_capacity_order *order, fg_time at,
                                  fg_amount paid[FG_FUND_COUNT]) {
  fg_amount whole = 0;
  fg_amount part = 0;
  fg_fraction left;
  FG_TRY(fg_order_time_left(account, account->book->capacities[order->place].offer, order, at, &left));
  FG_TRY(fg_fraction_of_amount(order->price, left, account->book->rounding, &part));
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    whole += paid[fund];
  }
  return part >= whole ? FG_OK : keep_shares(account, paid, whole, part);
}

static fg_status refund_capacity(const fg_account *account, const fg_state *draft, const fg_command *command,
                                 const fg_capacity_order *order, fg_amount paid[FG_FUND_COUNT]) {
  if (!fg_issue_is_open(account, draft, account->book->capacities[order->place].product)) {
    return FG_NOT_OPEN;
  }
  FG_TRY(check_capacity(account, order, command->at));
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    paid[fund] += order->changed[fund];
  }
  take_from_others(paid);
  return order->from > command->at ? FG_OK : part_of_capacity(account, order, command->at, paid);
}

/* R33: whether every product is open of which a bundle holds something; of a pool, one product that it covers. */
static bool is_bundle_open(const fg_account *account, const fg_state *draft, fg_string id) {
  bool is_open = true;
  for (uint32_t i = 0; i < draft->lots.count; i++) {
    const fg_lot *lot = &draft->lots.items[i];
    is_open = is_open && (!has_order_id(lot, id) || fg_issue_is_open(account, draft, lot->owner));
  }
  for (uint32_t i = 0; i < draft->capacity.count; i++) {
    const fg_capacity_order *order = &draft->capacity.items[i];
    uint32_t product = account->book->capacities[order->place].product;
    is_open = is_open && (!fg_string_equal(order->id, id) || fg_issue_is_open(account, draft, product));
  }
  return is_open;
}

/* Gives back everything that a bundle holds, or refuses it as a whole. */
static fg_status refund_bundle(const fg_account *account, fg_state *draft, const fg_command *command,
                               fg_bundle_order *bundle) {
  FG_TRY(is_bundle_open(account, draft, bundle->id) ? FG_OK : FG_NOT_OPEN);
  if (bundle->refunded) {
    return FG_ALREADY_REFUNDED;
  }
  FG_TRY(account->book->bundles[bundle->bundle].is_final ? FG_CAMPAIGN_FINAL : FG_OK);
  FG_TRY(check_unused(draft, bundle->id));
  FG_TRY(check_places(account, draft, bundle->id));
  for (uint32_t i = 0; i < draft->capacity.count; i++) {
    const fg_capacity_order *order = &draft->capacity.items[i];
    FG_TRY(fg_string_equal(order->id, bundle->id) && order->from <= command->at ? FG_CAPACITY_BEGUN : FG_OK);
  }
  FG_TRY(check_window(account, &account->policy, bundle->bought, command->at));
  bundle->refunded = true;
  return FG_OK;
}

fg_status fg_refund(fg_account *account, fg_state *draft, const fg_command *command, fg_outcome *outcome) {
  FG_TRY(fg_state_own(account, draft));
  fg_bundle_order *bundle = fg_state_bundle(draft, command->id);
  const fg_capacity_order *order = bundle != NULL ? NULL : fg_state_capacity_order(draft, command->id);
  const fg_lot *lot = bundle != NULL || order != NULL ? NULL : fg_state_lot(draft, command->id);
  if (bundle == NULL && lot == NULL && order == NULL) {
    return FG_UNKNOWN_ID;
  }
  if (draft->violation) {
    return FG_VIOLATION;
  }
  fg_amount paid[FG_FUND_COUNT] = {0};
  bool is_free = lot != NULL && lot->source == FG_SOURCE_FREE;
  for (int fund = 0; fund < FG_FUND_COUNT && !is_free; fund++) {
    paid[fund] = fg_amount_of(fg_order_of_id(account, command->id)->answer.is.order.paid.of[fund]);
  }
  FG_TRY(bundle != NULL ? refund_bundle(account, draft, command, bundle)
         : lot != NULL  ? refund_pack(account, draft, command, lot, paid)
                        : refund_capacity(account, draft, command, order, paid));
  FG_TRY(take_out_order(account, draft, command->id, command->at));
  return give_back(account, draft, command, paid, outcome);
}
