/* The bounds of an amount: what it is at least and at most (`least`, `most`). */
#ifndef FG_BOUNDS_H
#define FG_BOUNDS_H

#include "../base/exact_amount.h"

typedef struct fg_bound {
  bool given;
  fg_amount amount;
} fg_bound;
typedef struct fg_bounds {
  fg_bound least, most; ///< `least` is not above `most` where both are given (bounds.c)
} fg_bounds;

static inline bool fg_bounds_are_given(const fg_bounds *bounds) { return bounds->least.given || bounds->most.given; }

/* Below 0 if an amount is less than the least, above 0 if it is more than the most, else 0. */
static inline int fg_bounds_compare(const fg_bounds *bounds, fg_exact amount) {
  bool is_less = bounds->least.given && fg_exact_compare(amount, bounds->least.amount) < 0;
  bool is_more = bounds->most.given && fg_exact_compare(amount, bounds->most.amount) > 0;
  FG_ASSERT(!is_less || !is_more);
  return is_more - is_less;
}

/* An amount, raised to the least or cut to the most where it is beyond one of them. */
static inline fg_exact fg_within_bounds(const fg_bounds *bounds, fg_exact amount) {
  int side = fg_bounds_compare(bounds, amount);
  return side == 0 ? amount : FG_EXACTLY(side < 0 ? bounds->least.amount : bounds->most.amount);
}

#endif
