/* Turns a way to pay into a curve: names are looked up in the book, packs and capacity become units and prices. */
#include "curve.h"

#include "../book/capacity_terms.h"
#include "../book/names.h"
#include "../book/quote_event.h"
#include "../book/rating.h"
#include "../rules/offers.h"

fg_status fg_curve_refuse(const fg_curve *curve, fg_error *error, fg_status status) {
  if (curve->watch.is_over) {
    return fg_refuse(error, FG_STOPPED);
  }
  if (fg_curve_is_of_event(curve)) {
    return fg_book_refuse(curve->book, curve->event->source, error, status);
  }
  return fg_book_refuse(curve->book, fg_product_price_source(curve->product, curve->of_capacity), error, status);
}

static fg_status find_way_pack(const fg_way *way, fg_curve *curve, fg_error *error) {
  int pack = fg_product_pack(curve->product, way->pack);
  if (pack == FG_NONE || curve->product->packs[pack].of_materials) {
    return fg_no_such_pack(curve->product, way->pack, true, "", error);
  }
  const fg_pack_offer *offer = &curve->product->packs[pack];
  const char *key = offer->by_number != NULL                       ? "packs.price"
                    : offer->recurrence != NULL                    ? "packs.issue"
                    : offer->sale.count != NULL && way->packs == 0 ? "packs.count"
                                                                   : NULL;
  if (key != NULL) {
    return fg_refuse_feature(curve->book, curve->product, key, error);
  }
  if (offer->not_alone) {
    return fg_refuse(error, FG_NOT_SOLD);
  }
  if (fg_offer_check_count(&offer->sale, way->packs) != FG_OK) {
    return fg_refuse(error, FG_ORDER_SIZE);
  }
  curve->pack_units = offer->units;
  curve->pack_price = offer->price;
  curve->packs = way->packs;
  curve->schedule = way->packs == 0 ? NULL : curve->schedule;
  return FG_OK;
}

static fg_status find_way_capacity(const fg_way *way, const fg_capacity_offer *offer, fg_curve *curve,
                                   fg_error *error) {
  curve->of_capacity = true;
  if ((way->days > 0) == (way->months > 0)) {
    return fg_fail(error, FG_INVALID, "months", "expected either days or months of capacity");
  }
  curve->schedule = way->days > 0 ? offer->day : offer->month;
  curve->periods = way->days > 0 ? way->days : way->months;
  curve->hours = 1;
  return curve->schedule == NULL ? fg_curve_refuse(curve, error, FG_NOT_SOLD) : FG_OK;
}

/* Finds the capacity with which usage is free; NULL if there is none, or more than one. */
static const fg_capacity_offer *free_capacity(const fg_curve *curve) {
  const fg_product *product = curve->product;
  const fg_capacity_offer *found = product->capacity;
  uint32_t count = found != NULL;
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    const fg_capacity_offer *offer = &product->capacities[i];
    bool is_free = fg_capacity_frees_all(offer) && !offer->withdrawn;
    found = is_free ? offer : found;
    count += is_free;
  }
  return count == 1 ? found : NULL;
}

/* Sets the fixed price of the way's capacity, with which calls are free. */
static fg_status fix_capacity(const fg_way *way, fg_curve *curve, fg_error *error) {
  fg_curve priced = *curve;
  const fg_capacity_offer *offer = free_capacity(curve);
  if (offer == NULL) {
    return fg_refuse(error, FG_UNKNOWN_METER);
  }
  FG_TRY(find_way_capacity(way, offer, &priced, error));
  priced.free = 0;
  fg_status status = fg_product_curve_cost(&priced, way->capacity, &curve->fixed);
  return status == FG_OK ? FG_OK : fg_curve_refuse(&priced, error, status);
}

static fg_status check_way(const fg_way *way, fg_error *error) {
  const struct {
    const char *name;
    int64_t value;
  } counts[] = {{"free", way->free},
                {"packs", way->packs},
                {"capacity", way->capacity},
                {"days", way->days},
                {"months", way->months}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    if (counts[i].value < 0) {
      return fg_fail(error, FG_INVALID, counts[i].name, "expected 0 or more");
    }
  }
  return FG_OK;
}

static fg_status find_hours(const fg_way *way, fg_curve *curve, fg_error *error) {
  if (!fg_time_is_shown(way->at, &curve->book->zone)) {
    return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
  }
  curve->hours = fg_month_hours(fg_month_of(fg_date_at(way->at, &curve->book->zone)), &curve->book->zone);
  return FG_OK;
}

/* Whether blocks or packs of `step` units end evenly if each one of the quantity has `each` units. */
static bool steps_are_even(int64_t step, int64_t each) { return step % each == 0 || each % step == 0; }

/* Finds the price of usage with the way's attributes. Usage that is not billable, or has no units, costs nothing. */
static fg_status rate_way(const fg_way *way, fg_curve *curve, fg_error *error) {
  const fg_product *product = curve->product;
  fg_values values;
  fg_rating rating;
  FG_TRY(fg_require_usage_alone(curve->book, product, error));
  FG_TRY(fg_quote_rate(curve->book, product, way->attributes, way->at, 1, &values, &rating, error));
  FG_TRY(curve->event == NULL ? fg_require_measured(curve->book, rating.lacks, error) : FG_OK);
  if (!rating.billable || rating.units == 0) {
    return FG_OK;
  }
  curve->each = rating.units;
  curve->schedule = &product->prices[rating.price].schedule;
  curve->factor = product->factors[rating.factor];
  curve->price = rating.price;
  curve->factor_place = rating.factor;
  curve->of_events = fg_product_prices_events(product);
  return curve->event != NULL || steps_are_even(curve->of_events ? 1 : curve->schedule->block, curve->each)
             ? FG_OK
             : fg_refuse_feature(curve->book, product, "quantity", error);
}

static fg_status find_usage_curve(const fg_way *way, fg_curve *curve, fg_error *error) {
  if (way->capacity > 0) {
    return fix_capacity(way, curve, error);
  }
  FG_TRY(rate_way(way, curve, error));
  bool costs_nothing = curve->schedule == NULL;
  if (!costs_nothing && curve->schedule->per_hours_of_month) {
    FG_TRY(find_hours(way, curve, error));
  }
  FG_TRY(way->pack.text == NULL ? FG_OK : find_way_pack(way, curve, error));
  curve->pack_units = costs_nothing ? 0 : curve->pack_units;
  return curve->pack_units == 0 || curve->packs > 0 || steps_are_even(curve->pack_units, curve->each)
             ? FG_OK
             : fg_refuse_feature(curve->book, curve->product, "quantity", error);
}

/* A curve of a product to which nothing was added yet, of one unit in each of the quantity. */
static fg_curve begin_curve(const fg_way *way, const fg_product *product) {
  return (fg_curve){.book = way->book,
                    .product = product,
                    .meter = product->meter,
                    .free = way->free,
                    .periods = 1,
                    .hours = 1,
                    .each = 1};
}

static fg_status find_product_curve(const fg_way *way, const fg_product *product, fg_curve *curve, fg_error *error) {
  bool of_usage = way->meter.text == NULL || fg_string_equal(way->meter, product->meter);
  *curve = begin_curve(way, product);
  if (of_usage) {
    return find_usage_curve(way, curve, error);
  }
  curve->meter = way->meter;
  int place = product->capacity_count == 0 ? FG_NONE : fg_product_capacity(way->book, product, way->meter);
  return place == FG_NONE ? fg_no_such_meter(way->book, product, way->meter, "", error)
                          : find_way_capacity(way, way->book->capacities[place].offer, curve, error);
}

/* Refuses what is of one product: its free units, its packs, its capacity. */
static fg_status check_event_way(const fg_way *way, const fg_event *event, fg_error *error) {
  bool is_usage = way->meter.text == NULL || fg_string_equal(way->meter, event->id);
  const char *name = way->free > 0                              ? "free"
                     : way->pack.text != NULL || way->packs > 0 ? "pack"
                     : way->capacity > 0                        ? "capacity"
                     : way->days > 0                            ? "days"
                     : way->months > 0                          ? "months"
                                                                : NULL;
  if (!is_usage) {
    return fg_refuse(error, FG_UNKNOWN_METER);
  }
  return name == NULL ? FG_OK : fg_fail(error, FG_INVALID, name, "expected none: each product of an event has its own");
}

/* Refuses one event that says of no product how much of it there is. */
static fg_status require_measured_event(const fg_way *way, const fg_event *event, fg_error *error) {
  const fg_price_query one = {.product = event->id,
                              .meter = event->id,
                              .quantity = 1,
                              .tier_quantity = -1,
                              .at = way->at,
                              .attributes = way->attributes};
  return fg_quote_require_measured(way->book, event, &one, error);
}

static fg_status find_event_curve(const fg_way *way, const fg_event *event, fg_curve *curve, fg_error *error) {
  FG_TRY(check_event_way(way, event, error));
  *curve = (fg_curve){.book = way->book, .meter = event->id, .each = 1, .event = event};
  curve->parts = fg_allocate(&way->book->allocator, event->product_count * sizeof *curve->parts);
  FG_TRY(curve->parts != NULL ? FG_OK : fg_refuse(error, FG_NO_MEMORY));
  for (uint32_t i = 0; i < event->product_count; i++) {
    curve->parts[i] = begin_curve(way, &way->book->products[event->products[i]]);
    curve->parts[i].event = event;
    FG_TRY(find_usage_curve(way, &curve->parts[i], error));
  }
  fg_event_curve_count_others(curve);
  return require_measured_event(way, event, error);
}

static fg_status find_curve(const fg_way *way, fg_curve *curve, fg_error *error) {
  int product = fg_book_product(way->book, way->product);
  if (product != FG_NONE) {
    return find_product_curve(way, &way->book->products[product], curve, error);
  }
  int event = fg_book_event(way->book, way->product);
  return event == FG_NONE ? fg_no_such_product(way->book, FG_PRODUCT_OR_EVENT, way->product, "", error)
                          : find_event_curve(way, &way->book->events[event], curve, error);
}

fg_status fg_curve_of(const fg_way *way, fg_curve *curve, fg_error *error) {
  *curve = (fg_curve){.parts = NULL};
  FG_TRY(check_way(way, error));
  fg_way of_edition = *way;
  of_edition.book = fg_book_at(way->book, way->at);
  FG_TRY(find_curve(&of_edition, curve, error));
  fg_watch_listen(&curve->watch, way->listener);
  return FG_OK;
}

void fg_curve_release(fg_curve *curve) {
  if (curve->parts != NULL) {
    fg_release(&curve->book->allocator, curve->parts, curve->event->product_count * sizeof *curve->parts);
  }
}
