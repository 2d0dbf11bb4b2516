/* Fractions of a month, exact: what is held for a part of it is charged by one of these, and rounded once, in its line
   or order. */
#ifndef FG_FRACTION_H
#define FG_FRACTION_H

#include "../base/civil.h"
#include "../base/money.h"

/* How a part of a month is counted. A day counts if something is held at its end: that of opening or of a change does,
   that of closing does not. */
typedef enum fg_prorate {
  FG_PRORATE_NONE,          ///< no part of a month is charged
  FG_PRORATE_DAYS,          ///< days over those of their calendar month
  FG_PRORATE_ANCHORED_DAYS, ///< days over those of their month counted from an anchor
  FG_PRORATE_SECONDS,       ///< microseconds over those of their calendar month
  FG_PRORATE_DAYS_30,       ///< days over 30
  FG_PRORATE_COUNT
} fg_prorate;

/* above ÷ below; below is above 0. Zero is {0, 1}. */
typedef struct fg_fraction {
  fg_int128 above, below;
} fg_fraction;

/* Adds part ÷ whole, of 0 ≤ part and 0 < whole. */
void fg_fraction_add(fg_fraction *sum, int64_t part, int64_t whole);

/* The months of [from, until), any way but FG_PRORATE_NONE. `anchor` is the date that anchored months are counted from,
   not after `from`. FG_OVERFLOW past the year 9999. */
fg_status fg_fraction_of_months(fg_prorate by, fg_time from, fg_time until, fg_date anchor, const fg_zone *zone,
                                fg_fraction *months);

/* amount × fraction, rounded once; what is below 0 is rounded as if it were above. FG_OVERFLOW. */
fg_status fg_fraction_of_amount(fg_amount amount, fg_fraction fraction, fg_rounding rounding, fg_amount *part);

#endif
