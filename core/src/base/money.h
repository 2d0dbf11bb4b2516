/* Exact amounts: signed 128-bit counts of 10^-12 currency units. */
#ifndef FG_MONEY_H
#define FG_MONEY_H

#include "base.h"

typedef fg_int128 fg_amount; ///< fg_money as a number

/* The amount of one currency unit, and the first that is too large (10^26 units). */
#define FG_UNIT ((fg_amount)1000000000000)
#define FG_AMOUNT_END (FG_UNIT * FG_UNIT * 100 * FG_UNIT)

static inline fg_amount fg_amount_of(fg_money money) {
  return (fg_amount)(((fg_uint128)(uint64_t)money.high << 64) | money.low);
}
static inline fg_money fg_money_of(fg_amount amount) {
  fg_money money = {(int64_t)(uint64_t)((fg_uint128)amount >> 64), (uint64_t)amount};
  return money;
}
static inline bool fg_amount_fits(fg_amount amount) { return amount > -FG_AMOUNT_END && amount < FG_AMOUNT_END; }

/* False if the sum of two amounts no longer fits. */
static inline bool fg_amount_add(fg_amount a, fg_amount b, fg_amount *sum) {
  return !__builtin_add_overflow(a, b, sum) && fg_amount_fits(*sum);
}

/* How the amount of one invoice line is rounded. Money is rounded nowhere else. */
typedef enum fg_rounding_mode {
  FG_ROUND_NONE, ///< amounts are exact; the book makes sure of it
  FG_ROUND_HALF_UP,
  FG_ROUND_HALF_EVEN,
  FG_ROUND_UP,
  FG_ROUND_DOWN,
  FG_ROUNDING_COUNT
} fg_rounding_mode;

typedef struct fg_rounding {
  fg_rounding_mode mode;
  int digits;    ///< decimals kept, 0 … 12
  int64_t least; ///< an amount above 0 becomes no less, in units of the last decimal kept
} fg_rounding;

/* Of amounts that are exact, or are rounded later. */
extern const fg_rounding fg_unrounded;

/* The amounts that are left after rounding are multiples of this one. */
static inline fg_amount fg_rounding_step(fg_rounding rounding) {
  return rounding.mode == FG_ROUND_NONE ? 1 : fg_power_of_ten(FG_MONEY_DECIMALS - rounding.digits);
}

/* price × units ÷ per, rounded once. Arguments are not negative, per is above 0. */
fg_status fg_amount_rate(fg_amount price, int64_t units, int64_t per, fg_rounding rounding, fg_amount *amount);

/* amount + rest ÷ divisor, rounded once. Arguments are not negative, the rest is below the divisor. FG_OVERFLOW. */
fg_status fg_amount_round(fg_amount amount, fg_int128 rest, fg_int128 divisor, fg_rounding rounding,
                          fg_amount *rounded);

int fg_amount_decimals(fg_amount amount); ///< the fewest decimals that the amount can be written with

fg_status fg_amount_parse(const char *text, size_t length, fg_amount *amount);

#endif
