/* Exact money: signed 128-bit numbers of 10^-12 currency units. */
#ifndef FG_MONEY_H
#define FG_MONEY_H

#include "base.h"

typedef fg_int128 fg_amount; ///< an fg_money as a number

/* The amount of one currency unit; and the first amount that is too large, which is 10^26 units. */
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

/* Adds two amounts; false if the sum does not fit. */
static inline bool fg_amount_add(fg_amount a, fg_amount b, fg_amount *sum) {
  return !__builtin_add_overflow(a, b, sum) && fg_amount_fits(*sum);
}

/* How the amount of an invoice line is rounded. Money is rounded only there, or where a book asks for it earlier. */
typedef enum fg_rounding_mode {
  FG_ROUND_NONE, ///< nothing is rounded, because the book has no price that needs it
  FG_ROUND_HALF_UP,
  FG_ROUND_HALF_EVEN,
  FG_ROUND_UP,
  FG_ROUND_DOWN,
  FG_ROUNDING_COUNT
} fg_rounding_mode;

typedef struct fg_rounding {
  fg_rounding_mode mode;
  int digits;    ///< decimals that are kept, 0 to 12
  int64_t least; ///< an amount above 0 becomes at least this many units of the last decimal that is kept
} fg_rounding;

/* The rounding of amounts that are exact, or are rounded later. */
extern const fg_rounding fg_unrounded;

/* The smallest rounded amount, of which all others are multiples. */
static inline fg_amount fg_rounding_step(fg_rounding rounding) {
  return rounding.mode == FG_ROUND_NONE ? 1 : fg_power_of_ten(FG_MONEY_DECIMALS - rounding.digits);
}

/* price × units ÷ per, rounded once. No argument is negative, and `per` is above 0. */
fg_status fg_amount_rate(fg_amount price, int64_t units, int64_t per, fg_rounding rounding, fg_amount *amount);
/* Whether that changes no amount by rounding, however many units there are. */
static inline bool fg_rate_is_exact(fg_amount price, int64_t per, fg_rounding rounding) {
  fg_amount step = fg_rounding_step(rounding);
  return price % (per * step) == 0 && (price == 0 || price / per >= rounding.least * step);
}

/* amount + rest ÷ divisor, rounded once. No argument is negative, and the rest is below the divisor. FG_OVERFLOW. */
fg_status fg_amount_round(fg_amount amount, fg_int128 rest, fg_int128 divisor, fg_rounding rounding,
                          fg_amount *rounded);

int fg_amount_decimals(fg_amount amount); ///< the fewest decimals with which the amount can be written exactly

fg_status fg_amount_parse(const char *text, size_t length, fg_amount *amount);

#endif
