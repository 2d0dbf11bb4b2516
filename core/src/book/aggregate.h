/* Aggregates: the events of a period become one at its end, their highest or a percentile of them, their sum, or what
   was held (docs/decisions/0025-aggregates.md). */
#ifndef FG_AGGREGATE_H
#define FG_AGGREGATE_H

#include "../base/money.h"
#include "period.h"

typedef enum fg_take { FG_TAKE_MAX, FG_TAKE_PERCENTILE, FG_TAKE_HELD, FG_TAKE_SUM } fg_take;
typedef enum fg_sample_take { FG_SAMPLE_SUM, FG_SAMPLE_MAX, FG_SAMPLE_LAST } fg_sample_take;

/* The slots of a period, counted from its begin: the events of one become one sample. */
typedef struct fg_sample {
  int64_t seconds; ///< of a slot, which divide an hour
  int32_t take;    ///< fg_sample_take
} fg_sample;

/* At most so many samples may be above a percentile: those up to it are kept. */
enum { FG_SAMPLES_ABOVE_MAX = 5000 };

typedef struct fg_aggregate {
  int32_t take; ///< fg_take
  fg_period over;
  const fg_sample *sample; ///< NULL: each event is a sample
  fg_amount percent;       ///< of a percentile; FG_UNIT is 1
  bool skips;              ///< slots without an event are no samples; else they are 0
  int32_t grain;           ///< of what is held: second, minute, hour, day
  int32_t by;              ///< place of the text attribute that it is one of for each value; -1: none
  int64_t less, least, divide;
  int32_t round;    ///< fg_quantity_rounding
  uint32_t highest; ///< how many of the highest samples a percentile keeps (derived)
  fg_string source;
} fg_aggregate;

/* What a value comes to: above `less`, at least `least`, divided and rounded. What is held is in microseconds of units.
   FG_OVERFLOW. */
fg_status fg_aggregate_units(const fg_aggregate *aggregate, fg_int128 value, int64_t *units);

/* Microseconds of one unit of what is held; of the others a unit is 1. */
int64_t fg_aggregate_grain(const fg_aggregate *aggregate);

/* The slot that an instant of a period is in, and how many there are up to `until`. */
fg_time fg_aggregate_slot(const fg_aggregate *aggregate, fg_time begin, fg_time at);
int64_t fg_aggregate_slots(const fg_aggregate *aggregate, fg_time begin, fg_time until);

/* Where a percentile of so many samples stands, counted from the lowest, 1 …; 0 of none. */
int64_t fg_aggregate_place(const fg_aggregate *aggregate, int64_t samples);

/* The most microseconds that a period lasts. */
fg_time fg_aggregate_longest(const fg_aggregate *aggregate, const fg_zone *zone);

#endif
