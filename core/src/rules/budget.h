/* The host's own caps on what postpaid usage may cost, and what more usage would cost. */
#ifndef FG_BUDGET_H
#define FG_BUDGET_H

#include "../book/rating.h"
#include "../state/state.h"

/* Refuses usage that would pass a cap. FG_BUDGET_EXCEEDED. Callers use fg_budget_check, which returns at once where no
   cap is set. */
FG_COLD fg_status fg_budget_ask(const fg_account *account, const fg_state *state, uint32_t product,
                                const fg_rating *rating, bool billable);
static inline fg_status fg_budget_check(const fg_account *account, const fg_state *state, uint32_t product,
                                        const fg_rating *rating, bool billable) {
  bool capped = state->caps.day_limited || state->caps.month_limited;
  return FG_UNLIKELY(capped) ? fg_budget_ask(account, state, product, rating, billable) : FG_OK;
}

/* Tells which budgets the usage of a command would pass, of a product or of all products of an event: "day", "month",
   both, or "" for none. */
fg_status fg_budget_find_passed(const fg_account *account, const fg_command *command, const char **passed);

/* Sets the caps that a command names. On the day it is set, a day's cap counts only usage from now on. */
fg_status fg_budget_set(const fg_account *account, fg_state *draft, const fg_command *command);

/* Begins a month, from which the month's cap counts anew. Of products that are not invoiced by the month, it leaves out
   what was used before the month began. */
fg_status fg_budget_begin_month(const fg_account *account, fg_state *draft);

/* Begins a day, from which the day's cap counts anew. */
fg_status fg_budget_begin_day(const fg_account *account, fg_state *draft);

/* What a call that is about to be undone counts in: what the caps leave out of the month, and the month's bill. */
typedef struct fg_cap_bases {
  bool is_month_known, is_day_known;
  fg_amount of_month, of_day;
} fg_cap_bases;

/* What undoing a call takes off the bill was used when the call was made, so what the caps leave out falls by it where
   that was before the month or the day began: else it would make room for as much more. fg_budget_before_undo notes the
   bill before; fg_budget_after_undo follows. What is beyond all amounts is left as it is, because a call can be undone
   whatever it costs. FG_NO_MEMORY. */
fg_status fg_budget_before_undo(const fg_account *account, const fg_state *draft, fg_time made, fg_cap_bases *before);
fg_status fg_budget_after_undo(const fg_account *account, fg_state *draft, const fg_cap_bases *before);

/* How much of the day's cap and of the month's cap is used. The amount of a cap that is not set has no meaning. */
fg_status fg_budget_used(const fg_account *account, const fg_state *state, fg_amount *day, fg_amount *month);

#endif
