/* The curve of an event: the sum of the curves of its products, each of which has one usage of its own an event. */
#include "curve.h"

#include "../book/price_model.h"

fg_status fg_event_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost) {
  fg_amount sum = 0;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    fg_amount part = 0;
    FG_TRY(fg_product_curve_cost(&curve->parts[i], quantity, &part));
    FG_TRY(fg_amount_add(sum, part, &sum) ? FG_OK : FG_OVERFLOW);
  }
  *cost = sum;
  return FG_OK;
}

static void add_saturated(int64_t *sum, int64_t units) {
  if (!fg_add_i64(*sum, units, sum)) {
    *sum = INT64_MAX;
  }
}

void fg_event_curve_count_others(fg_curve *curve) {
  for (uint32_t place = 0; place < curve->event->product_count; place++) {
    fg_curve *part = &curve->parts[place];
    fg_string counter = part->schedule == NULL ? fg_string_of("") : part->schedule->counter;
    for (uint32_t i = 0; i < curve->event->product_count && counter.length > 0; i++) {
      const fg_curve *other = &curve->parts[i];
      bool is_shared = i != place && other->schedule != NULL && fg_string_equal(other->schedule->counter, counter);
      add_saturated(&part->others, is_shared ? other->each : 0);
      add_saturated(&part->others_before, is_shared && i < place ? other->each : 0);
    }
  }
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
static int64_t part_end(const fg_curve *part, int64_t quantity) {
  if (part->schedule == NULL) {
    return INT64_MAX;
  }
  if (part->others == 0) {
    return fg_product_curve_piece_end(part, quantity);
  }
  if (quantity == 0 && fg_product_curve_piece_end(part, 0) == 0) {
    return 0;
  }
  bool by_slice = fg_price_model_of(part->schedule)->by_slice;
  int64_t each = 0;
  int64_t before = by_slice ? part->others_before : part->others;
  int64_t end = by_slice ? count_end(part, before, quantity) : INT64_MAX;
  return fg_add_i64(before, part->each, &each) ? fg_min_i64(end, count_end(part, each, quantity)) : INT64_MAX;
}

int64_t fg_event_curve_piece_end(const fg_curve *curve, int64_t quantity) {
  int64_t end = INT64_MAX;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    end = fg_min_i64(end, part_end(&curve->parts[i], quantity));
  }
  return end;
}

int64_t fg_event_curve_line_end(const fg_curve *curve, int64_t quantity) {
  int64_t end = fg_event_curve_piece_end(curve, quantity);
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    const fg_curve *part = &curve->parts[i];
    end = part->schedule == NULL ? end : fg_min_i64(end, fg_product_curve_line_end(part, quantity));
  }
  return fg_max_i64(end, quantity);
}

/* Whether products of an event count at one counter, so that one may cost less because another fills its tiers. */
static bool are_some_shared(const fg_curve *curve) {
  bool is_shared = false;
  for (uint32_t i = 0; i < curve->event->product_count && !is_shared; i++) {
    is_shared = curve->parts[i].others > 0;
  }
  return is_shared;
}

int64_t fg_event_curve_slope_end(const fg_curve *curve, int64_t quantity) {
  return are_some_shared(curve) ? fg_event_curve_line_end(curve, quantity) : fg_event_curve_piece_end(curve, quantity);
}

int64_t fg_event_curve_last_tier(const fg_curve *curve) {
  int64_t last = 0;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    const fg_curve *part = &curve->parts[i];
    last = fg_max_i64(last, fg_product_curve_last_tier(part) / part->each);
  }
  return last;
}
