/* Periods: those of the calendar, and those of so many hours, days or months counted from an anchor, such as an opening
   or a purchase. */
#ifndef FG_PERIOD_H
#define FG_PERIOD_H

#include "../base/civil.h"

typedef enum fg_period_unit {
  FG_EVERY_EVENT = -1, ///< no time at all: as a tier period, each event is priced by itself
  FG_EVERY_MONTH,      ///< a calendar month
  FG_EVERY_DAY,
  FG_EVERY_WEEK, ///< from Monday on
  FG_EVERY_YEAR,
  FG_EVERY_HOUR,
  /* `count` months from 00:00 of the anchor's day on; where a month is too short for that day, its last day (R19). */
  FG_EVERY_MONTHS,
  FG_EVERY_DAYS,  ///< `count` days from 00:00 of the anchor's day on
  FG_EVERY_HOURS, ///< `count` hours from the anchor's instant on
  FG_PERIOD_UNITS
} fg_period_unit;

typedef struct fg_period {
  fg_period_unit unit;
  int32_t count; ///< of an anchored unit; a hundred years at most
} fg_period;

static inline bool fg_period_is_same(fg_period a, fg_period b) { return a.unit == b.unit && a.count == b.count; }

static inline bool fg_period_is_anchored(fg_period period) { return period.unit >= FG_EVERY_MONTHS; }

static inline bool fg_period_is_of_hours(fg_period period) {
  return period.unit == FG_EVERY_HOUR || period.unit == FG_EVERY_HOURS;
}

/* Whether every period `whole` is made of whole periods `part`, wherever they begin. */
bool fg_period_divides(fg_period part, fg_period whole);

/* A span of time: from `begin` on, `end` excluded. */
typedef struct fg_span {
  fg_time begin, end;
} fg_span;

/* What is left of a span of up to an hour around an instant where clocks change in the middle of it, or by a part of an
   hour: it ends there and another begins, so that hours follow one another without a gap in every zone. */
fg_span fg_span_between_changes(fg_span span, fg_time at, const fg_zone *zone);

/* The period that an instant is in. An anchored period counts from `anchor`, which is not later than the instant; its
   first period may begin before the anchor, at 00:00 of the anchor's day. A period may end after the year 9999. */
fg_span fg_period_at(fg_period period, fg_time anchor, fg_time at, const fg_zone *zone);

#endif
