#include "aggregate_value.h"

int64_t fg_aggregate_place_of_value(const fg_account *account, const fg_aggregate *aggregate, fg_string by) {
  return by.text == NULL ? 0 : fg_text_index_find(&account->book->attributes[aggregate->by].found_by, by);
}

/* The sample at a place of a percentile, counted from the highest, which is 1; 0 where there are fewer samples. */
static int64_t highest_at(const fg_service *service, const fg_aggregated *kept, int64_t place) {
  return place <= kept->count ? service->highest.items[kept->first + place - 1] : 0;
}

/* The sample at that place if the open slot counts as a sample. */
static int64_t sample_at(const fg_service *service, const fg_aggregated *kept, int64_t place) {
  int64_t own = highest_at(service, kept, place);
  int64_t above = place > 1 ? highest_at(service, kept, place - 1) : INT64_MAX;
  return kept->is_open ? fg_min_i64(above, fg_max_i64(own, kept->open)) : own;
}

static int64_t percentile_of(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                             fg_time until) {
  int64_t samples = aggregate->skips ? kept->samples + kept->is_open
                                     : fg_aggregate_slots(aggregate, service->aggregated_in.begin, until);
  int64_t from_highest = samples - fg_aggregate_place(aggregate, samples) + 1;
  FG_ASSERT(samples > 0 && from_highest > 0 && from_highest <= aggregate->highest);
  return sample_at(service, kept, from_highest);
}

fg_int128 fg_aggregate_value(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                             fg_time until) {
  switch ((fg_take)aggregate->take) {
  case FG_TAKE_MAX: return kept->value > kept->open ? kept->value : kept->open;
  case FG_TAKE_PERCENTILE: return percentile_of(service, aggregate, kept, until);
  case FG_TAKE_HELD: return kept->value + (fg_int128)kept->open * (until - kept->since);
  case FG_TAKE_SUM: break;
  }
  return kept->value + kept->open;
}

fg_time fg_aggregate_until_now(const fg_aggregate *aggregate, const fg_state *state) {
  return state->now + (aggregate->take == FG_TAKE_HELD ? 0 : 1);
}

fg_status fg_aggregate_now(const fg_account *account, const fg_state *state, uint32_t product, uint32_t place,
                           int64_t *units) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  const fg_service *service = &state->services[product];
  const fg_aggregated *kept = &service->aggregated.items[place];
  return fg_aggregate_units(
      aggregate, fg_aggregate_value(service, aggregate, kept, fg_aggregate_until_now(aggregate, state)), units);
}
