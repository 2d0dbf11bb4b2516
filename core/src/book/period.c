#include "period.h"

/* Monday, 5 January 1970, is day 4. */
static fg_date week_begin(fg_date date) {
  int into_week = (date - 4) % 7;
  return date - (into_week < 0 ? into_week + 7 : into_week);
}

/* The date so many months after another, on the same day of its month or that one's last. It may be of a year after
   9999, as a date that is asked for may not. */
static fg_date months_later(fg_date date, int32_t months) {
  fg_month month = fg_month_of(date) + months;
  return fg_month_first(month) + (fg_date)fg_min_i64(fg_civil_of(date).day, fg_month_days(month)) - 1;
}

/* R19: the dates between which so many months from `first` on hold `date`, always counted from `first`. */
static void months_at(int32_t count, fg_date first, fg_date date, fg_date *begin, fg_date *end) {
  int32_t months = (fg_month_of(date) - fg_month_of(first)) / count * count;
  months -= months_later(first, months) > date ? count : 0; /* its day of the month is still to come */
  *begin = months_later(first, months);
  *end = months_later(first, months + count);
}

static void dates_at(fg_period period, fg_date first, fg_date date, fg_date *begin, fg_date *end) {
  switch (period.unit) {
  case FG_EVERY_WEEK:
    *begin = week_begin(date);
    *end = *begin + 7;
    break;
  case FG_EVERY_MONTH:
    *begin = fg_month_first(fg_month_of(date));
    *end = fg_month_first(fg_month_of(date) + 1);
    break;
  case FG_EVERY_YEAR:
    *begin = fg_date_of(fg_civil_of(date).year, 1, 1);
    *end = fg_date_of(fg_civil_of(date).year + 1, 1, 1);
    break;
  case FG_EVERY_MONTHS: months_at(period.count, first, date, begin, end); break;
  case FG_EVERY_DAYS:
    *begin = date - (date - first) % period.count;
    *end = *begin + period.count;
    break;
  default:
    *begin = date;
    *end = date + 1;
    break;
  }
}

fg_span fg_period_at(fg_period period, fg_time anchor, fg_time at, const fg_zone *zone) {
  FG_ASSERT(!fg_period_is_anchored(period) || (period.count > 0 && anchor <= at));
  if (period.unit == FG_EVERY_HOUR || period.unit == FG_EVERY_HOURS) {
    bool anchored = period.unit == FG_EVERY_HOURS;
    fg_time length = anchored ? period.count * FG_HOUR : FG_HOUR;
    fg_time into = anchored ? at - anchor
                            : at + fg_zone_offset(zone, at) + FG_DAY; /* an offset may go back past 1970 */
    fg_time begin = at - into % length;
    return (fg_span){begin, begin + length};
  }
  fg_date begin = 0;
  fg_date end = 0;
  fg_date first = fg_period_is_anchored(period) ? fg_date_at(anchor, zone) : 0;
  dates_at(period, first, fg_date_at(at, zone), &begin, &end);
  return (fg_span){fg_date_begin(begin, zone), fg_date_begin(end, zone)};
}
