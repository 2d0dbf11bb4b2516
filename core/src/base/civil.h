/* Civil time of a zone, and arithmetic of dates. */
#ifndef FG_CIVIL_H
#define FG_CIVIL_H

#include "base.h"

#define FG_SECOND INT64_C(1000000)
#define FG_HOUR (3600 * FG_SECOND)
#define FG_DAY (24 * FG_HOUR)

/* The bounds of the years 1970 to 9999 in UTC, widened by a day at either end so that the civil times of these years
   fit at any offset. Instants lie between the two. */
#define FG_TIME_MIN (-FG_DAY)
#define FG_TIME_MAX (INT64_C(253402300800) * FG_SECOND + FG_DAY)
static inline bool fg_time_is_civil(fg_time time) { return time > FG_TIME_MIN && time < FG_TIME_MAX; }

/* Whether the clocks of a zone show an instant as one of the years 1970 to 9999, so that it can be written, and read
   again. */
bool fg_time_is_shown(fg_time time, const fg_zone *zone);

/* Whether an instant is of the years 2000 to 2099 in UTC. A count of seconds, milliseconds or nanoseconds that is taken
   for microseconds by mistake is of 1970, or far from now. */
static inline bool fg_time_is_plausible(fg_time time) { return time >= 10957 * FG_DAY && time < 47482 * FG_DAY; }

typedef struct fg_civil {
  int year;  ///< 1970 to 9999
  int month; ///< 1 to 12
  int day;   ///< 1 to 31
} fg_civil;

typedef int32_t fg_month; ///< months since January of year 0: year × 12 + month - 1

fg_civil fg_civil_of(fg_date date);
fg_date fg_date_of(int year, int month, int day); ///< the arguments are a valid civil date
bool fg_civil_is_valid(int year, int month, int day);

/* The place of the last part of a zone that has begun at an instant; 0 if none has. */
size_t fg_zone_part_at(const fg_zone_part *parts, size_t count, fg_time at);

/* The civil date of an instant; and the instant at which a civil date begins. */
fg_date fg_date_at(fg_time time, const fg_zone *zone);
fg_time fg_date_begin(fg_date date, const fg_zone *zone);

/* The date so many months later, on the same day of its month or, if the month is too short, on its last day; and the
   date so many days later. FG_OVERFLOW past the year 9999. */
fg_status fg_date_add_months(fg_date date, int64_t months, fg_date *later);
fg_status fg_date_add_days(fg_date date, int64_t days, fg_date *later);

fg_month fg_month_of(fg_date date);
fg_date fg_month_first(fg_month month);
/* Answers the first day of the date's month; `*next` becomes that of the following month. */
fg_date fg_month_of_date(fg_date date, fg_date *next);
int fg_month_days(fg_month month);
/* How many whole hours a month has: 671 to 745, because an hour that is skipped does not count, and one that is
   repeated counts as two. */
int fg_month_hours(fg_month month, const fg_zone *zone);

fg_status fg_date_parse(const char *text, size_t length, fg_date *date); ///< reads a text such as "2024-11-05"
void fg_date_format(fg_date date, char out[11]);
void fg_month_format(fg_month month, char out[8]); ///< writes a text such as "2024-11"

#endif
