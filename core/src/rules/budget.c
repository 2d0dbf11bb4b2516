#include "budget.h"

#include "cells.h"
#include "grants.h"
#include "settlement.h"
#include "../base/status.h"
#include "usage.h"

/* What the month's postpaid usage comes to with `quantity` more units of a product. The usage is tried on a draft,
   because grants, tiers and packs that cover the whole month all change the bill. */
static fg_status bill_after(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                            bool billable, fg_amount *bill) {
  fg_state draft;
  fg_taken few[8];
  uint32_t most = state->services[product].drawable.count;
  fg_taken *taken = few;
  if (most > sizeof few / sizeof *few) {
    taken = fg_allocate(&account->allocator, most * sizeof *taken);
  }
  fg_status status = taken == NULL ? FG_NO_MEMORY : fg_state_copy(account, state, &draft);
  if (status == FG_OK) {
    fg_usage_way way = fg_usage_way_of(account, product);
    status = fg_cell_reserve(account, &draft.services[product], product);
    if (status == FG_OK) {
      fg_usage_record(account, &draft, product, rating, billable, way, taken);
      status = fg_settlement_bill(account, &draft, bill);
    }
    fg_state_release(account, &draft);
  }
  if (taken != few) {
    fg_release(&account->allocator, taken, most * sizeof *taken);
  }
  return status;
}

static const char *passed_by(const fg_caps *caps, fg_amount bill) {
  bool month = caps->month_limited && bill > caps->month;
  bool day = caps->day_limited && bill - caps->day_begin > caps->day;
  return month && day ? "day and of the month" : month ? "month" : day ? "day" : "";
}

fg_status fg_budget_find_passed(const fg_account *account, uint32_t product, fg_rating rating, bool billable,
                                const char **passed) {
  fg_amount bill = 0;
  FG_TRY(bill_after(account, &account->state, product, rating, billable, &bill));
  *passed = passed_by(&account->state.caps, bill);
  return FG_OK;
}

/* Only usage that adds to the bill is held to a cap. What packs cover, or what reaches a cheaper tier, passes even
   above it. */
fg_status fg_budget_ask(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                        bool billable) {
  fg_amount before = 0;
  fg_amount after = 0;
  FG_TRY(bill_after(account, state, product, rating, billable, &after));
  if (*passed_by(&state->caps, after) == '\0') {
    return FG_OK;
  }
  FG_TRY(fg_settlement_bill(account, state, &before));
  return after > before ? FG_BUDGET_EXCEEDED : FG_OK;
}

fg_status fg_budget_set(const fg_account *account, fg_state *draft, const fg_command *command) {
  fg_caps *caps = &draft->caps;
  if (command->month.given) {
    caps->month_limited = command->month.limited;
    caps->month = fg_amount_of(command->month.amount);
  }
  if (!command->day.given) {
    return FG_OK;
  }
  bool counts_already = caps->day_limited;
  caps->day_limited = command->day.limited;
  caps->day = fg_amount_of(command->day.amount);
  return counts_already ? FG_OK : fg_settlement_bill(account, draft, &caps->day_begin);
}

fg_status fg_budget_begin_day(const fg_account *account, fg_state *draft) {
  return draft->caps.day_limited ? fg_settlement_bill(account, draft, &draft->caps.day_begin) : FG_OK;
}

fg_status fg_budget_used(const fg_account *account, const fg_state *state, fg_amount *day, fg_amount *month) {
  FG_TRY(fg_settlement_bill(account, state, month));
  *day = *month - state->caps.day_begin;
  return FG_OK;
}

static fg_status marginal(const fg_account *account, uint32_t product, int64_t quantity, fg_money *amount) {
  const fg_service *service = &account->state.services[product];
  fg_amount before = 0;
  fg_amount after = 0;
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  fg_command use = {.kind = FG_DO_USE, .at = account->state.now, .quantity = quantity};
  fg_rating rating;
  FG_TRY(fg_usage_rate(account, product, &use, &rating));
  FG_TRY(fg_usage_fits(account, &account->state, product, rating, true, fg_usage_way_of(account, product)));
  FG_TRY(fg_settlement_bill(account, &account->state, &before));
  FG_TRY(bill_after(account, &account->state, product, rating, true, &after));
  *amount = fg_money_of(after - before);
  return FG_OK;
}

fg_status fg_account_marginal(const fg_account *account, fg_string product, int64_t quantity, fg_money *amount,
                              fg_error *error) {
  int found = fg_book_product(account->book, product);
  if (quantity < 0) {
    return fg_fail(error, FG_INVALID, "quantity", "expected 0 or more");
  }
  fg_status status = found == FG_NONE ? FG_UNKNOWN_PRODUCT : marginal(account, (uint32_t)found, quantity, amount);
  fg_string source = found == FG_NONE ? fg_string_of("") : account->book->products[found].schedule.source;
  return status == FG_OK ? FG_OK : fg_book_refuse(account->book, source, error, status);
}
