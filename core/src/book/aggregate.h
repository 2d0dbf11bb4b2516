/* Aggregates: the usage of a period becomes one event at the period's end, whose quantity is the highest usage, a
   percentile of it, its sum, or what was held over time (docs/decisions/0025-aggregates.md). */
#ifndef FG_AGGREGATE_H
#define FG_AGGREGATE_H

#include "../base/money.h"
#include "period.h"

typedef enum fg_take { FG_TAKE_MAX, FG_TAKE_PERCENTILE, FG_TAKE_HELD, FG_TAKE_SUM } fg_take;
typedef enum fg_sample_take { FG_SAMPLE_SUM, FG_SAMPLE_MAX, FG_SAMPLE_LAST } fg_sample_take;

/* How an aggregate samples usage: it parts a period into slots of equal length, counted from the period's begin, and
   the events of a slot become one sample. */
typedef struct fg_sample {
  int64_t seconds; ///< length of a slot; it divides an hour
  int32_t take;    ///< fg_sample_take: how the events of a slot make its sample
} fg_sample;

/* A percentile keeps all samples from the highest down to its own, so a book is refused where more than these may stand
   above it. */
enum { FG_SAMPLES_ABOVE_MAX = 5000 };

typedef struct fg_aggregate {
  int32_t take; ///< fg_take: how samples make the value
  fg_period over;
  const fg_sample *sample; ///< NULL: each event is a sample
  fg_amount percent;       ///< the percentile, where FG_UNIT is 1 percent; of `take` FG_TAKE_PERCENTILE alone
  bool skips;              ///< a slot without an event is no sample; else its sample is 0
  int32_t grain;           ///< unit of time in which a held level is counted: second, minute, hour or day
  int32_t by;              ///< place of the text attribute each value of which has an aggregate of its own; -1: none
  int64_t less, least, divide;
  int32_t round;    ///< fg_quantity_rounding of the division by `divide`
  uint32_t highest; ///< how many of the highest samples a percentile keeps (derived)
  fg_string source;
} fg_aggregate;

/* The units that the value of a period comes to: what exceeds `less`, raised to `least`, divided by `divide` and
   rounded. The value of a held level is given in units times microseconds. FG_OVERFLOW. */
fg_status fg_aggregate_units(const fg_aggregate *aggregate, fg_int128 value, int64_t *units);

/* The microseconds that make one unit of a held level, so that its value is divided by them; 1 for the other
   aggregates. */
int64_t fg_aggregate_grain(const fg_aggregate *aggregate);

/* The slot that the instant `at` falls in, and how many slots a period has up to `until`. `begin` is the period's. */
fg_time fg_aggregate_slot(const fg_aggregate *aggregate, fg_time begin, fg_time at);
int64_t fg_aggregate_slots(const fg_aggregate *aggregate, fg_time begin, fg_time until);

/* Which of so many samples is the percentile, counted from the lowest, which is 1; 0 if there are no samples. */
int64_t fg_aggregate_place(const fg_aggregate *aggregate, int64_t samples);

/* How many microseconds the longest period of an aggregate can last in a zone whose clocks change. */
fg_time fg_aggregate_longest(const fg_aggregate *aggregate, const fg_zone *zone);

#endif
