/* The checks of an aggregate's keys, and of the rules of a product that has one. */
#include "aggregate.h"
#include "book_keys.h"

enum { SECONDS_OF_HOUR = 3600 };

static bool is_there(const fg_book_reader *reader, const char *name) {
  const fg_json *value = fg_json_get(reader->value, name);
  return value != NULL && !fg_json_is(value, FG_JSON_NULL);
}

static fg_status refuse_part(const fg_book_reader *reader, const char *path, const char *what) {
  return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, path, "%s", what));
}

/* Works out how many of the highest samples must be kept to know the percentile, itself among them. */
static fg_status count_highest(const fg_book_reader *reader, fg_aggregate *aggregate) {
  const fg_zone *zone = &reader->book->whole->zone;
  int64_t samples = fg_aggregate_slots(aggregate, 0, fg_aggregate_longest(aggregate, zone));
  int64_t above = samples - fg_aggregate_place(aggregate, samples);
  aggregate->highest = (uint32_t)fg_min_i64(above, FG_SAMPLES_ABOVE_MAX) + 1;
  return above <= FG_SAMPLES_ABOVE_MAX
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "",
                                           "expected at most %d samples above the percentile, not %lld",
                                           FG_SAMPLES_ABOVE_MAX, (long long)above));
}

static fg_status check_percentile(const fg_book_reader *reader, fg_aggregate *aggregate) {
  const fg_amount least = (fg_amount)50 * FG_UNIT;
  bool is_read = fg_is_read(reader, &aggregate->percent);
  bool in_range = aggregate->percent >= least && aggregate->percent <= 2 * least;
  if (is_read && !in_range) {
    FG_TRY(refuse_part(reader, "percent", "expected a percentage from 50 to 100"));
  }
  if (!is_there(reader, "sample")) {
    return refuse_part(reader, "sample", "missing: a percentile is one of samples");
  }
  bool is_known = is_read && in_range && fg_is_read(reader, &aggregate->sample) &&
                  fg_is_read(reader, &aggregate->sample->seconds) && fg_is_read(reader, &aggregate->over) &&
                  fg_is_read(reader, &reader->book->whole->zone) && aggregate->sample->seconds > 0;
  return is_known ? count_highest(reader, aggregate) : FG_OK;
}

fg_status fg_check_sample(const fg_book_reader *reader, void *object) {
  const fg_sample *sample = object;
  return !fg_is_read(reader, &sample->seconds) || SECONDS_OF_HOUR % sample->seconds == 0
             ? FG_OK
             : refuse_part(reader, "seconds", "expected seconds that divide the 3600 of an hour");
}

fg_status fg_check_aggregate(const fg_book_reader *reader, void *object) {
  fg_aggregate *aggregate = object;
  bool is_one = fg_is_read(reader, &aggregate->take) && aggregate->take == FG_TAKE_PERCENTILE;
  return is_one ? check_percentile(reader, aggregate) : FG_OK;
}

/* Checks that a rule reads no attribute but that of `by`, because nothing else is known of the events at the period's
   end. */
static fg_status check_rule(const fg_book_reader *reader, const fg_product *product, uint32_t rule) {
  const fg_rule *own = &product->rules[rule];
  const fg_aggregate *aggregate = product->aggregate;
  for (uint32_t i = 0; i < own->when.count; i++) {
    bool is_by = (int64_t)own->when.conditions[i].attribute == aggregate->by;
    if (!is_by && (own->price != NULL || own->factor != 0)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "when",
                                 "expected no attribute but that of \"by\": the rule has a price or factor, and the "
                                 "events of a period become one of the product's aggregate");
      return fg_fault_of(reader, fg_within(reader->error, status, "rules[%u]", rule));
    }
  }
  return FG_OK;
}

fg_status fg_check_aggregated(const fg_book_reader *reader, const fg_product *product) {
  bool is_known = product->aggregate != NULL && fg_is_read(reader, &product->aggregate) &&
                  fg_is_read(reader, &product->rules) && fg_is_read(reader, &product->aggregate->by);
  for (uint32_t i = 0; is_known && i < product->rule_count; i++) {
    FG_TRY(fg_is_read(reader, &product->rules[i]) ? check_rule(reader, product, i) : FG_OK);
  }
  return FG_OK;
}
