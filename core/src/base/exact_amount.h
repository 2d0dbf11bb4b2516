/* Exact amounts: fractions of the smallest amount, as prices give them before they are rounded. */
#ifndef FG_EXACT_AMOUNT_H
#define FG_EXACT_AMOUNT_H

#include "money.h"

/* The amount whole + above ÷ below, where 0 ≤ above < below. */
typedef struct fg_exact {
  fg_amount whole;
  fg_int128 above, below;
} fg_exact;

#define FG_EXACTLY(amount) ((fg_exact){(amount), 0, 1})

/* Add an amount to a sum, or subtract it. False if the result cannot be represented; the sum is then unchanged. */
bool fg_exact_add(fg_exact *sum, fg_exact more);
bool fg_exact_subtract(fg_exact *sum, fg_exact less);

/* Multiplies an amount by `times`, which is at least 0. False if the result cannot be represented. */
bool fg_exact_times(fg_exact amount, int64_t times, fg_exact *product);

/* Rounds an amount that is not negative. FG_OVERFLOW. */
static inline fg_status fg_exact_round(fg_exact amount, fg_rounding rounding, fg_amount *rounded) {
  return fg_amount_round(amount.whole, amount.above, amount.below, rounding, rounded);
}

static inline bool fg_exact_is_zero(fg_exact amount) { return amount.whole == 0 && amount.above == 0; }

/* Below 0 if an exact amount is less than another amount, above 0 if it is more, 0 if they are equal. */
static inline int fg_exact_compare(fg_exact amount, fg_amount other) {
  return amount.whole < other ? -1 : amount.whole > other || amount.above > 0;
}

#endif
