#include "arrears.h"

#include "../book/terms.h"
#include "../book/when.h"
#include "issue.h"
#include "wallet.h"

/* Whether a rule of arrears fits an account. An attribute that the account lacks fits no condition. */
static bool rule_fits(const fg_account *account, const fg_state *state, const fg_arrears_rule *rule) {
  const fg_attributes none = {NULL, 0};
  fg_values values;
  return rule->when.count == 0 ||
         (fg_values_read(account->book, &rule->asks, none, state->attributes, state->now, &values, NULL) == FG_OK &&
          fg_when_holds(&rule->when, &values));
}

void fg_arrears_find(const fg_account *account, const fg_state *state, fg_arrears_rules *rules) {
  for (uint32_t i = 0; i < account->book->arrears_count; i++) {
    rules->fits[i] = rule_fits(account, state, &account->book->arrears[i]);
  }
}

/* The first rule of arrears that fits a product; NULL if none does. */
static const fg_arrears_rule *arrears_rule_of(const fg_account *account, const fg_arrears_rules *rules,
                                              uint32_t product) {
  for (uint32_t i = 0; i < account->book->arrears_count; i++) {
    const fg_arrears_rule *rule = &account->book->arrears[i];
    if (rules->fits[i] && (rule->is_of == NULL || rule->is_of[product])) {
      return rule;
    }
  }
  return NULL;
}

bool fg_arrears_keeps_prepaid(const fg_account *account, const fg_arrears_rules *rules, uint32_t product) {
  const fg_arrears_rule *rule = arrears_rule_of(account, rules, product);
  return rule != NULL && rule->keeps_prepaid;
}

void fg_arrears_begin_if_owed(const fg_account *account, fg_state *draft, fg_time at) {
  fg_amount owed = -fg_wallet_balance(&draft->wallet);
  fg_arrears_rules rules;
  if (!draft->wallet.limited || owed <= 0) {
    return;
  }
  fg_arrears_find(account, draft, &rules);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_service *service = &draft->services[product];
    const fg_arrears_rule *rule = arrears_rule_of(account, &rules, product);
    /* A product that has an instant of suspension already keeps it: the first settlement counts. */
    if (service->stops == FG_NO_TIME && owed > (rule == NULL ? 0 : rule->threshold)) {
      service->stops = fg_suspension_time(account->book, rule, at);
      draft->arrears_since = draft->arrears_since == FG_NO_TIME ? at : draft->arrears_since;
    }
  }
}

bool fg_arrears_stopped_any(const fg_account *account, const fg_state *state) {
  bool any = false;
  for (uint32_t product = 0; product < account->book->product_count && !any; product++) {
    any = fg_arrears_stopped(state, product);
  }
  return any;
}

fg_time fg_arrears_suspension_time(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_time stops = state->services[product].stops;
    next = stops > state->now ? fg_min_i64(next, stops) : next; /* FG_NO_TIME is less than any instant */
  }
  return next;
}

fg_status fg_arrears_end_if_paid(fg_account *account, fg_state *draft, fg_time at) {
  fg_amount balance = fg_wallet_balance(&draft->wallet);
  bool is_good = fg_resumes_above_zero(&account->policy) ? balance > 0 : balance >= 0;
  if (draft->arrears_since == FG_NO_TIME || !is_good) {
    return FG_OK;
  }
  bool was_stopped = fg_arrears_stopped_any(account, draft);
  draft->arrears_since = FG_NO_TIME;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    draft->services[product].stops = FG_NO_TIME;
  }
  /* R28: the free grants of this month that the suspension held back are issued now. */
  return was_stopped ? fg_issue_at_resumption(account, draft, at) : FG_OK;
}
