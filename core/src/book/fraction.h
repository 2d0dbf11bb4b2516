/* Exact fractions of a month. A charge for part of a month is a price times such a fraction, rounded once, in its
   invoice line or order. */
#ifndef FG_FRACTION_H
#define FG_FRACTION_H

#include "../base/civil.h"
#include "../base/money.h"

/* How a part of a month is counted. Where days are counted, a day counts if the thing is held at the day's end: the day
   of an opening or a change counts, the day of a closing does not. */
typedef enum fg_prorate {
  FG_PRORATE_NONE,          ///< a part of a month is not charged
  FG_PRORATE_DAYS,          ///< days of each calendar month, over all days of that month
  FG_PRORATE_ANCHORED_DAYS, ///< the same of months counted from an anchor, such as the start of an order
  FG_PRORATE_SECONDS,       ///< microseconds of each calendar month, over all of that month
  FG_PRORATE_DAYS_30,       ///< days over 30, in every month
  FG_PRORATE_COUNT
} fg_prorate;

/* The fraction above ÷ below, where `below` is above 0; zero is {0, 1}. */
typedef struct fg_fraction {
  fg_int128 above, below;
} fg_fraction;

/* Adds part ÷ whole to a sum, where 0 ≤ part and 0 < whole. */
void fg_fraction_add(fg_fraction *sum, int64_t part, int64_t whole);

/* How many months [from, until) is, counted in any way but FG_PRORATE_NONE. `anchor` is the date that anchored months
   are counted from, and not after `from`. FG_OVERFLOW past the year 9999. */
fg_status fg_fraction_of_months(fg_prorate by, fg_time from, fg_time until, fg_date anchor, const fg_zone *zone,
                                fg_fraction *months);

/* An amount times a fraction, rounded once; an amount below 0 is rounded as its opposite is. FG_OVERFLOW. */
fg_status fg_fraction_of_amount(fg_amount amount, fg_fraction fraction, fg_rounding rounding, fg_amount *part);

#endif
