#include "fraction.h"

void fg_fraction_add(fg_fraction *sum, int64_t part, int64_t whole) {
  FG_ASSERT(part >= 0 && whole > 0 && sum->below > 0);
  fg_int128 common = sum->below / fg_greatest_common_divisor(sum->below, whole) * whole;
  sum->above = sum->above * (common / sum->below) + part * (common / whole);
  sum->below = common;
  fg_int128 divisor = fg_greatest_common_divisor(sum->below, sum->above);
  sum->above /= divisor;
  sum->below /= divisor;
}

/* Consecutive months: those of the calendar, or those counted from an anchor (R19). */
typedef struct month_row {
  fg_prorate by;
  fg_date anchor;
  const fg_zone *zone;
} month_row;

/* An instant as a position in months: its date, or the instant itself where microseconds are counted. */
static int64_t position_of(const month_row *row, fg_time at) {
  return row->by == FG_PRORATE_SECONDS ? at : fg_date_at(at, row->zone);
}

/* The position at which a month begins. */
static fg_status begin_of(const month_row *row, int64_t month, int64_t *begin) {
  fg_date date = 0;
  FG_TRY(fg_date_add_months(row->anchor, month, &date));
  *begin = row->by == FG_PRORATE_SECONDS ? fg_date_begin(date, row->zone) : date;
  return FG_OK;
}

/* The month that a date is in. An anchor on the 31st makes months that begin on the last day of shorter months, so the
   difference of the calendar months may be one too many. */
static fg_status month_at(const month_row *row, fg_date date, int64_t *month) {
  fg_date begin = 0;
  *month = fg_month_of(date) - fg_month_of(row->anchor);
  FG_TRY(fg_date_add_months(row->anchor, *month, &begin));
  *month -= begin > date;
  return FG_OK;
}

/* Adds the part of a month up to a position, or, if `is_left`, the part after it. */
static fg_status add_into(const month_row *row, int64_t month, int64_t position, bool is_left, fg_fraction *sum) {
  int64_t begin = 0;
  int64_t end = 0;
  FG_TRY(begin_of(row, month, &begin));
  FG_TRY(begin_of(row, month + 1, &end));
  FG_ASSERT(begin <= position && position < end);
  fg_fraction_add(sum, is_left ? end - position : position - begin, end - begin);
  return FG_OK;
}

/* Adds the rest of the first month, the months between, and the part of the last. Where first and last are the same
   month, one whole month is subtracted. */
static fg_status add_months(const month_row *row, fg_time from, fg_time until, fg_fraction *sum) {
  int64_t first = 0;
  int64_t last = 0;
  FG_TRY(month_at(row, fg_date_at(from, row->zone), &first));
  FG_TRY(month_at(row, fg_date_at(until, row->zone), &last));
  FG_TRY(add_into(row, first, position_of(row, from), true, sum));
  FG_TRY(add_into(row, last, position_of(row, until), false, sum));
  sum->above += (last - first - 1) * sum->below;
  FG_ASSERT(sum->above >= 0);
  return FG_OK;
}

fg_status fg_fraction_of_months(fg_prorate by, fg_time from, fg_time until, fg_date anchor, const fg_zone *zone,
                                fg_fraction *months) {
  bool is_anchored = by == FG_PRORATE_ANCHORED_DAYS;
  fg_date begin = fg_date_at(from, zone);
  FG_ASSERT(by != FG_PRORATE_NONE && from <= until && (!is_anchored || anchor <= begin));
  const month_row row = {by, is_anchored ? anchor : fg_month_first(fg_month_of(begin)), zone};
  *months = (fg_fraction){0, 1};
  if (by == FG_PRORATE_DAYS_30) {
    fg_fraction_add(months, fg_date_at(until, zone) - begin, 30);
    return FG_OK;
  }
  return add_months(&row, from, until, months);
}

/* Adds to a rest below `below`; true if the sum reaches `below`, which is then taken off it. */
static bool add_to_rest(fg_int128 *rest, fg_int128 more, fg_int128 below) {
  bool is_over = *rest >= below - more;
  *rest = is_over ? *rest - (below - more) : *rest + more;
  return is_over;
}

/* An amount times a fraction: whole + rest ÷ below. The product may have 256 bits, so it is added up by the binary
   digits of `above`, and divided as it grows. False if `whole` cannot be represented. */
static bool multiply_exactly(fg_amount amount, fg_fraction by, fg_amount *whole, fg_int128 *rest) {
  const fg_uint128 more = (fg_uint128)(amount / by.below);
  const fg_int128 more_rest = amount % by.below;
  fg_uint128 sum = 0; /* three times the largest amount fits 128 bits without a sign */
  *rest = 0;
  for (int digit = 126; digit >= 0; digit--) {
    sum = 2 * sum + add_to_rest(rest, *rest, by.below);
    if ((by.above >> digit & 1) != 0) {
      sum += more + add_to_rest(rest, more_rest, by.below);
    }
    if (sum >= (fg_uint128)FG_AMOUNT_END) {
      return false;
    }
  }
  *whole = (fg_amount)sum;
  return true;
}

fg_status fg_fraction_of_amount(fg_amount amount, fg_fraction fraction, fg_rounding rounding, fg_amount *part) {
  fg_amount size = amount < 0 ? -amount : amount;
  fg_int128 whole = 0;
  fg_int128 rest = 0;
  FG_ASSERT(fg_amount_fits(size) && fraction.above >= 0 && fraction.below > 0);
  rounding.least = amount < 0 ? 0 : rounding.least;
  if (!multiply_exactly(size, fraction, &whole, &rest)) {
    return FG_OVERFLOW;
  }
  FG_TRY(fg_amount_round(whole, rest, fraction.below, rounding, &size));
  *part = amount < 0 ? -size : size;
  return FG_OK;
}
