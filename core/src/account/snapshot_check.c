/* Checks that what a snapshot says is a state that the account can be in. Bytes with a right checksum may still be no
   possible state; some later command would then read what is not there, or count what was never used. Every condition
   here and in snapshot_check_*.c holds after any sequence of commands. */
#include "snapshot_check.h"

#include "../rules/account_attributes.h"
#include "../rules/capacity.h"
#include "../rules/count_order.h"
#include "../rules/cover.h"
#include "../rules/due.h"
#include "../rules/deduction.h"
#include "../rules/invoice.h"
#include "../rules/limits_in_force.h"
#include "../rules/wallet.h"
#include "../state/attribute_list.h"
#include "snapshot.h"

static void check_money(fg_state_check *check) {
  const fg_wallet *wallet = &check->state->wallet;
  const fg_caps *caps = &check->state->caps;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_require(check, fund == FG_CASH || fg_is_paid(wallet->of[fund])); /* R34: cash alone may be below zero */
    fg_require(check, wallet->limited || wallet->of[fund] == 0);
  }
  fg_require(check, fg_amount_fits(fg_wallet_balance(wallet)));
  fg_require(check, fg_is_paid(check->state->spent.refunded));
  fg_require(check, fg_is_paid(caps->day) && fg_is_paid(caps->month));
}

/* Checks that the amounts spent, and those that count for the caps, equal what was ordered and invoiced. */
static fg_status check_spent(fg_state_check *check) {
  fg_spent spent = {.packs = 0};
  fg_amount invoiced = 0;
  FG_TRY(check->is_good ? fg_snapshot_check_orders(check, &spent) : FG_OK);
  for (uint32_t i = 0; i < check->history->invoices.count && check->is_good; i++) {
    const fg_invoice *invoice = &check->history->invoices.items[i];
    fg_amount usage = invoice->settle.unit == FG_EVERY_MONTH ? 0 : fg_invoice_of_usage(invoice);
    fg_require(check, fg_spend(&spent, &spent.postpaid, invoice->total) && fg_amount_add(invoiced, usage, &invoiced));
  }
  fg_spent *told = &check->state->spent;
  FG_FOLLOWS(check, told->packs, spent.packs);
  FG_FOLLOWS(check, told->materials, spent.materials);
  FG_FOLLOWS(check, told->capacity, spent.capacity);
  FG_FOLLOWS(check, told->postpaid, spent.postpaid);
  FG_FOLLOWS(check, told->gross, spent.gross);
  FG_FOLLOWS(check, check->state->caps.invoiced, invoiced);
  return FG_OK;
}

static bool is_untouched_service(const fg_service *service) {
  static const fg_usage none = {0, 0, 0, 0};
  bool is_empty = service->buckets.count == 0 && service->invoiced.count == 0 && service->fees.count == 0 &&
                  service->aggregated.count == 0;
  return is_empty && !service->open && !service->was_open && !service->postpaid_on && service->mode == 0 &&
         service->materials_held == 0 && service->stops == FG_NO_TIME && service->settled == 0 && service->total == 0 &&
         memcmp(&service->settled_units, &none, sizeof none) == 0;
}

static bool is_untouched_group(const fg_product_group *group) {
  return group->regime == 0 && group->regimes.count == 0 && group->parts.count == 0 && group->order.count == 0;
}

/* Whether the parts of the state that stand in fixed places are those of an account that has seen no instant yet. */
static bool are_places_untouched(const fg_state_check *check) {
  const fg_state *state = check->state;
  const fg_book *book = check->account->book;
  bool is_empty = true;
  for (uint32_t product = 0; product < book->product_count; product++) {
    is_empty = is_empty && is_untouched_service(&state->services[product]);
  }
  for (uint32_t group = 0; group < book->group_count; group++) {
    is_empty = is_empty && is_untouched_group(&state->groups[group]);
  }
  for (uint32_t i = 0; i < book->window_count; i++) {
    is_empty = is_empty && state->windows[i].admissions.count == 0 && state->windows[i].units == 0;
  }
  for (uint32_t i = 0; i < book->choice_count; i++) {
    is_empty = is_empty && state->switches[i].at == FG_NO_TIME;
  }
  for (uint32_t slot = 0; slot < check->account->offer_count; slot++) {
    is_empty = is_empty && state->issued[slot] == 0;
  }
  return is_empty;
}

/* Whether the state is that of an account that has seen no instant yet: it has money and attributes at most. */
static bool is_untouched(const fg_state_check *check) {
  const fg_state *state = check->state;
  return state->month == 0 && state->arrears_since == FG_NO_TIME && !state->violation && state->orders == 0 &&
         state->calls == 0 && !state->caps.day_limited && !state->caps.month_limited && state->lots.count == 0 &&
         state->recurring.count == 0 && state->bundles.count == 0 && state->capacity.count == 0 &&
         state->amendments.count == 0 && state->holds.count == 0 && state->adjustments.count == 0 &&
         check->history->commands.count == 0 && check->history->invoices.count == 0 && are_places_untouched(check);
}

static void check_calendar(fg_state_check *check) {
  const fg_state *state = check->state;
  fg_require(check, fg_time_is_civil(state->now));
  if (!check->is_good) {
    return;
  }
  FG_FOLLOWS(check, check->state->month, fg_month_of(fg_account_date(check->account, state->now)));
  fg_require(check, state->arrears_since == FG_NO_TIME ||
                        (fg_has_passed(check, state->arrears_since) && state->wallet.limited));
  bool is_owed = false;
  for (uint32_t product = 0; product < check->account->book->product_count; product++) {
    fg_time stops = state->services[product].stops;
    is_owed = is_owed || stops != FG_NO_TIME;
    fg_require(check, stops == FG_NO_TIME || (fg_time_is_civil(stops) && stops >= state->arrears_since));
  }
  fg_require(check, is_owed == (state->arrears_since != FG_NO_TIME));
}

/* Checks that an edition declares each attribute with its value. It need not be the one in force, because an account
   keeps what it was given before that one began. */
static void check_account_attributes(fg_state_check *check) {
  const fg_attributes attributes = fg_state_attributes(check->state);
  fg_require(check, fg_attributes_check_form(&attributes, NULL) == FG_OK);
  for (size_t i = 0; i < attributes.count && check->is_good; i++) {
    fg_require(check, fg_account_attribute_is_known(check->account, &attributes.items[i]));
  }
}

/* Whether a choice had a product in any edition so far. */
static bool was_of_choice(const fg_state_check *check, uint32_t choice, uint32_t product) {
  bool was = false;
  for (uint32_t i = 0; i <= fg_edition_in_force(check->account) && !was; i++) {
    const fg_book *edition = fg_account_edition(check->account, (uint16_t)i);
    was = fg_names_have(&edition->choices[choice].products, edition->products[product].id);
  }
  return was;
}

static void check_switch(fg_state_check *check, uint32_t choice) {
  const fg_switch_pending *pending = &check->state->switches[choice];
  bool is_one = pending->at == FG_NO_TIME || (pending->at > check->state->now && fg_time_is_civil(pending->at) &&
                                              pending->product < check->account->book->product_count &&
                                              was_of_choice(check, choice, pending->product));
  fg_require(check, is_one);
}

static fg_status check_all(fg_state_check *check) {
  uint32_t products = check->account->book->product_count;
  check_calendar(check);
  fg_snapshot_check_lots(check);
  fg_snapshot_check_capacity_orders(check);
  fg_snapshot_check_amendments(check);
  FG_TRY(check->is_good ? fg_snapshot_check_issues(check) : FG_OK);
  fg_snapshot_check_adjustments(check);
  check_account_attributes(check);
  for (uint32_t product = 0; product < products && check->is_good; product++) {
    fg_snapshot_check_periods(check, product);
  }
  for (uint32_t product = 0; product < products && check->is_good; product++) {
    fg_snapshot_check_service(check, product);
  }
  for (uint32_t i = 0; i < check->account->book->window_count && check->is_good; i++) {
    fg_snapshot_check_window(check, i);
  }
  for (uint32_t i = 0; i < check->account->book->choice_count && check->is_good; i++) {
    check_switch(check, i);
  }
  for (uint32_t group = 0; group < check->account->book->group_count && check->is_good; group++) {
    fg_snapshot_check_regime_heads(check, group);
  }
  fg_snapshot_check_holds(check);
  fg_snapshot_check_invoices(check);
  for (uint32_t product = 0; product < products && check->is_good; product++) {
    FG_TRY(fg_snapshot_check_invoiced(check, product));
  }
  FG_TRY(check_spent(check));
  for (uint32_t group = 0; group < check->account->book->group_count && check->is_good; group++) {
    FG_TRY(fg_snapshot_check_regimes(check, group));
  }
  return FG_OK;
}

/* Fills in the steps of capacity, which are derived from the orders. */
static fg_status hold_capacity(const fg_account *account, fg_state *state) {
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    FG_TRY(order->refunded ? FG_OK : fg_capacity_hold(account, state, order));
  }
  return FG_OK;
}

static fg_status derive(const fg_account *account, fg_state *state) {
  FG_TRY(hold_capacity(account, state));
  fg_capacity_refresh(account, state, state->now);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(fg_lots_arrange(account, state, product, state->now, UINT64_MAX, false));
    (void)fg_cover_find(account, state, product); /* the answer, whether the rate changed, is not needed here */
  }
  fg_due_refresh(account, state);
  return FG_OK;
}

fg_status fg_snapshot_check(const fg_account *account, int format, fg_state *state, fg_history *history,
                            const fg_ids *ids) {
  fg_state_check check = {account, state, history, ids, format <= FG_SNAPSHOT_FORMAT_TOLD, true};
  check_money(&check);
  if (state->now == FG_NO_TIME) {
    fg_require(&check, is_untouched(&check));
    FG_TRY(check.is_good ? FG_OK : FG_INVALID); /* limits are looked up by what the state says */
    state->next_due = FG_NO_TIME;
    fg_limits_refresh(account, state);
    check_account_attributes(&check);
    FG_TRY(check_spent(&check));
    return check.is_good ? FG_OK : FG_INVALID;
  }
  FG_TRY(check_all(&check));
  bool has_order = format >= FG_FORMAT_OF_ORDER;
  for (uint32_t group = 0; group < account->book->group_count && check.is_good && !has_order; group++) {
    FG_TRY(fg_order_recover(account, state, group));
  }
  return check.is_good ? derive(account, state) : FG_INVALID;
}
