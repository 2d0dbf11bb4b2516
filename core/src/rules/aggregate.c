#include "aggregate.h"

#include "aggregate_value.h"
#include "usage.h"

/* The value that a usage has of the attribute that splits an aggregate. */
static fg_status value_of_by(const fg_account *account, const fg_aggregate *aggregate, const fg_command *command,
                             fg_string *by) {
  fg_values values;
  fg_asked asked = {0, false};
  *by = (fg_string){NULL, 0};
  if (aggregate->by < 0) {
    return FG_OK;
  }
  fg_asked_add(&asked, (uint32_t)aggregate->by);
  FG_TRY(fg_values_read(account->book, &asked, command->attributes, account->state.attributes, command->at, &values,
                        NULL));
  *by = account->book->attributes[aggregate->by].values[values.of[aggregate->by]];
  return FG_OK;
}

static bool is_of(const fg_aggregated *kept, fg_string by) {
  return by.text == NULL ? kept->by.text == NULL : kept->by.text != NULL && fg_string_equal(kept->by, by);
}

static fg_aggregated *find_aggregated(const fg_service *service, fg_string by) {
  for (uint32_t i = 0; i < service->aggregated.count; i++) {
    if (is_of(&service->aggregated.items[i], by)) {
      return &service->aggregated.items[i];
    }
  }
  return NULL;
}

static fg_status reserve_aggregated(const fg_account *account, fg_service *service, const fg_aggregate *aggregate) {
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->aggregated, 1));
  return FG_ARRAY_RESERVE(&account->allocator, &service->highest, aggregate->highest);
}

/* Begins the aggregate of a value, for which there is room. Aggregates stand in the order in which the book lists the
   values, so that it does not matter which value was used first. */
static fg_aggregated *begin_aggregated(const fg_account *account, fg_service *service, const fg_aggregate *aggregate,
                                       fg_string by, fg_time now) {
  uint32_t place = service->aggregated.count;
  int64_t own = fg_aggregate_place_of_value(account, aggregate, by);
  FG_ASSERT(place < service->aggregated.room);
  FG_ASSERT(service->highest.room - service->highest.count >= aggregate->highest);
  if (place == 0) {
    service->aggregated_in = fg_period_at(aggregate->over, service->opened, now, &account->book->zone);
  }
  for (; place > 0 && fg_aggregate_place_of_value(account, aggregate, service->aggregated.items[place - 1].by) > own;
       place--) {
    service->aggregated.items[place] = service->aggregated.items[place - 1];
  }
  service->aggregated.count++;
  fg_aggregated *kept = &service->aggregated.items[place];
  *kept = (fg_aggregated){.by = by, .since = now, .first = service->highest.count};
  for (uint32_t i = 0; i < aggregate->highest; i++) {
    service->highest.items[service->highest.count++] = 0;
  }
  return kept;
}

/* Keeps a sample if it is among the highest. */
static void keep_highest(fg_service *service, const fg_aggregate *aggregate, fg_aggregated *kept, int64_t sample) {
  int64_t *highest = service->highest.items + kept->first;
  uint32_t place = kept->count;
  if (kept->count == aggregate->highest) {
    place--;
    if (aggregate->highest == 0 || highest[place] >= sample) {
      return;
    }
  } else {
    kept->count++;
  }
  for (; place > 0 && highest[place - 1] < sample; place--) {
    highest[place] = highest[place - 1];
  }
  highest[place] = sample;
}

static void close_slot(fg_service *service, const fg_aggregate *aggregate, fg_aggregated *kept) {
  if (!kept->is_open) {
    return;
  }
  if (aggregate->take == FG_TAKE_SUM) {
    kept->value += kept->open;
  } else {
    kept->value = kept->value > kept->open ? kept->value : kept->open;
  }
  if (aggregate->take == FG_TAKE_PERCENTILE) {
    keep_highest(service, aggregate, kept, kept->open);
  }
  kept->samples++;
  kept->open = 0;
  kept->is_open = false;
}

/* Whether an instant falls in the open slot. It never does where each event is a sample of its own. */
static bool is_in_slot(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                       fg_time now) {
  return kept->is_open && aggregate->sample != NULL &&
         kept->since == fg_aggregate_slot(aggregate, service->aggregated_in.begin, now);
}

/* What the open slot comes to with one more event. FG_OVERFLOW. */
static fg_status add_to_slot(const fg_aggregate *aggregate, int64_t open, int64_t units, int64_t *sum) {
  switch ((fg_sample_take)aggregate->sample->take) {
  case FG_SAMPLE_SUM: return fg_add_i64(open, units, sum) ? FG_OK : FG_OVERFLOW;
  case FG_SAMPLE_MAX: *sum = fg_max_i64(open, units); return FG_OK;
  case FG_SAMPLE_LAST: break;
  }
  *sum = units;
  return FG_OK;
}

/* Whether the event of a value could be counted, even if all values of the aggregate were as large. FG_OVERFLOW. */
static fg_status fits(const fg_account *account, const fg_state *state, uint32_t product, const fg_aggregate *aggregate,
                      fg_int128 value) {
  int64_t values = aggregate->by < 0 ? 1 : account->book->attributes[aggregate->by].value_count;
  fg_rating all = {.billable = false};
  FG_TRY(fg_aggregate_units(aggregate, value, &all.units));
  return fg_multiply_i64(all.units, values, &all.units)
             ? fg_usage_fits(account, state, product, all, false, FG_BY_RULES)
             : FG_OVERFLOW;
}

/* What the value is at the period's end if this usage is the last, or a number that it cannot pass then. */
static fg_status value_with(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                            fg_span span, int64_t units, fg_time now, fg_int128 *value) {
  int64_t open = units;
  if (aggregate->take == FG_TAKE_HELD) {
    *value = (fg_int128)units * (span.end - now) +
             (kept == NULL ? 0 : fg_aggregate_value(service, aggregate, kept, now));
    return FG_OK;
  }
  if (kept != NULL && is_in_slot(service, aggregate, kept, now)) {
    FG_TRY(add_to_slot(aggregate, kept->open, units, &open));
  }
  *value = open;
  if (kept != NULL && aggregate->take == FG_TAKE_SUM) {
    *value += kept->value + (is_in_slot(service, aggregate, kept, now) ? 0 : kept->open);
  }
  return FG_OK;
}

fg_status fg_aggregate_prepare(const fg_account *account, fg_state *state, uint32_t product, const fg_command *command,
                               fg_sampled *sampled) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &state->services[product];
  fg_rating rating;
  fg_int128 value = 0;
  FG_TRY(fg_usage_rate_by_rules(account, product, command, &rating, NULL));
  *sampled = (fg_sampled){.units = rating.units,
                          .is_kept = rating.billable && command->billable && service->in_force.is_billed};
  FG_TRY(value_of_by(account, aggregate, command, &sampled->by));
  if (!sampled->is_kept) {
    return FG_OK;
  }
  const fg_aggregated *kept = find_aggregated(service, sampled->by);
  bool has_begun = service->aggregated.count > 0;
  fg_span span = has_begun ? service->aggregated_in
                           : fg_period_at(aggregate->over, service->opened, state->now, &account->book->zone);
  FG_TRY(value_with(service, aggregate, kept, span, rating.units, state->now, &value));
  FG_TRY(fits(account, state, product, aggregate, value));
  return kept == NULL ? reserve_aggregated(account, service, aggregate) : FG_OK;
}

static void keep_held(fg_aggregated *kept, int64_t units, fg_time now) {
  kept->value += (fg_int128)kept->open * (now - kept->since);
  kept->since = now;
  kept->open = units;
}

static void keep_sample(fg_service *service, const fg_aggregate *aggregate, fg_aggregated *kept, int64_t units,
                        fg_time now) {
  if (is_in_slot(service, aggregate, kept, now)) {
    fg_status status = add_to_slot(aggregate, kept->open, units, &kept->open);
    FG_ASSERT(status == FG_OK); /* fg_aggregate_prepare has checked it */
    (void)status;
    return;
  }
  close_slot(service, aggregate, kept);
  kept->is_open = true;
  kept->open = units;
  kept->since = aggregate->sample == NULL ? now : fg_aggregate_slot(aggregate, service->aggregated_in.begin, now);
}

static fg_aggregated *find_or_begin(const fg_account *account, fg_state *state, uint32_t product, fg_string by) {
  fg_service *service = &state->services[product];
  fg_aggregated *kept = find_aggregated(service, by);
  kept = kept != NULL ? kept : begin_aggregated(account, service, fg_aggregate_of(account, product), by, state->now);
  if (fg_time_is_civil(service->aggregated_in.end)) {
    state->next_due = fg_min_i64(state->next_due, service->aggregated_in.end);
  }
  return kept;
}

fg_recorded fg_aggregate_keep(const fg_account *account, fg_state *state, uint32_t product, const fg_sampled *sampled) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &state->services[product];
  fg_recorded recorded = {.bucket = &service->buckets.items[service->buckets.count - 1]};
  if (!sampled->is_kept) {
    recorded.unbilled = sampled->units;
    return recorded;
  }
  fg_aggregated *kept = find_or_begin(account, state, product, sampled->by);
  if (aggregate->take == FG_TAKE_HELD) {
    keep_held(kept, sampled->units, state->now);
  } else {
    keep_sample(service, aggregate, kept, sampled->units, state->now);
  }
  return recorded;
}

void fg_aggregate_close(const fg_account *account, fg_state *draft, uint32_t product) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &draft->services[product];
  for (uint32_t i = 0; i < service->aggregated.count && aggregate->take == FG_TAKE_HELD; i++) {
    keep_held(&service->aggregated.items[i], 0, draft->now);
  }
}

/* Adds units to what was held in the open period, or takes them off. They are units of the value, in the aggregate's
   grain. */
static fg_status adjust_held(const fg_account *account, fg_state *draft, uint32_t product, fg_string by,
                             int64_t units) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &draft->services[product];
  fg_int128 value = (fg_int128)units * fg_aggregate_grain(aggregate);
  int64_t whole = 0;
  fg_aggregated *kept = find_aggregated(service, by);
  if (kept == NULL && units < 0) {
    return FG_AGGREGATE_CLOSED;
  }
  if (kept == NULL) {
    FG_TRY(reserve_aggregated(account, service, aggregate));
    kept = find_or_begin(account, draft, product, by);
  }
  value += fg_aggregate_value(service, aggregate, kept, draft->now);
  FG_TRY(value < 0 ? FG_ADJUST_UNDERFLOW : FG_OK);
  FG_TRY(fits(account, draft, product, aggregate,
              value + (fg_int128)kept->open * (service->aggregated_in.end - draft->now)));
  FG_TRY(fg_aggregate_units(aggregate, value, &whole));
  FG_TRY(whole < kept->made ? FG_ADJUST_UNDERFLOW : FG_OK);
  kept->value = value;
  kept->since = draft->now;
  return FG_OK;
}

static fg_status take_off_open(const fg_account *account, fg_state *draft, uint32_t product, fg_string by,
                               int64_t units) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  const fg_service *service = &draft->services[product];
  fg_aggregated *kept = find_aggregated(service, by);
  bool is_sum = aggregate->take == FG_TAKE_SUM;
  bool is_there = kept != NULL && (is_sum || (aggregate->sample == NULL && kept->is_open) ||
                                   is_in_slot(service, aggregate, kept, draft->now));
  if (!is_there) {
    return FG_AGGREGATE_CLOSED;
  }
  if (kept->open + (is_sum ? kept->value : 0) < units) {
    return FG_ADJUST_UNDERFLOW;
  }
  if (is_sum) {
    kept->value -= units; /* the sum of the whole period; units taken off may be more than the finished slots have */
  } else {
    kept->open -= units;
  }
  return FG_OK;
}

fg_status fg_aggregate_adjust(const fg_account *account, fg_state *draft, uint32_t product, const fg_command *command,
                              fg_recorded *recorded) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_command amount = *command;
  fg_sampled sampled;
  fg_rating rating;
  bool takes_off = command->quantity < 0;
  amount.quantity = takes_off ? -command->quantity : command->quantity;
  amount.billable = true;
  *recorded = (fg_recorded){.bucket = NULL};
  if (!takes_off && aggregate->take != FG_TAKE_HELD) {
    FG_TRY(fg_aggregate_prepare(account, draft, product, &amount, &sampled));
    *recorded = fg_aggregate_keep(account, draft, product, &sampled);
    return FG_OK;
  }
  FG_TRY(fg_usage_rate_by_rules(account, product, &amount, &rating, NULL));
  FG_TRY(value_of_by(account, aggregate, &amount, &sampled.by));
  if (!rating.billable) {
    recorded->unbilled = takes_off ? 0 : rating.units;
    return takes_off ? FG_AGGREGATE_CLOSED : FG_OK;
  }
  return aggregate->take == FG_TAKE_HELD
             ? adjust_held(account, draft, product, sampled.by, takes_off ? -rating.units : rating.units)
             : take_off_open(account, draft, product, sampled.by, rating.units);
}
