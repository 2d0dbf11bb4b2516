#include "aggregate_events.h"

#include "../book/book_diff.h"
#include "../book/covers.h"
#include "../book/when.h"
#include "aggregate_value.h"
#include "cells.h"
#include "usage.h"

/* Finds the price and the factor of a value's event, from the rules that state one. They read no attribute but that
   value. */
static void rate_value(const fg_account *account, uint32_t product, fg_string by, fg_rating *rating) {
  const fg_product *offered = &account->book->products[product];
  const fg_aggregate *aggregate = offered->aggregate;
  fg_values values = {.there = 0};
  int64_t place = fg_aggregate_place_of_value(account, aggregate, by);
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
  rating->billable = price != FG_NO_PLACE || has_own; /* an edition may have no price for the value any more */
  rating->price = price != FG_NO_PLACE ? price : 0;
  rating->factor = factor != FG_NO_PLACE ? factor : 0;
}

/* Notes in the bucket of an event what the event was made of, so that the bill can tell it. */
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

/* The number of the covers of pools that hold for a value's event, of whose attributes only that value is known. */
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

/* Makes the event of one value, from the usage up to an instant. */
static fg_status make_event(fg_account *account, fg_state *draft, uint32_t product, uint32_t place, fg_time until) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &draft->services[product];
  fg_aggregated *kept = &service->aggregated.items[place];
  fg_rating rating = {.units = 0};
  fg_recorded recorded;
  FG_TRY(fg_aggregate_units(aggregate, fg_aggregate_value(service, aggregate, kept, until), &rating.units));
  rate_value(account, product, kept->by, &rating);
  rating.covers = covers_of_value(account, draft, product, kept->by, draft->now);
  FG_ASSERT(rating.units >= kept->made);
  rating.units -= kept->made;
  kept->made += rating.units;
  rating.of_each = fg_cell_is_of_events(account, product) ? rating.units : 0;
  if (rating.units == 0) {
    return FG_OK;
  }
  /* Billed in any mode, because only usage for the bill was kept. fg_service_refresh works the flag out anew. */
  service->in_force.is_billed = true;
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

/* Begins the next period with the levels that are still held. */
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

/* Whether an edition cuts the periods of held levels. One that says the same as the edition before changes nothing. */
static fg_status find_cut(const fg_account *account, const fg_aggregate *aggregate, const fg_book *next, bool *cuts) {
  bool same = false;
  *cuts = next != NULL && aggregate->take == FG_TAKE_HELD;
  FG_TRY(*cuts ? fg_price_lists_compare(account->book, next, NULL, &same) : FG_OK);
  *cuts = *cuts && !same;
  return FG_OK;
}

/* Makes the events of a product whose period ends at an instant, or that the next edition lacks, or whose held level
   the next edition cuts. */
static fg_status end_of_product(fg_account *account, fg_state *draft, uint32_t product, fg_time at,
                                const fg_book *next) {
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  fg_service *service = &draft->services[product];
  bool ends = service->aggregated_in.end == at || is_gone(next, product);
  bool cuts = false;
  if (service->aggregated.count == 0) {
    return FG_OK;
  }
  FG_TRY(find_cut(account, aggregate, next, &cuts));
  if (!ends && !cuts) {
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
      FG_TRY(make_events(account, draft, product, fg_aggregate_until_now(fg_aggregate_of(account, product), draft)));
    }
  }
  return FG_OK;
}

/* Makes the events on a copy of the account that has lists of its own for what usage takes, because the account must
   not change. */
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
