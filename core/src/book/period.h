/* Periods: of the calendar, or so many hours, days or months counted from an anchor, such as an opening or a
   purchase. */
#ifndef FG_PERIOD_H
#define FG_PERIOD_H

#include "../base/civil.h"

typedef enum fg_period_unit {
  FG_EVERY_EVENT = -1, ///< no time at all: of tiers, where each event is priced by itself
  FG_EVERY_MONTH,      ///< of the calendar
  FG_EVERY_DAY,
  FG_EVERY_WEEK, ///< from Monday
  FG_EVERY_YEAR,
  FG_EVERY_HOUR,
  FG_EVERY_MONTHS, ///< `count` of them from 00:00 of the anchor's day on, which a shorter month clips (R19)
  FG_EVERY_DAYS,   ///< `count` of them from 00:00 of the anchor's day on
  FG_EVERY_HOURS,  ///< `count` of them from the anchor's instant on
  FG_PERIOD_UNITS
} fg_period_unit;

typedef struct fg_period {
  fg_period_unit unit;
  int32_t count; ///< of an anchored unit, a hundred years at most
} fg_period;

static inline bool fg_period_is_same(fg_period a, fg_period b) { return a.unit == b.unit && a.count == b.count; }

static inline bool fg_period_is_anchored(fg_period period) { return period.unit >= FG_EVERY_MONTHS; }

static inline bool fg_period_is_of_hours(fg_period period) {
  return period.unit == FG_EVERY_HOUR || period.unit == FG_EVERY_HOURS;
}

/* Whether one period is made of whole ones of another, wherever they are. */
bool fg_period_divides(fg_period part, fg_period whole);

/* A stretch of time: from `begin` on, up to `end`. */
typedef struct fg_span {
  fg_time begin, end;
} fg_span;

/* The period that an instant is in. The anchor, which only an anchored period asks, is not later than the instant; its
   first period may have begun before it, at 00:00 of its day. The last one may end after the year 9999. */
fg_span fg_period_at(fg_period period, fg_time anchor, fg_time at, const fg_zone *zone);

#endif
