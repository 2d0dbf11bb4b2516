#include "orders.h"

#include "../book/capacity_terms.h"
#include "../state/record.h"
#include "arrears.h"
#include "capacity.h"
#include "frozen_funds.h"
#include "packs.h"
#include "offers.h"
#include "wallet.h"

fg_status fg_order_pay(const fg_account *account, fg_state *draft, const fg_command *command, fg_amount amount,
                       fg_amount *spent, fg_outcome *outcome) {
  if (!fg_spend(&draft->spent, spent, amount)) {
    return FG_OVERFLOW;
  }
  fg_amount frozen = 0;
  FG_TRY(fg_freeze_amount(account, draft, &frozen));
  outcome->is.order.amount = fg_money_of(amount);
  draft->orders++;
  return fg_wallet_pay(&draft->wallet, amount, frozen, command, &outcome->is.order.paid);
}

fg_status fg_order_price_packs(const fg_book *book, const fg_pack_offer *offer, int64_t quantity, fg_price_input *input,
                               fg_price_result *price) {
  *input = (fg_price_input){
      .units = quantity, .tier_quantity = quantity, .periods = 1, .hours_of_month = 1, .rounding = book->rounding};
  FG_ASSERT(offer->by_number != NULL);
  return fg_price_compute(offer->by_number, input, price);
}

/* What an order of packs costs. A campaign sets a price of its own, and may sell packs that have none. */
static fg_status price_packs(const fg_account *account, const fg_command *command, const fg_pack_offer *offer,
                             fg_amount *amount) {
  bool has_own = command->campaign.has_price;
  if (!has_own && offer->not_alone) {
    return FG_NOT_SOLD;
  }
  if (!has_own && offer->by_number != NULL) {
    fg_price_input input;
    fg_price_result price;
    FG_TRY(fg_order_price_packs(account->book, offer, command->quantity, &input, &price));
    *amount = price.amount;
    return FG_OK;
  }
  fg_amount each = has_own ? fg_amount_of(command->campaign.price) : offer->price;
  return fg_amount_rate(each, command->quantity, 1, fg_unrounded, amount);
}

fg_status fg_order_pack(fg_account *account, fg_state *draft, const fg_command *command, uint32_t owner, fg_string id,
                        fg_outcome *outcome) {
  const fg_product *offered = fg_book_owner(account->book, owner);
  bool is_given = command->kind == FG_DO_GIVE_PACK;
  int pack = fg_product_pack(offered, command->pack);
  if (pack == FG_NONE) {
    return FG_UNKNOWN_PACK;
  }
  const fg_pack_offer *offer = &offered->packs[pack];
  const fg_lot lot = {.id = id,
                      .issued = command->at,
                      .owner = (uint16_t)owner,
                      .offer = (uint16_t)pack,
                      .source = is_given ? FG_SOURCE_GIVEN : FG_SOURCE_PAID,
                      .refundable = command->campaign.refundable};
  fg_amount amount = 0;
  if (!is_given) {
    FG_TRY(fg_offer_check_count(&offer->sale, command->quantity));
    FG_TRY(fg_offer_check(account, draft, &offer->sale, command->at));
    FG_TRY(price_packs(account, command, offer, &amount));
  }
  outcome->is.order = (fg_ordered){.id = id}; /* the history keeps every member */
  FG_TRY(fg_packs_begin(account, draft, lot, command->quantity, &outcome->is.order));
  if (is_given) {
    draft->orders++;
    return FG_OK;
  }
  return fg_order_pay(account, draft, command, amount,
                      offer->of_materials ? &draft->spent.materials : &draft->spent.packs, outcome);
}

/* R18: what prices a quantity of capacity; `held` is what is held besides when it begins. */
static fg_price_input capacity_input(const fg_account *account, uint32_t place, int64_t quantity, int64_t held) {
  const fg_policy policy = fg_policy_of(account, account->book->capacities[place].product);
  return (fg_price_input){.units = quantity,
                          .tier_quantity = fg_capacity_tier_quantity(&policy, quantity, held),
                          .periods = 1,
                          .hours_of_month = 1,
                          .rounding = account->book->rounding};
}

static const fg_schedule *capacity_schedule(const fg_account *account, uint32_t place, bool by_days) {
  const fg_capacity_offer *offer = account->book->capacities[place].offer;
  return by_days ? offer->day : offer->month;
}

/* What a quantity of capacity costs for one day or one month. */
static fg_status price_period(const fg_account *account, uint32_t place, bool by_days, int64_t quantity, int64_t held,
                              fg_amount *price) {
  const fg_schedule *schedule = capacity_schedule(account, place, by_days);
  fg_price_input input = capacity_input(account, place, quantity, held);
  fg_price_result result;
  input.rounding = fg_unrounded;
  FG_TRY(schedule == NULL ? FG_NOT_SOLD : fg_price_compute(schedule, &input, &result));
  *price = result.amount;
  return FG_OK;
}

fg_status fg_order_price_capacity(const fg_account *account, const fg_state *state, const fg_command *command,
                                  uint32_t place, fg_time from, fg_price_input *input, fg_price_result *price) {
  *input = capacity_input(account, place, command->quantity, fg_capacity_held(state, place, from));
  input->periods = command->days > 0 ? command->days : command->months;
  return fg_price_compute(capacity_schedule(account, place, command->days > 0), input, price);
}

fg_status fg_order_keep_capacity(const fg_account *account, fg_state *draft, const fg_capacity_order *order) {
  FG_TRY(draft->capacity.count < FG_CAPACITY_ORDERS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, draft, &draft->capacity));
  FG_TRY(fg_capacity_hold(account, draft, order));
  draft->capacity.items[draft->capacity.count++] = *order;
  return FG_OK;
}

fg_status fg_order_capacity(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                            fg_string id, fg_outcome *outcome) {
  const fg_book *book = account->book;
  int place = fg_product_capacity(book, &book->products[product], command->meter);
  if (place == FG_NONE) {
    return FG_UNKNOWN_METER;
  }
  const fg_capacity_offer *offer = book->capacities[place].offer;
  bool by_days = command->days > 0;
  fg_capacity_order order = {.id = id, .quantity = command->quantity, .place = (uint32_t)place, .by_days = by_days};
  fg_price_input input;
  fg_price_result price;
  if (capacity_schedule(account, order.place, by_days) == NULL) {
    return FG_NOT_SOLD;
  }
  FG_TRY(fg_offer_check_count(&offer->sale, command->quantity));
  const fg_policy policy = fg_policy_of(account, product);
  FG_TRY(fg_capacity_period(book, &policy, command->at, command->start, command->days, command->months, &order.from,
                            &order.until));
  FG_TRY(fg_capacity_check(account, draft, &order));
  FG_TRY(fg_offer_check(account, draft, &offer->sale, command->at));
  FG_TRY(fg_order_price_capacity(account, draft, command, order.place, order.from, &input, &price));
  FG_TRY(price_period(account, order.place, by_days, order.quantity, fg_capacity_held(draft, order.place, order.from),
                      &order.price));
  FG_TRY(fg_order_keep_capacity(account, draft, &order));
  fg_capacity_refresh(account, draft, command->at);
  outcome->is.order = (fg_ordered){.id = id}; /* the history keeps every member */
  outcome->is.order.from = order.from;
  outcome->is.order.until = order.until;
  return fg_order_pay(account, draft, command, price.amount, &draft->spent.capacity, outcome);
}

fg_status fg_order_time_left(const fg_account *account, const fg_capacity_offer *offer, const fg_capacity_order *order,
                             fg_time from, fg_fraction *left) {
  if (order->by_days) {
    *left = (fg_fraction){fg_account_date(account, order->until) - fg_account_date(account, from), 1};
    return FG_OK;
  }
  return fg_fraction_of_months((fg_prorate)offer->prorate, from, order->until, fg_account_date(account, order->from),
                               &account->book->zone, left);
}

/* Replaces an order by a changed one from an instant on, in what is held. */
static fg_status hold_instead(const fg_account *account, fg_state *draft, fg_capacity_order *order,
                              const fg_capacity_order *changed, fg_time from) {
  fg_capacity_order before = *order;
  fg_capacity_order after = *changed;
  before.from = after.from = from;
  FG_TRY(fg_capacity_drop(account, draft, &before));
  FG_TRY(fg_capacity_check(account, draft, &after));
  FG_TRY(fg_capacity_hold(account, draft, &after));
  *order = *changed;
  return FG_OK;
}

const fg_past_command *fg_order_of_id(const fg_account *account, fg_string id) {
  fg_key key;
  fg_ids_key(&account->ids, id, &key);
  const fg_past_command *order = fg_record_command(account->history, fg_ids_find(&account->ids, &key).bytes);
  FG_ASSERT(order != NULL && fg_command_orders(order->kind));
  return order;
}

/* R31: limits what is paid back to what gift, income and cash have paid for the order, less earlier repayments. A
   fraction of a month can be more than one (`days_30`), and vouchers are not given back. */
static fg_amount at_most_paid(const fg_account *account, const fg_capacity_order *order, fg_amount amount) {
  const fg_funds *paid = &fg_order_of_id(account, order->id)->answer.is.order.paid;
  fg_amount most = 0;
  for (int fund = 0; fund < FG_VOUCHER; fund++) {
    most += fg_amount_of(paid->of[fund]) + order->changed[fund];
  }
  most = most > 0 ? most : 0;
  return amount < -most ? -most : amount;
}

/* Charges an amount, or pays it back to cash (R34). */
static fg_status settle_change(fg_account *account, fg_state *draft, const fg_command *command, fg_amount amount,
                               fg_capacity_order *order, fg_funds *paid) {
  if (!fg_spend(&draft->spent, &draft->spent.capacity, amount)) {
    return FG_OVERFLOW;
  }
  fg_amount frozen = 0;
  FG_TRY(fg_freeze_amount(account, draft, &frozen));
  FG_TRY(fg_wallet_pay(&draft->wallet, amount > 0 ? amount : 0, frozen, command, paid));
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    order->changed[fund] += fg_amount_of(paid->of[fund]);
  }
  if (amount < 0) {
    FG_TRY(fg_wallet_add(&draft->wallet, FG_CASH, -amount));
    order->changed[FG_CASH] += amount;
    return fg_arrears_end_if_paid(account, draft, command->at);
  }
  return FG_OK;
}

fg_status fg_order_change_capacity(fg_account *account, fg_state *draft, const fg_command *command,
                                   fg_outcome *outcome) {
  const fg_book *book = account->book;
  FG_TRY(fg_state_own(account, draft));
  bool is_bundle = fg_state_bundle(draft, command->id) != NULL;
  fg_capacity_order *order = is_bundle ? NULL : fg_state_capacity_order(draft, command->id);
  if (order == NULL || order->refunded || order->until <= command->at) {
    return FG_UNKNOWN_ID;
  }
  const fg_capacity_place *was = &book->capacities[order->place];
  fg_string name = command->capacity.text != NULL ? command->capacity : was->offer->meter;
  int place = fg_product_capacity(book, &book->products[was->product], name);
  if (place == FG_NONE) {
    return FG_UNKNOWN_METER;
  }
  const fg_capacity_offer *offer = book->capacities[place].offer;
  fg_time from = fg_max_i64(command->at, order->from);
  fg_capacity_order changed = *order;
  fg_fraction left;
  fg_amount amount = 0;
  changed.place = (uint32_t)place;
  changed.quantity = command->quantity == FG_ALL ? order->quantity : command->quantity;
  if (offer->prorate == FG_PRORATE_NONE) {
    return FG_NOT_SOLD;
  }
  int64_t besides = fg_capacity_held(draft, changed.place, from) -
                    (changed.place == order->place ? order->quantity : 0);
  FG_TRY(price_period(account, changed.place, order->by_days, changed.quantity, besides, &changed.price));
  FG_TRY(fg_order_time_left(account, offer, order, from, &left));
  FG_TRY(fg_fraction_of_amount(changed.price - order->price, left, book->rounding, &amount));
  amount = at_most_paid(account, order, amount);
  FG_TRY(fg_offer_check_count(&offer->sale, changed.quantity));
  FG_TRY(hold_instead(account, draft, order, &changed, from));
  fg_capacity_refresh(account, draft, command->at);
  outcome->is.changed.quantity = changed.quantity;
  outcome->is.changed.amount = fg_money_of(amount);
  return settle_change(account, draft, command, amount, order, &outcome->is.changed.paid);
}
