#include "period.h"

/* The Monday of the week that a date is in; day 4 is Monday, 5 January 1970. */
static fg_date week_begin(fg_date date) {
  int into_week = (date - 4) % 7;
  return date - (into_week < 0 ? into_week + 7 : into_week);
}

/* The date so many months after another: on the same day of the month or, where that is too short, on its last. Unlike
   dates that a user asks for, it may be after the year 9999. */
static fg_date months_later(fg_date date, int32_t months) {
  fg_month month = fg_month_of(date) + months;
  return fg_month_first(month) + (fg_date)fg_min_i64(fg_civil_of(date).day, fg_month_days(month)) - 1;
}

/* R19: the period of `count` months that holds `date`. Periods are counted from `first`, so that one that begins on a
   shorter month's last day does not move those after it. */
static void months_at(int32_t count, fg_date first, fg_date date, fg_date *begin, fg_date *end) {
  int32_t months = (fg_month_of(date) - fg_month_of(first)) / count * count;
  months -= months_later(first, months) > date ? count : 0; /* the day of the month is not reached yet */
  *begin = months_later(first, months);
  *end = months_later(first, months + count);
}

static void dates_at(fg_period period, fg_date first, fg_date date, fg_date *begin, fg_date *end) {
  switch (period.unit) {
  case FG_EVERY_WEEK:
    *begin = week_begin(date);
    *end = *begin + 7;
    break;
  case FG_EVERY_MONTH: *begin = fg_month_of_date(date, end); break;
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

bool fg_period_divides(fg_period part, fg_period whole) {
  bool is_of_days = whole.unit == FG_EVERY_DAYS || whole.unit == FG_EVERY_MONTHS || whole.unit == FG_EVERY_DAY ||
                    whole.unit == FG_EVERY_WEEK || whole.unit == FG_EVERY_MONTH || whole.unit == FG_EVERY_YEAR;
  bool is_day = part.unit == FG_EVERY_DAY || (part.unit == FG_EVERY_DAYS && part.count == 1);
  bool is_same_unit = part.unit == whole.unit && (part.count == 0 || whole.count % part.count == 0);
  return is_same_unit || (is_of_days && (is_day || part.unit == FG_EVERY_HOUR)) ||
         (part.unit == FG_EVERY_MONTH && whole.unit == FG_EVERY_YEAR);
}

fg_span fg_span_between_changes(fg_span span, fg_time at, const fg_zone *zone) {
  int64_t offset = fg_zone_offset(zone, at);
  if (fg_zone_offset(zone, span.begin) == offset && fg_zone_offset(zone, span.end - 1) == offset) {
    return span;
  }
  for (uint32_t i = 0; i < zone->count; i++) {
    fg_time change = zone->parts[i].from;
    span.begin = change > span.begin && change <= at ? change : span.begin;
    span.end = change > at && change < span.end ? change : span.end;
  }
  return span;
}

fg_span fg_period_at(fg_period period, fg_time anchor, fg_time at, const fg_zone *zone) {
  FG_ASSERT(!fg_period_is_anchored(period) || (period.count > 0 && anchor <= at));
  if (period.unit == FG_EVERY_HOURS) {
    fg_time length = period.count * FG_HOUR;
    fg_time begin = at - (at - anchor) % length;
    return (fg_span){begin, begin + length};
  }
  if (period.unit == FG_EVERY_HOUR) {
    /* A day is added, because an offset may reach back before 1970. */
    fg_time civil = at + fg_zone_offset(zone, at) + FG_DAY;
    fg_time begin = at - civil % FG_HOUR;
    return fg_span_between_changes((fg_span){begin, begin + FG_HOUR}, at, zone);
  }
  fg_date begin = 0;
  fg_date end = 0;
  fg_date first = fg_period_is_anchored(period) ? fg_date_at(anchor, zone) : 0;
  dates_at(period, first, fg_date_at(at, zone), &begin, &end);
  return (fg_span){fg_date_begin(begin, zone), fg_date_begin(end, zone)};
}
