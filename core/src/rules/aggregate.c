#include "aggregate.h"

#include "../book/covers.h"
#include "../book/when.h"
#include "usage.h"

/* ------------------------------------------------------------------------------------------------- what is kept */

/* The value of the attribute that splits the aggregate. */
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

/* The place of a value in the edition in force; FG_NONE where it has it no more. */
static int64_t place_of_value(const fg_account *account, const fg_aggregate *aggregate, fg_string by) {
  return by.text == NULL ? 0 : fg_text_index_find(&account->book->attributes[aggregate->by].found_by, by);
}

static fg_status reserve_aggregated(const fg_account *account, fg_service *service, const fg_aggregate *aggregate) {
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->aggregated, 1));
  return FG_ARRAY_RESERVE(&account->allocator, &service->highest, aggregate->highest);
}

/* Begins the aggregate of a value, where there is room. Values stand in the order of the book, so that it does not
   matter which was used first. */
static fg_aggregated *begin_aggregated(const fg_account *account, fg_service *service, const fg_aggregate *aggregate,
                                       fg_string by, fg_time now) {
  uint32_t place = service->aggregated.count;
  int64_t own = place_of_value(account, aggregate, by);
  FG_ASSERT(place < service->aggregated.room);
  FG_ASSERT(service->highest.room - service->highest.count >= aggregate->highest);
  if (place == 0) {
    service->aggregated_in = fg_period_at(aggregate->over, service->opened, now, &account->book->zone);
  }
  for (; place > 0 && place_of_value(account, aggregate, service->aggregated.items[place - 1].by) > own; place--) {
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

/* Puts a sample among the highest, if it is one of them. */
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

/* Whether an instant is in the open slot; where each event is a sample, it never is. */
static bool is_in_slot(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                       fg_time now) {
  return kept->is_open && aggregate->sample != NULL &&
         kept->since == fg_aggregate_slot(aggregate, service->aggregated_in.begin, now);
}

/* The open slot with one event more. FG_OVERFLOW. */
static fg_status add_to_slot(const fg_aggregate *aggregate, int64_t open, int64_t units, int64_t *sum) {
  switch ((fg_sample_take)aggregate->sample->take) {
  case FG_SAMPLE_SUM: return fg_add_i64(open, units, sum) ? FG_OK : FG_OVERFLOW;
  case FG_SAMPLE_MAX: *sum = fg_max_i64(open, units); return FG_OK;
  case FG_SAMPLE_LAST: break;
  }
  *sum = units;
  return FG_OK;
}

/* ----------------------------------------------------------------------------------------------- what it comes to */

/* A place in the samples of a percentile, counted from the highest, 1 …; 0 where there are fewer. */
static int64_t highest_at(const fg_service *service, const fg_aggregated *kept, int64_t place) {
  return place <= kept->count ? service->highest.items[kept->first + place - 1] : 0;
}

/* The sample at such a place where the slot that is still open counts as one of them. */
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

/* The value up to an instant of the period or its end. */
static fg_int128 value_until(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                             fg_time until) {
  switch ((fg_take)aggregate->take) {
  case FG_TAKE_MAX: return kept->value > kept->open ? kept->value : kept->open;
  case FG_TAKE_PERCENTILE: return percentile_of(service, aggregate, kept, until);
  case FG_TAKE_HELD: return kept->value + (fg_int128)kept->open * (until - kept->since);
  case FG_TAKE_SUM: break;
  }
  return kept->value + kept->open;
}

/* Slots that have begun count. */
static fg_time until_now(const fg_aggregate *aggregate, const fg_state *state) {
  return state->now + (aggregate->take == FG_TAKE_HELD ? 0 : 1);
}

fg_status fg_aggregate_now(const fg_account *account, const fg_state *state, uint32_t product, uint32_t place,
                           int64_t *units) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  const fg_service *service = &state->services[product];
  const fg_aggregated *kept = &service->aggregated.items[place];
  return fg_aggregate_units(aggregate, value_until(service, aggregate, kept, until_now(aggregate, state)), units);
}

/* ------------------------------------------------------------------------------------------------------------ usage */

/* The most that the values of the open period may come to each, so that all of them can be counted in the month. */
static fg_status fits(const fg_account *account, const fg_state *state, uint32_t product, const fg_aggregate *aggregate,
                      fg_int128 value) {
  int64_t values = aggregate->by < 0 ? 1 : account->book->attributes[aggregate->by].value_count;
  fg_rating all = {.billable = false};
  FG_TRY(fg_aggregate_units(aggregate, value, &all.units));
  return fg_multiply_i64(all.units, values, &all.units)
             ? fg_usage_fits(account, state, product, all, false, FG_BY_RULES)
             : FG_OVERFLOW;
}

/* What the value is at the period's end, if nothing else happens, or one that it cannot pass. */
static fg_status value_with(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                            fg_span span, int64_t units, fg_time now, fg_int128 *value) {
  int64_t open = units;
  if (aggregate->take == FG_TAKE_HELD) {
    *value = (fg_int128)units * (span.end - now) + (kept == NULL ? 0 : value_until(service, aggregate, kept, now));
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
    FG_ASSERT(status == FG_OK); /* it was prepared */
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

/* ------------------------------------------------------------------------------------------------------ corrections */

/* Adds to what was held in the open period, or takes off it; `units` are of its value, which is in grains. */
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
  value += value_until(service, aggregate, kept, draft->now);
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
    kept->value -= units; /* of the whole: it may be more than the slots that are over */
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

/* ----------------------------------------------------------------------------------------------------------- events */

/* The price and the factor of a value, by the rules that have one: these ask the value alone. */
static void rate_value(const fg_account *account, uint32_t product, fg_string by, fg_rating *rating) {
  const fg_product *offered = &account->book->products[product];
  const fg_aggregate *aggregate = offered->aggregate;
  fg_values values = {.there = 0};
  int64_t place = place_of_value(account, aggregate, by);
  uint16_t price = FG_NO_PLACE;
  uint16_t factor = FG_NO_PLACE;
  if (by.text != NULL) {
    values.of[aggregate->by] = place;
  }
  for (uint32_t i = 0; i < offered->rule_count; i++) {
    const fg_rated *own = &offered->rule_places[i];
    bool is_asked = own->price != FG_NO_PLACE || own->factor != FG_NO_PLACE;
    if (is_asked && (place >= 0 || offered->rules[i].when.count == 0) &&
        fg_when_holds(&offered->rules[i].when, &values)) {
      price = price == FG_NO_PLACE ? own->price : price;
      factor = factor == FG_NO_PLACE ? own->factor : factor;
    }
  }
  bool has_own = offered->prices[0].id.length == 0;
  rating->billable = price != FG_NO_PLACE || has_own; /* an edition may have no price for it any more */
  rating->price = price != FG_NO_PLACE ? price : 0;
  rating->factor = factor != FG_NO_PLACE ? factor : 0;
}

/* Notes in the bucket of an event what it was made of, for those who read the bill. */
static void note_made(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                      fg_time until, const fg_bucket *counted) {
  fg_made *made = &service->buckets.items[counted - service->buckets.items].made;
  bool is_percentile = aggregate->take == FG_TAKE_PERCENTILE;
  made->events++;
  made->samples = kept->samples + kept->is_open;
  if (is_percentile && !aggregate->skips) {
    made->samples = fg_aggregate_slots(aggregate, service->aggregated_in.begin, until);
  }
  made->place = is_percentile ? fg_aggregate_place(aggregate, made->samples) : 0;
}

/* The covers of pools that are for a value: of the usage they know nothing else. */
static uint16_t covers_of_value(const fg_account *account, const fg_state *state, uint32_t product, fg_string by,
                                fg_time at) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_attribute value = {.text = by};
  if (account->book->products[product].varied_count == 0) {
    return 0;
  }
  if (by.text != NULL) {
    value.name = account->book->attributes[aggregate->by].id;
  }
  return fg_covers_fitting(account->book, product, (fg_attributes){&value, by.text != NULL}, state->attributes, at);
}

/* Makes the event of one value of what has come up to an instant. */
static fg_status make_event(fg_account *account, fg_state *draft, uint32_t product, uint32_t place, fg_time until) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &draft->services[product];
  fg_aggregated *kept = &service->aggregated.items[place];
  fg_rating rating = {.units = 0};
  fg_recorded recorded;
  FG_TRY(fg_aggregate_units(aggregate, value_until(service, aggregate, kept, until), &rating.units));
  rate_value(account, product, kept->by, &rating);
  rating.covers = covers_of_value(account, draft, product, kept->by, draft->now);
  FG_ASSERT(rating.units >= kept->made);
  rating.units -= kept->made;
  kept->made += rating.units;
  rating.of_each = fg_cell_is_of_events(account, product) ? rating.units : 0;
  if (rating.units == 0) {
    return FG_OK;
  }
  service->in_force.is_billed =
      true; /* in whatever mode: what was kept is for the bill; found anew with all in force */
  FG_TRY(fg_usage_happened(account, draft, product, rating, &recorded));
  note_made(service, aggregate, kept, until, recorded.bucket);
  return FG_OK;
}

static fg_status make_events(fg_account *account, fg_state *draft, uint32_t product, fg_time until) {
  for (uint32_t i = 0; i < draft->services[product].aggregated.count; i++) {
    FG_TRY(make_event(account, draft, product, i, until));
  }
  return FG_OK;
}

/* What is held goes on into the next period. */
static void begin_next(const fg_account *account, fg_service *service, const fg_aggregate *aggregate, fg_time at) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < service->aggregated.count && aggregate->take == FG_TAKE_HELD; i++) {
    const fg_aggregated *held = &service->aggregated.items[i];
    if (held->open > 0) {
      service->aggregated.items[kept++] = (fg_aggregated){.by = held->by, .open = held->open, .since = at};
    }
  }
  service->aggregated.count = kept;
  service->highest.count = 0;
  if (kept > 0) {
    service->aggregated_in = fg_period_at(aggregate->over, service->opened, at, &account->book->zone);
  }
}

static bool is_gone(const fg_book *next, uint32_t product) { return next != NULL && next->products[product].withdrawn; }

fg_time fg_aggregates_next(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    if (service->aggregated.count > 0 && fg_time_is_civil(service->aggregated_in.end)) {
      next = fg_min_i64(next, service->aggregated_in.end);
    }
  }
  return next;
}

/* The period of a product that the next edition does not have ends with this one. */
static fg_status end_of_product(fg_account *account, fg_state *draft, uint32_t product, fg_time at,
                                const fg_book *next) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &draft->services[product];
  bool ends = service->aggregated_in.end == at || is_gone(next, product);
  if (service->aggregated.count == 0 || (!ends && (next == NULL || aggregate->take != FG_TAKE_HELD))) {
    return FG_OK;
  }
  FG_TRY(fg_state_own(account, draft));
  draft->now = at - 1;
  FG_TRY(make_events(account, draft, product, at));
  if (ends) {
    begin_next(account, service, aggregate, at);
    service->aggregated.count = is_gone(next, product) ? 0 : service->aggregated.count;
  }
  return FG_OK;
}

fg_status fg_aggregates_end(fg_account *account, fg_state *draft, fg_time at, const fg_book *next) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(end_of_product(account, draft, product, at, next));
  }
  return FG_OK;
}

static fg_status make_all_now(fg_account *account, fg_state *draft) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (draft->services[product].aggregated.count > 0) {
      FG_TRY(fg_state_own(account, draft));
      FG_TRY(make_events(account, draft, product, until_now(fg_aggregate_of(account, product), draft)));
    }
  }
  return FG_OK;
}

/* What usage takes is written down in room of its own, because the account is not to change. */
fg_status fg_aggregates_make_now(const fg_account *account, fg_state *draft) {
  fg_account seen = *account;
  memset(&seen.taken, 0, sizeof seen.taken);
  memset(&seen.draws, 0, sizeof seen.draws);
  fg_status status = make_all_now(&seen, draft);
  FG_ARRAY_RELEASE(&account->allocator, &seen.taken);
  FG_ARRAY_RELEASE(&account->allocator, &seen.draws);
  return status;
}

bool fg_aggregates_keep_any(const fg_account *account, const fg_state *state) {
  bool any = false;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    any = any || state->services[product].aggregated.count > 0;
  }
  return any;
}
