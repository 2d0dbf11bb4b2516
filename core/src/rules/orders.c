#include "orders.h"

#include "../book/terms.h"
#include "capacity.h"
#include "grants.h"
#include "wallet.h"

static const fg_rounding exact = {FG_ROUND_NONE, FG_MONEY_DECIMALS};

/* Takes the money. It is called last, when nothing else can refuse the order any more. */
static fg_status pay(fg_state *draft, const fg_command *command, fg_amount amount, fg_amount *spent,
                     fg_outcome *outcome) {
  if (!fg_spend(&draft->spent, spent, amount)) {
    return FG_OVERFLOW;
  }
  outcome->is.order.amount = fg_money_of(amount);
  draft->orders++;
  return fg_wallet_pay(&draft->wallet, amount, command, &outcome->is.order.paid);
}

fg_status fg_order_pack(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product, fg_string id,
                        fg_outcome *outcome) {
  const fg_product *offered = &account->book->products[product];
  bool is_given = command->kind == FG_DO_GIVE_PACK;
  int pack = fg_product_pack(offered, command->pack);
  if (pack == FG_NONE) {
    return FG_UNKNOWN_PACK;
  }
  const fg_pack_offer *offer = &offered->packs[pack];
  fg_grant grant = {.id = id,
                    .issued = command->at,
                    .product = (uint16_t)product,
                    .offer = (uint16_t)pack,
                    .source = is_given ? FG_SOURCE_GIVEN : FG_SOURCE_PAID,
                    .refundable = command->campaign.refundable};
  if (!fg_multiply_i64(offer->units, command->quantity, &grant.units)) {
    return FG_OVERFLOW;
  }
  grant.left = grant.units;
  FG_TRY(fg_validity_end(account->book, &account->policy, offer->validity, command->at, &grant.expires));
  FG_TRY(fg_grants_add(account, draft, &grant));
  outcome->is.order = (fg_ordered){.id = id}; /* a record keeps all of it */
  outcome->is.order.units = grant.units;
  outcome->is.order.until = grant.expires;
  if (is_given) {
    draft->orders++;
    return FG_OK;
  }
  fg_amount amount = 0;
  fg_amount price = command->campaign.has_price ? fg_amount_of(command->campaign.price) : offer->price;
  FG_TRY(fg_amount_rate(price, command->quantity, 1, exact, &amount));
  return pay(draft, command, amount, offer->of_materials ? &draft->spent.materials : &draft->spent.packs, outcome);
}

fg_status fg_order_price_capacity(const fg_account *account, const fg_state *state, const fg_command *command,
                                  uint32_t place, fg_time from, fg_price_input *input, fg_price_result *price) {
  const fg_capacity_offer *offer = account->book->capacities[place].offer;
  int64_t held = fg_capacity_held(state, place, from);
  *input = (fg_price_input){.units = command->quantity,
                            .tier_quantity = fg_capacity_tier_quantity(&account->policy, command->quantity, held),
                            .periods = command->days > 0 ? command->days : command->months,
                            .hours_of_month = 1,
                            .rounding = account->book->rounding};
  return fg_price_compute(command->days > 0 ? offer->day : offer->month, input, price);
}

fg_status fg_order_capacity(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                            fg_string id, fg_outcome *outcome) {
  const fg_book *book = account->book;
  int place = fg_product_capacity(book, &book->products[product], command->meter);
  if (place == FG_NONE) {
    return FG_UNKNOWN_METER;
  }
  const fg_capacity_offer *offer = book->capacities[place].offer;
  fg_capacity_order order = {.id = id, .quantity = command->quantity, .place = (uint32_t)place};
  fg_price_input input;
  fg_price_result price;
  if ((command->days > 0 ? offer->day : offer->month) == NULL) {
    return FG_NOT_SOLD;
  }
  FG_TRY(fg_capacity_period(book, &account->policy, command->at, command->start, command->days, command->months,
                            &order.from, &order.until));
  FG_TRY(fg_capacity_check(account, draft, &order));
  FG_TRY(fg_order_price_capacity(account, draft, command, order.place, order.from, &input, &price));
  FG_TRY(draft->capacity.count < FG_CAPACITY_ORDERS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, draft, &draft->capacity));
  FG_TRY(fg_capacity_hold(account, draft, &order));
  draft->capacity.items[draft->capacity.count++] = order;
  fg_capacity_refresh(account, draft, command->at);
  outcome->is.order = (fg_ordered){.id = id}; /* a record keeps all of it */
  outcome->is.order.from = order.from;
  outcome->is.order.until = order.until;
  return pay(draft, command, price.amount, &draft->spent.capacity, outcome);
}
