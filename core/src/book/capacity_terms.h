/* The terms of capacity: which tier prices an order (R18), when it begins and ends (R19), what limit it makes (R20),
   and how much of it may be held (R21). */
#ifndef FG_CAPACITY_TERMS_H
#define FG_CAPACITY_TERMS_H

#include "book.h"

/* R18: whether the tier of an order counts the capacity `held` when the order begins, and the quantity that picks the
   tier. */
static inline bool fg_capacity_tier_counts_held(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_TIER_SCOPE] == FG_SCOPE_HELD;
}
static inline int64_t fg_capacity_tier_quantity(const fg_policy *policy, int64_t ordered, int64_t held) {
  return fg_capacity_tier_counts_held(policy) ? ordered + held : ordered;
}

/* R19: when an order of so many days, or else of so many months, begins and ends. With `start` FG_NO_DATE it begins at
   once. FG_START_IN_PAST, FG_OVERFLOW past the year 9999. */
fg_status fg_capacity_period(const fg_book *book, const fg_policy *policy, fg_time bought, fg_date start, int64_t days,
                             int64_t months, fg_time *from, fg_time *until);
/* R19: whether months of capacity are those of the calendar, and not of 30 or 31 days. */
static inline bool fg_capacity_months_are_civil(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_MONTH] == FG_MONTH_ANCHORED;
}

/* R17: whether usage in a capacity mode counts toward the tier. */
static inline bool fg_capacity_calls_count(const fg_policy *policy) {
  return policy->value[FG_SWITCH_CAPACITY_CALLS] == FG_COUNT_FOR_TIER;
}

/* R20: whether bought capacity replaces the limit, also downwards; else it is added to the limit. */
static inline bool fg_capacity_replaces(const fg_capacity_offer *offer, const fg_policy *policy) {
  return (offer->effect >= 0 ? offer->effect : policy->value[FG_SWITCH_CAPACITY_EFFECT]) == FG_EFFECT_REPLACE;
}
/* R20: the least capacity, at least 1, that makes the limit `needed` or more. */
int64_t fg_capacity_for_limit(const fg_capacity_offer *offer, const fg_policy *policy, int64_t needed);

/* Whether usage that fits the bought rate is free, and the rest is billed. Such a capacity raises no limit. */
static inline bool fg_capacity_covers(const fg_capacity_offer *offer) { return offer->is_free && offer->bills_beyond; }
/* R17: whether all usage is free while the capacity is in force. */
static inline bool fg_capacity_frees_all(const fg_capacity_offer *offer) {
  return offer->is_free && !offer->bills_beyond;
}

/* R21: the most capacity that may be held at once; INT64_MAX where the book sets no bound. */
static inline int64_t fg_capacity_most_held(const fg_capacity_offer *offer) {
  return offer->max_held >= 0 ? offer->max_held : INT64_MAX;
}

/* R21: whether `ordered` more may be bought where `held` is held already. */
static inline bool fg_capacity_may_be_held(const fg_capacity_offer *offer, int64_t held, int64_t ordered) {
  return offer->max_held < 0 || ordered <= offer->max_held - held;
}

#endif
