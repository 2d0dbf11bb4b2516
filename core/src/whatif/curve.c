/* Cost over quantity, of a product or an event, and how far it is worth seeing. */
#include "curve.h"

fg_status fg_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost) {
  return fg_curve_is_of_event(curve) ? fg_event_curve_cost(curve, quantity, cost)
                                     : fg_product_curve_cost(curve, quantity, cost);
}

int64_t fg_curve_piece_end(const fg_curve *curve, int64_t quantity) {
  return fg_curve_is_of_event(curve) ? fg_event_curve_piece_end(curve, quantity)
                                     : fg_product_curve_piece_end(curve, quantity);
}

int64_t fg_curve_slope_end(const fg_curve *curve, int64_t quantity) {
  return fg_curve_is_of_event(curve) ? fg_event_curve_slope_end(curve, quantity)
                                     : fg_product_curve_piece_end(curve, quantity);
}

int64_t fg_curve_line_end(const fg_curve *curve, int64_t quantity) {
  return fg_curve_is_of_event(curve) ? fg_event_curve_line_end(curve, quantity)
                                     : fg_product_curve_line_end(curve, quantity);
}

bool fg_curve_is_sold(const fg_curve *curve, int64_t quantity) {
  fg_amount cost = 0;
  return fg_curve_cost(curve, quantity, &cost) != FG_NOT_SOLD;
}

/* Finds the largest quantity up to `most` that is sold; 0 always is. */
static fg_status last_sold(fg_curve *curve, int64_t most, int64_t *last) {
  int64_t end = -1;
  *last = 0;
  while (end < most) {
    int64_t from = end + 1;
    FG_TRY(fg_watch_goes_on(&curve->watch));
    end = fg_min_i64(fg_curve_piece_end(curve, from), most);
    *last = fg_curve_is_sold(curve, from) ? end : *last;
  }
  return FG_OK;
}

/* The quantity that so many units are charged of; of an event, the quantity itself. */
static int64_t quantity_of(const fg_curve *curve, int64_t units) {
  return fg_curve_is_of_event(curve) ? units : fg_product_curve_quantity(curve, units);
}

/* A number of units, `least` times a power of ten, that costs at least a unit of the currency; `least` if none does. */
static int64_t worth_seeing(const fg_curve *curve, int64_t least) {
  for (int64_t units = least; units <= INT64_MAX / 10; units *= 10) {
    fg_amount cost = 0;
    fg_status status = fg_curve_cost(curve, quantity_of(curve, units), &cost);
    if (status != FG_OK || cost - curve->fixed >= FG_UNIT) {
      return status == FG_OK ? units : least;
    }
  }
  return least;
}

fg_status fg_curve_last(fg_curve *curve, int64_t most, int64_t *last) {
  enum { LEAST = 100 };
  if (most >= 0) {
    *last = most;
    return FG_OK;
  }
  int64_t tier = fg_curve_is_of_event(curve) ? fg_event_curve_last_tier(curve) : fg_product_curve_last_tier(curve);
  int64_t edge = fg_max_i64(worth_seeing(curve, LEAST), tier < INT64_MAX / 4 ? 2 * tier : INT64_MAX / 2);
  return last_sold(curve, quantity_of(curve, edge), last);
}

bool fg_curve_is_rounded(const fg_curve *curve) {
  bool is_rounded = curve->book->rounding.mode != FG_ROUND_NONE;
  if (!fg_curve_is_of_event(curve)) {
    return curve->schedule != NULL && (is_rounded || curve->schedule->rounding.mode != FG_ROUND_NONE);
  }
  for (uint32_t i = 0; i < curve->event->product_count && !is_rounded; i++) {
    const fg_schedule *schedule = curve->parts[i].schedule;
    is_rounded = schedule != NULL && schedule->rounding.mode != FG_ROUND_NONE;
  }
  return is_rounded;
}
