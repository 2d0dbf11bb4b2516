/* The curve of an event: the sum of the curves of its products, each of which has one usage of its own an event. */
#include "curve.h"

#include "../book/price_model.h"
#include "../book/quote_event.h"

static fg_price_query query_of(const fg_curve *curve, int64_t quantity) {
  return (fg_price_query){.product = curve->event->id,
                          .meter = curve->event->id,
                          .quantity = quantity,
                          .tier_quantity = -1,
                          .at = curve->way.at,
                          .attributes = curve->way.attributes};
}

fg_status fg_event_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost) {
  fg_price_query query = query_of(curve, quantity);
  return fg_quote_amount(curve->book, &query, cost, NULL);
}

fg_status fg_event_curve_part_cost(const fg_curve *curve, uint32_t place, int64_t quantity, fg_amount *cost) {
  fg_price_query query = query_of(curve, quantity);
  return fg_quote_part_amount(curve->book, curve->event, place, &query, cost, NULL);
}

fg_curve fg_event_curve_part(const fg_curve *curve, uint32_t place) {
  fg_curve part;
  fg_status status = fg_event_curve_make_part(curve, place, &part, NULL);
  FG_ASSERT(status == FG_OK);
  (void)status;
  return part;
}

/* How many units of one event other products count at the same counter: before a product, and in all. */
typedef struct shared_units {
  int64_t before, all;
} shared_units;

static shared_units units_of_others(const fg_curve *curve, uint32_t place, const fg_curve *part) {
  shared_units units = {0, 0};
  fg_string counter = part->schedule->counter;
  for (uint32_t i = 0; i < curve->event->product_count && counter.length > 0; i++) {
    fg_curve other = fg_event_curve_part(curve, i);
    bool is_shared = i != place && other.schedule != NULL && fg_string_equal(other.schedule->counter, counter);
    int64_t each = is_shared ? other.each : 0;
    int64_t before = i < place ? each : 0;
    bool fits = fg_add_i64(units.all, each, &units.all) && fg_add_i64(units.before, before, &units.before);
    units.all = fits ? units.all : INT64_MAX;
    units.before = fits ? units.before : INT64_MAX;
  }
  return units;
}

/* The last number of events up to which a count, to which each of them adds `each` units, stays in its tier. */
static int64_t count_end(const fg_curve *part, int64_t each, int64_t quantity) {
  fg_price_view view = fg_price_view_of(part->schedule, part->hours);
  int64_t count = 0;
  if (each == 0 || !fg_multiply_i64(each, quantity, &count)) {
    return INT64_MAX;
  }
  for (uint32_t i = 0; i + 1 < part->schedule->tier_count; i++) {
    int64_t last = view.model->line(&view, i).last;
    if (count <= last) {
      return last / each;
    }
  }
  return INT64_MAX;
}

/* The last number of events up to which the units of a product stay in the tiers that they begin and end in. */
static int64_t part_end(const fg_curve *curve, uint32_t place, const fg_curve *part, int64_t quantity) {
  shared_units others = {0, 0};
  if (part->schedule == NULL) {
    return INT64_MAX;
  }
  others = units_of_others(curve, place, part);
  if (others.all == 0) {
    return fg_product_curve_piece_end(part, quantity);
  }
  if (quantity == 0 && fg_product_curve_piece_end(part, 0) == 0) {
    return 0;
  }
  bool by_slice = fg_price_model_of(part->schedule)->by_slice;
  int64_t each = 0;
  int64_t before = by_slice ? others.before : others.all;
  int64_t end = by_slice ? count_end(part, before, quantity) : INT64_MAX;
  return fg_add_i64(before, part->each, &each) ? fg_min_i64(end, count_end(part, each, quantity)) : INT64_MAX;
}

int64_t fg_event_curve_piece_end(const fg_curve *curve, int64_t quantity) {
  int64_t end = INT64_MAX;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    fg_curve part = fg_event_curve_part(curve, i);
    end = fg_min_i64(end, part_end(curve, i, &part, quantity));
  }
  return end;
}

int64_t fg_event_curve_line_end(const fg_curve *curve, int64_t quantity) {
  int64_t end = fg_event_curve_piece_end(curve, quantity);
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    fg_curve part = fg_event_curve_part(curve, i);
    end = part.schedule == NULL ? end : fg_min_i64(end, fg_product_curve_line_end(&part, quantity));
  }
  return fg_max_i64(end, quantity);
}

/* Whether products of an event count at one counter, so that one may cost less because another fills its tiers. */
static bool are_some_shared(const fg_curve *curve) {
  bool is_shared = false;
  for (uint32_t i = 0; i < curve->event->product_count && !is_shared; i++) {
    fg_curve part = fg_event_curve_part(curve, i);
    is_shared = part.schedule != NULL && units_of_others(curve, i, &part).all > 0;
  }
  return is_shared;
}

int64_t fg_event_curve_slope_end(const fg_curve *curve, int64_t quantity) {
  return are_some_shared(curve) ? fg_event_curve_line_end(curve, quantity) : fg_event_curve_piece_end(curve, quantity);
}

int64_t fg_event_curve_last_tier(const fg_curve *curve) {
  int64_t last = 0;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    fg_curve part = fg_event_curve_part(curve, i);
    last = fg_max_i64(last, fg_product_curve_last_tier(&part) / part.each);
  }
  return last;
}
