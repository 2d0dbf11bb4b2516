/* The terms of a book: each rule that follows from the book and its policy alone stands here, once. The rules of an
   account ask it, and so do the planner, the columns and the explanations, which know no account.
   docs/decisions/0015-terms.md.

   A policy is an argument of its own, because an account or a forecast may have another than its book. */
#ifndef FG_TERMS_H
#define FG_TERMS_H

#include "book.h"

/* ---------------------------------------------------------------------------------------------- grants and packs */

/* R5: whether an amendment is announced as early as the book asks for. */
static inline bool fg_notice_is_given(const fg_book *book, fg_date announced, fg_date effective) {
  return effective - announced >= book->notice_days;
}

/* R5: the units of a free grant issued on `date`, `quantity` but for amendments in force by then. Those that took
   effect before `*since` are passed over, so that a second list may follow the first; `*since` moves on. */
int64_t fg_amended_quantity(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t grant,
                            fg_date date, int64_t quantity, fg_date *since);
/* R5, R37: the first date of an amendment that holds against the quantity of the edition: of one date, the
   edition's. */
static inline fg_date fg_grant_since(const fg_book *edition, fg_date date) {
  return edition->effective != FG_NO_DATE && edition->effective <= date ? edition->effective + 1 : FG_NO_DATE;
}
/* R5: how many units of a free grant are issued on a date, by the book's own amendments. */
int64_t fg_issued_quantity(const fg_book *book, uint32_t product, uint32_t grant, fg_date date);

/* R1, R3, R6: when something valid from `begin` on is void, but where that is the end of a period; FG_NEVER if it is
   permanent, FG_OVERFLOW past the year 9999. */
fg_status fg_validity_end(const fg_book *book, const fg_policy *policy, fg_validity validity, fg_time begin,
                          fg_time *end);
/* R6: the validity, in days from `begin` on, of what is void at `end`, which is 00:00 of a later date or FG_NEVER. What
   outlasts a century is permanent. */
fg_validity fg_validity_until(const fg_book *book, const fg_policy *policy, fg_time begin, fg_time end);

/* From when on an offer that recurs from an anchor on brings no more lots: the day, or for hours and seconds the
   instant, that is so much later. A lot that is due at 00:00 of that day is none of its own any more, whenever the
   first was. */
fg_status fg_recurrence_end(const fg_book *book, fg_validity lasts, fg_time anchor, fg_time *end);

/* R7: the criteria of a product's packs, its own or those of the switch. */
fg_pack_order fg_pack_order_of(const fg_pack_order *own, const fg_policy *policy);
/* R7: whether the order of packs changes as they are drawn on. */
bool fg_pack_order_moves(const fg_pack_order *order);

/* What decides when a grant or pack is drawn on. */
typedef struct fg_deduction_rank {
  int32_t rank;
  uint32_t owner; ///< 0, the product's own; else by the order of the pools
  bool is_free;
  fg_time expires, issued;
  int64_t left, units;
} fg_deduction_rank;

/* R7: below 0 if `a` is drawn on before `b`, above 0 if after, 0 if the order of the commands decides. */
int fg_deduction_order(const fg_pack_order *order, const fg_deduction_rank *a, const fg_deduction_rank *b);

/* R8: whether a settlement lets packs cover what was postpaid in their month before they were bought. */
static inline bool fg_packs_cover_month(const fg_policy *policy) {
  return policy->value[FG_SWITCH_PACK_REACH] == FG_WHOLE_MONTH;
}

/* R29: from when on a pack bought at `bought` is not refunded any more. */
fg_time fg_refund_end(const fg_book *book, const fg_policy *policy, fg_time bought);

/* R36: whether an answer of the service is billed. */
fg_billable fg_outcome_billable(const fg_product *product, fg_string code);

/* ------------------------------------------------------------------------------------------------- the month's bill */

/* R12, R17: the quantity that picks the tier of a period's usage; `counted` is usage in a capacity mode that counts. */
static inline int64_t fg_tier_quantity(const fg_policy *policy, int64_t free, int64_t packs, int64_t postpaid,
                                       int64_t counted) {
  int64_t quantity = postpaid + counted;
  switch (policy->value[FG_SWITCH_TIER_BASIS]) {
  case FG_BASIS_TOTAL: return quantity + packs + free;
  case FG_BASIS_AFTER_FREE: return quantity + packs;
  default: return quantity;
  }
}
/* R12: whether what free grants and packs cover is left out of it. */
static inline bool fg_tier_is_of_residual(const fg_policy *policy) {
  return policy->value[FG_SWITCH_TIER_BASIS] == FG_BASIS_RESIDUAL;
}

/* R17: whether usage in a capacity mode counts toward a tier. */
static inline bool fg_capacity_calls_count(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_CALLS] == FG_COUNT_FOR_TIER;
}

/* R14: when the usage of a month is settled. */
static inline fg_time fg_settlement_time(const fg_book *book, const fg_policy *policy, fg_month month) {
  fg_date day = fg_month_first(month + 1) + policy->value[FG_SWITCH_SETTLEMENT_DAY]; /* the first value is day 1 */
  return fg_date_begin(day, &book->zone);
}

/* R26: when a product of an account in arrears since then is suspended, by the book's rule of arrears, if one fits. */
static inline fg_time fg_suspension_time(const fg_book *book, const fg_arrears_rule *rule, fg_time arrears_since) {
  int32_t hours = rule != NULL && rule->hours >= 0 ? rule->hours : book->suspension_hours;
  return arrears_since + hours * FG_HOUR;
}
/* R27: whether a balance of 0 is not yet enough to end arrears. */
static inline bool fg_resumes_above_zero(const fg_policy *policy) {
  return policy->value[FG_SWITCH_RESUME_AT] == FG_RESUME_POSITIVE;
}

/* ------------------------------------------------------------------------------------------------------- capacity */

/* R18: the quantity that picks the tier of an order, `held` being what is active when it begins, and whether that
   counts. */
static inline bool fg_capacity_tier_counts_held(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_TIER_SCOPE] == FG_SCOPE_HELD;
}
static inline int64_t fg_capacity_tier_quantity(const fg_policy *policy, int64_t ordered, int64_t held) {
  return fg_capacity_tier_counts_held(policy) ? ordered + held : ordered;
}

/* R19: when an order of so many days, or else months, begins and ends. `start` FG_NO_DATE: at once. FG_START_IN_PAST,
   FG_OVERFLOW past the year 9999. */
fg_status fg_capacity_period(const fg_book *book, const fg_policy *policy, fg_time bought, fg_date start, int64_t days,
                             int64_t months, fg_time *from, fg_time *until);
/* R19: whether months of capacity are those of the calendar. */
static inline bool fg_capacity_months_are_civil(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_MONTH] == FG_MONTH_ANCHORED;
}

/* R20: whether what is bought stands in the place of the limit, also downwards, or is added to it. */
static inline bool fg_capacity_replaces(const fg_capacity_offer *offer, const fg_policy *policy) {
  return (offer->effect >= 0 ? offer->effect : policy->value[FG_SWITCH_CAPACITY_EFFECT]) == FG_EFFECT_REPLACE;
}
/* R20: the least capacity, 1 or more, whose limit is `needed` or more. */
int64_t fg_capacity_for_limit(const fg_capacity_offer *offer, const fg_policy *policy, int64_t needed);

/* Whether what is bought covers usage up to its rate, in place of raising a limit. */
static inline bool fg_capacity_covers(const fg_capacity_offer *offer) { return offer->is_free && offer->bills_beyond; }

/* R21: the most that may be held at once; INT64_MAX where nothing limits it. */
static inline int64_t fg_capacity_most_held(const fg_capacity_offer *offer) {
  return offer->max_held >= 0 ? offer->max_held : INT64_MAX;
}

/* R21: whether so much may be ordered where so much is held already. */
static inline bool fg_capacity_may_be_held(const fg_capacity_offer *offer, int64_t held, int64_t ordered) {
  return offer->max_held < 0 || ordered <= offer->max_held - held;
}

/* R23: whether usage is billed as without capacity where none is active in the mode set, or refused. */
static inline bool fg_mode_falls_back(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_LAPSE] == FG_LAPSE_FALL_BACK;
}

/* R22: how the units of a limit are counted. */
static inline fg_limit_kind fg_limit_kind_of(const fg_limit *limit, const fg_policy *policy) {
  bool is_own = limit->policy != NULL && limit->policy->has[FG_SWITCH_LIMITER];
  bool slides = (is_own ? &limit->policy->is : policy)->value[FG_SWITCH_LIMITER] == FG_LIMITER_SLIDING;
  if (limit->seconds == 0) {
    return FG_LIMIT_SLOTS;
  }
  return limit->kind >= 0 ? (fg_limit_kind)limit->kind : slides ? FG_LIMIT_SLIDING : FG_LIMIT_CLOCK;
}

/* R22: by the clock, units let through leave the window with the one they came in: the windows of a civil day begin at
   its 00:00, those of several days at 00:00 of the days since 1970-01-01 that their number divides. */
static inline fg_time fg_clock_window_end(fg_time length, const fg_zone *zone, fg_time admitted) {
  fg_time civil = admitted + fg_zone_offset(zone, admitted);
  fg_time left = length - civil % length;
  left = left > length ? left - length : left;
  fg_time end = fg_zone_instant(zone, civil + left);
  return end > admitted ? end : admitted + left; /* in an hour that is repeated */
}

/* Where a sliding window is counted in cells, the end of that of an instant, up to the next microsecond: all units of a
   cell leave the window as if let through then, so that there are never too many, and none leaves later than by a
   cell. */
static inline fg_time fg_window_cell_end(fg_time length, fg_time admitted) {
  fg_time into = admitted % length;
  into = into < 0 ? into + length : into;
  fg_int128 next = (fg_int128)into * FG_WINDOW_CELLS / length + 1;
  return admitted - into + (fg_time)((next * length + FG_WINDOW_CELLS - 1) / FG_WINDOW_CELLS);
}

#endif
