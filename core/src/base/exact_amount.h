/* Amounts that need not be a multiple of the smallest one, as they are until they are rounded. */
#ifndef FG_EXACT_AMOUNT_H
#define FG_EXACT_AMOUNT_H

#include "money.h"

/* whole + above ÷ below, of 0 ≤ above < below. */
typedef struct fg_exact {
  fg_amount whole;
  fg_int128 above, below;
} fg_exact;

#define FG_EXACTLY(amount) ((fg_exact){(amount), 0, 1})

/* sum + more, and sum − less; false, and the sum as it was, where that cannot be said. */
bool fg_exact_add(fg_exact *sum, fg_exact more);
bool fg_exact_subtract(fg_exact *sum, fg_exact less);

/* times × amount, of 0 ≤ times. False where it cannot be said. */
bool fg_exact_times(fg_exact amount, int64_t times, fg_exact *product);

/* Rounded; an amount that is not negative. FG_OVERFLOW. */
static inline fg_status fg_exact_round(fg_exact amount, fg_rounding rounding, fg_amount *rounded) {
  return fg_amount_round(amount.whole, amount.above, amount.below, rounding, rounded);
}

static inline bool fg_exact_is_zero(fg_exact amount) { return amount.whole == 0 && amount.above == 0; }

/* Below 0, 0 or above 0 as it is less than a whole amount, the same, or more. */
static inline int fg_exact_compare(fg_exact amount, fg_amount other) {
  return amount.whole < other ? -1 : amount.whole > other || amount.above > 0;
}

#endif
