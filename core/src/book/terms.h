/* The terms of a book: each rule that follows from the book and its policy alone stands here, once. The rules of an
   account ask the terms, and so do the planner, the columns and the explanations, which know no account
   (docs/decisions/0015-terms.md). The policy is an argument of its own, because an account or a forecast may have
   another policy than its book. */
#ifndef FG_TERMS_H
#define FG_TERMS_H

#include "book.h"

/* R8: whether a settlement lets packs cover postpaid usage of their month from before they were bought. */
static inline bool fg_packs_cover_month(const fg_policy *policy) {
  return policy->value[FG_SWITCH_PACK_REACH] == FG_WHOLE_MONTH;
}

/* R36: whether an answer of the service with this code is billed. */
fg_billable fg_outcome_billable(const fg_product *product, fg_string code);

/* R14: the instant at which the usage of a month is settled. */
static inline fg_time fg_settlement_time(const fg_book *book, const fg_policy *policy, fg_month month) {
  fg_date day = fg_month_first(month + 1) + policy->value[FG_SWITCH_SETTLEMENT_DAY]; /* value 0 is day 1 */
  return fg_date_begin(day, &book->zone);
}

/* R26: the instant at which a product is suspended whose account is in arrears since `arrears_since`. `rule` is the
   arrears rule that fits the product; NULL: none does. */
static inline fg_time fg_suspension_time(const fg_book *book, const fg_arrears_rule *rule, fg_time arrears_since) {
  int32_t hours = rule != NULL && rule->hours >= 0 ? rule->hours : book->suspension_hours;
  return arrears_since + hours * FG_HOUR;
}
/* R27: whether a balance of exactly 0 is too little to end arrears. */
static inline bool fg_resumes_above_zero(const fg_policy *policy) {
  return policy->value[FG_SWITCH_RESUME_AT] == FG_RESUME_POSITIVE;
}

/* R23: whether usage in a capacity mode without capacity is billed as in `calls` mode; else it is refused. */
static inline bool fg_mode_falls_back(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_LAPSE] == FG_LAPSE_FALL_BACK;
}

/* R22: how a limit counts its units: by its own kind, or by the switch `limiter` of its product or policy. */
static inline fg_limit_kind fg_limit_kind_of(const fg_limit *limit, const fg_policy *policy) {
  bool is_own = limit->policy != NULL && limit->policy->has[FG_SWITCH_LIMITER];
  bool slides = (is_own ? &limit->policy->is : policy)->value[FG_SWITCH_LIMITER] == FG_LIMITER_SLIDING;
  if (limit->seconds == 0) {
    return FG_LIMIT_SLOTS;
  }
  return limit->kind >= 0 ? (fg_limit_kind)limit->kind : slides ? FG_LIMIT_SLIDING : FG_LIMIT_CLOCK;
}

/* R22: when units let through at `admitted` leave a sliding window that is counted in cells. All units of a cell leave
   together when the last moment of the cell leaves: there are never too many in a window, and none leaves later than by
   the length of a cell. */
static inline fg_time fg_window_cell_end(fg_time length, fg_time admitted) {
  fg_time into = admitted % length;
  into = into < 0 ? into + length : into;
  fg_int128 next = (fg_int128)into * FG_WINDOW_CELLS / length + 1;
  return admitted - into + (fg_time)((next * length + FG_WINDOW_CELLS - 1) / FG_WINDOW_CELLS);
}

#endif
