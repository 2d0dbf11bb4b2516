/* The quantity that picks the tier of usage (R12, R17), a term of the book. */
#ifndef FG_TIER_QUANTITY_H
#define FG_TIER_QUANTITY_H

#include "book.h"

/* R12, R17: the quantity that picks the tier of a period's usage. `counted` is usage in a capacity mode, where it
   counts toward the tier. */
static inline int64_t fg_tier_quantity(const fg_policy *policy, int64_t free, int64_t packs, int64_t postpaid,
                                       int64_t counted) {
  int64_t quantity = postpaid + counted;
  switch (policy->value[FG_SWITCH_TIER_BASIS]) {
  case FG_BASIS_TOTAL: return quantity + packs + free;
  case FG_BASIS_AFTER_FREE: return quantity + packs;
  default: return quantity;
  }
}
/* R12: whether only what grants and packs leave over picks the tier. */
static inline bool fg_tier_is_of_residual(const fg_policy *policy) {
  return policy->value[FG_SWITCH_TIER_BASIS] == FG_BASIS_RESIDUAL;
}

#endif
