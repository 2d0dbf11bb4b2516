/* The switches: where a price guide is silent or contradicts itself, the book says which reading holds. */
#ifndef FG_POLICY_H
#define FG_POLICY_H

#include "../base/status.h"

/* X(NAME, key, rule, values; the first is the default). */
#define FG_SWITCH_LIST(X)                                                                                              \
  X(PACK_EXPIRY, "pack_expiry", "R6", "anniversary_end", "anniversary_start")                                          \
  X(PACK_ORDER, "pack_order", "R7", "expiry", "purchase", "smallest_left")                                             \
  X(PACK_REACH, "pack_reach", "R8", "from_purchase", "whole_month")                                                    \
  X(TIER_BASIS, "tier_basis", "R12", "residual", "after_free", "total")                                                \
  X(SETTLEMENT_DAY, "settlement_day", "R14", "1", "2", "3")                                                            \
  X(CAPACITY_CALLS, "capacity_calls", "R17", "uncounted", "count_for_tier")                                            \
  X(CAPACITY_TIER_SCOPE, "capacity_tier_scope", "R18", "order", "held")                                                \
  X(CAPACITY_MONTH, "capacity_month", "R19", "anchored", "days_30", "days_31")                                         \
  X(CAPACITY_EFFECT, "capacity_effect", "R20", "replace", "add")                                                       \
  X(CAPACITY_LAPSE, "capacity_lapse", "R23", "deny", "fall_back")                                                      \
  X(RESUME_AT, "resume_at", "R27", "nonnegative", "positive")                                                          \
  X(REFUND_CLOCK, "refund_clock", "R29", "civil_days", "hours")                                                        \
  X(LIMITER, "limiter", "R22", "sliding", "clock_second")

typedef enum fg_switch {
#define FG_SWITCH_ENUM(NAME, key, rule, ...) FG_SWITCH_##NAME,
  FG_SWITCH_LIST(FG_SWITCH_ENUM)
#undef FG_SWITCH_ENUM
      FG_SWITCH_COUNT
} fg_switch;

/* The values by name, each the number of its word in the list above. */
enum { FG_ANNIVERSARY_END, FG_ANNIVERSARY_START };
enum { FG_ORDER_EXPIRY, FG_ORDER_PURCHASE, FG_ORDER_SMALLEST_LEFT };
enum { FG_FROM_PURCHASE, FG_WHOLE_MONTH };
enum { FG_BASIS_RESIDUAL, FG_BASIS_AFTER_FREE, FG_BASIS_TOTAL };
enum { FG_UNCOUNTED, FG_COUNT_FOR_TIER };
enum { FG_SCOPE_ORDER, FG_SCOPE_HELD };
enum { FG_MONTH_ANCHORED, FG_MONTH_DAYS_30, FG_MONTH_DAYS_31 };
enum { FG_EFFECT_REPLACE, FG_EFFECT_ADD };
enum { FG_LAPSE_DENY, FG_LAPSE_FALL_BACK };
enum { FG_RESUME_NONNEGATIVE, FG_RESUME_POSITIVE };
enum { FG_REFUND_CIVIL_DAYS, FG_REFUND_HOURS };
enum { FG_LIMITER_SLIDING, FG_LIMITER_CLOCK_SECOND };

typedef struct fg_policy {
  uint8_t value[FG_SWITCH_COUNT];
} fg_policy;

/* Sets a switch by its words; FG_INVALID, with the key as path, for one that does not exist. */
fg_status fg_policy_set(fg_policy *policy, fg_string key, fg_string value, fg_error *error);

/* The switch of a key; false if there is none. */
bool fg_policy_find(fg_string key, fg_switch *which);

const char *fg_policy_key(fg_switch which);
const char *fg_policy_word(const fg_policy *policy, fg_switch which);

/* Settlement days are numbers in a document, all other values words. */
static inline bool fg_policy_is_number(fg_switch which) { return which == FG_SWITCH_SETTLEMENT_DAY; }

#endif
