#include "aggregate.h"

#include "rule.h"

int64_t fg_aggregate_grain(const fg_aggregate *aggregate) {
  static const fg_time grains[] = {FG_SECOND, 60 * FG_SECOND, FG_HOUR, FG_DAY};
  return aggregate->take == FG_TAKE_HELD ? grains[aggregate->grain] : 1;
}

/* Allowance, least and divisor are at most 2^63 and a grain is less than 2^37, so none of them times the grain
   overflows. */
fg_status fg_aggregate_units(const fg_aggregate *aggregate, fg_int128 value, int64_t *units) {
  const fg_int128 grain = fg_aggregate_grain(aggregate);
  FG_ASSERT(aggregate->less >= 0 && aggregate->least >= 0 && aggregate->divide >= 1 && grain < INT64_C(1) << 37);
  fg_int128 above = value - aggregate->less * grain;
  fg_int128 least = aggregate->least * grain;
  fg_int128 below = aggregate->divide * grain;
  *units = 0;
  if (above <= 0) {
    return FG_OK;
  }
  above = above < least ? least : above;
  fg_int128 rest = above % below;
  bool rounds_up = aggregate->round == FG_TERM_UP ? rest > 0
                                                  : aggregate->round == FG_TERM_HALF_UP && rest >= below - rest;
  fg_int128 whole = above / below + rounds_up;
  *units = whole <= INT64_MAX ? (int64_t)whole : 0;
  return whole <= INT64_MAX ? FG_OK : FG_OVERFLOW;
}

fg_time fg_aggregate_slot(const fg_aggregate *aggregate, fg_time begin, fg_time at) {
  fg_time length = aggregate->sample->seconds * FG_SECOND;
  return begin + (at - begin) / length * length;
}

int64_t fg_aggregate_slots(const fg_aggregate *aggregate, fg_time begin, fg_time until) {
  fg_time length = aggregate->sample->seconds * FG_SECOND;
  return (until - begin + length - 1) / length;
}

int64_t fg_aggregate_place(const fg_aggregate *aggregate, int64_t samples) {
  const fg_int128 whole = (fg_int128)100 * FG_UNIT;
  return (int64_t)((aggregate->percent * samples + whole - 1) / whole);
}

/* The difference between the greatest and the least offset of a zone. No civil day or month is longer than usual by
   more. */
static fg_time clock_change(const fg_zone *zone) {
  fg_time low = zone->count > 0 ? zone->parts[0].offset : 0;
  fg_time high = low;
  for (uint32_t i = 0; i < zone->count; i++) {
    low = fg_min_i64(low, zone->parts[i].offset);
    high = fg_max_i64(high, zone->parts[i].offset);
  }
  return high - low;
}

fg_time fg_aggregate_longest(const fg_aggregate *aggregate, const fg_zone *zone) {
  const fg_time count = aggregate->over.count;
  switch (aggregate->over.unit) {
  case FG_EVERY_HOUR: return FG_HOUR;
  case FG_EVERY_HOURS: return count * FG_HOUR;
  case FG_EVERY_DAY: return FG_DAY + clock_change(zone);
  case FG_EVERY_WEEK: return 7 * FG_DAY + clock_change(zone);
  case FG_EVERY_MONTH: return 31 * FG_DAY + clock_change(zone);
  case FG_EVERY_YEAR: return 366 * FG_DAY + clock_change(zone);
  case FG_EVERY_DAYS: return count * FG_DAY + clock_change(zone);
  case FG_EVERY_MONTHS: return count * 31 * FG_DAY + clock_change(zone);
  case FG_EVERY_EVENT:
  case FG_PERIOD_UNITS: break;
  }
  FG_ASSERT(false);
  return FG_HOUR;
}
