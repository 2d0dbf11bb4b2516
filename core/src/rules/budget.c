#include "budget.h"

#include "aggregate_events.h"
#include "open_bill.h"
#include "trial.h"
#include "../state/attribute_list.h"

/* What the postpaid usage of this month costs. */
static fg_status month_bill(const fg_account *account, const fg_state *state, fg_amount *bill) {
  FG_TRY(fg_open_bill(account, state, bill));
  bool fits = fg_amount_add(*bill, state->caps.invoiced, bill) && fg_amount_add(*bill, -state->caps.month_begin, bill);
  return fits ? FG_OK : FG_OVERFLOW;
}

/* What the postpaid usage of this month would cost with more units of a product. The usage is tried on a draft, because
   grants, tiers and packs that cover the whole month all change the bill. */
static fg_status bill_after(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                            bool billable, fg_amount *bill) {
  fg_state draft;
  FG_TRY(fg_state_copy(account, state, &draft));
  fg_status status = fg_trial_record(account, &draft, product, rating, billable);
  status = status == FG_OK ? month_bill(account, &draft, bill) : status;
  fg_state_release(account, &draft);
  return status;
}

/* With a trial of more usage, or NULL. */
static fg_status bill_of_question(const fg_account *account, const fg_trial *trial, fg_amount *bill, fg_error *error) {
  fg_state draft;
  FG_TRY(fg_state_copy(account, &account->state, &draft));
  fg_status status = trial == NULL ? FG_OK : fg_trial_use(account, &draft, trial, error);
  status = status == FG_OK ? fg_aggregates_make_now(account, &draft) : status;
  status = status == FG_OK ? month_bill(account, &draft, bill) : status;
  fg_state_release(account, &draft);
  return status;
}

static const char *passed_by(const fg_caps *caps, fg_amount bill) {
  bool month = caps->month_limited && bill > caps->month;
  bool day = caps->day_limited && bill - caps->day_begin > caps->day;
  return month && day ? "day and of the month" : month ? "month" : day ? "day" : "";
}

fg_status fg_budget_find_passed(const fg_account *account, const fg_command *command, const char **passed) {
  fg_amount bill = 0;
  fg_trial trial;
  FG_TRY(fg_trial_of(account, command, &trial));
  FG_TRY(bill_of_question(account, &trial, &bill, NULL));
  *passed = passed_by(&account->state.caps, bill);
  return FG_OK;
}

/* Refuses usage only if it adds to the bill. Usage that packs cover, or that reaches a cheaper tier, passes even above
   a cap. */
fg_status fg_budget_ask(const fg_account *account, const fg_state *state, uint32_t product, const fg_rating *rating,
                        bool billable) {
  fg_amount before = 0;
  fg_amount after = 0;
  FG_TRY(bill_after(account, state, product, *rating, billable, &after));
  if (*passed_by(&state->caps, after) == '\0') {
    return FG_OK;
  }
  FG_TRY(month_bill(account, state, &before));
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
  return counts_already ? FG_OK : month_bill(account, draft, &caps->day_begin);
}

fg_status fg_budget_begin_month(const fg_account *account, fg_state *draft) {
  fg_amount open = 0;
  FG_TRY(fg_open_bill_besides_months(account, draft, &open));
  return fg_amount_add(open, draft->caps.invoiced, &draft->caps.month_begin) ? FG_OK : FG_OVERFLOW;
}

fg_status fg_budget_begin_day(const fg_account *account, fg_state *draft) {
  return draft->caps.day_limited ? month_bill(account, draft, &draft->caps.day_begin) : FG_OK;
}

/* A status of a bill that may be beyond all amounts; `*is_known` says that it is not. */
static fg_status know(fg_status status, bool *is_known) {
  *is_known = status == FG_OK;
  return status == FG_OVERFLOW ? FG_OK : status;
}

fg_status fg_budget_before_undo(const fg_account *account, const fg_state *draft, fg_time made, fg_cap_bases *before) {
  *before = (fg_cap_bases){.is_month_known = false};
  if (made < fg_account_begin(account, fg_month_first(draft->month))) {
    FG_TRY(know(fg_open_bill_besides_months(account, draft, &before->of_month), &before->is_month_known));
  }
  if (draft->caps.day_limited && made < fg_account_begin(account, fg_account_date(account, draft->now))) {
    FG_TRY(know(month_bill(account, draft, &before->of_day), &before->is_day_known));
  }
  return FG_OK;
}

/* Changes what a cap leaves out by as much as an amount has changed. */
static void follow_bill(fg_amount *base, fg_amount before, fg_amount after) {
  fg_amount moved = 0;
  if (fg_amount_add(after, -before, &moved)) {
    (void)fg_amount_add(*base, moved, base);
  }
}

fg_status fg_budget_after_undo(const fg_account *account, fg_state *draft, const fg_cap_bases *before) {
  fg_amount after = 0;
  bool is_known = false;
  if (before->is_month_known) {
    FG_TRY(know(fg_open_bill_besides_months(account, draft, &after), &is_known));
    follow_bill(&draft->caps.month_begin, before->of_month, is_known ? after : before->of_month);
  }
  if (before->is_day_known) {
    FG_TRY(know(month_bill(account, draft, &after), &is_known));
    follow_bill(&draft->caps.day_begin, before->of_day, is_known ? after : before->of_day);
  }
  return FG_OK;
}

fg_status fg_budget_used(const fg_account *account, const fg_state *state, fg_amount *day, fg_amount *month) {
  FG_TRY(month_bill(account, state, month));
  *day = *month - state->caps.day_begin;
  return FG_OK;
}

static fg_status marginal(const fg_account *account, const fg_trial *trial, fg_money *amount, fg_error *error) {
  fg_amount before = 0;
  fg_amount after = 0;
  FG_TRY(fg_trial_is_open(account, trial));
  bool keeps = fg_aggregates_keep_any(account, &account->state);
  FG_TRY(bill_of_question(account, trial, &after, error));
  FG_TRY(keeps ? bill_of_question(account, NULL, &before, error) : month_bill(account, &account->state, &before));
  *amount = fg_money_of(after - before);
  return FG_OK;
}

fg_status fg_account_marginal(const fg_account *account, fg_string product, int64_t quantity, fg_attributes attributes,
                              fg_money *amount, fg_error *error) {
  fg_command use = {.kind = FG_DO_USE, .at = account->state.now, .quantity = quantity, .billable = true};
  fg_trial trial;
  fg_error told = {.status = FG_OK};
  if (quantity < 0) {
    return fg_fail(error, FG_INVALID, "quantity", "expected 0 or more");
  }
  use.product = product;
  use.attributes = attributes;
  FG_TRY(fg_attributes_check_form(&attributes, error));
  fg_status status = fg_trial_of(account, &use, &trial);
  status = status == FG_OK ? marginal(account, &trial, amount, &told) : status;
  if (status == FG_OK || told.status == status) { /* tells which attribute is at fault */
    if (status != FG_OK && error != NULL) {
      *error = told;
    }
    return status;
  }
  return fg_book_refuse(account->book, fg_trial_source(account, &trial), error, status);
}
