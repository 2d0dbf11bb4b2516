/* Finds the cliffs of a curve: quantities that cost more than a larger one (R13). */
#include "curve.h"

#include "../base/tell.h"

/* Finds the first quantity from `from` to `to` that costs more than `least`; the cost must not fall between them. */
static fg_status first_above(const fg_curve *curve, int64_t from, int64_t to, fg_amount least, int64_t *first) {
  while (from < to) {
    int64_t middle = from + (to - from) / 2;
    fg_amount cost = 0;
    FG_TRY(fg_curve_cost(curve, middle, &cost));
    if (cost > least) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  *first = from;
  return FG_OK;
}

/* Finds from where on up to `end` all quantities that are sold cost more than `least`. */
static fg_status cliff_begin(const fg_curve *curve, int64_t end, fg_amount least, int64_t *begin) {
  bool is_above = false;
  *begin = end + 1;
  for (int64_t from = 0; from <= end;) {
    int64_t to = fg_min_i64(fg_curve_slope_end(curve, from), end);
    if (fg_curve_is_sold(curve, from)) {
      fg_amount last = 0;
      int64_t first = to;
      FG_TRY(fg_curve_cost(curve, to, &last));
      FG_TRY(last > least ? first_above(curve, from, to, least, &first) : FG_OK);
      *begin = is_above && first == from && last > least ? *begin : first;
      is_above = last > least;
    }
    from = to + 1;
  }
  return FG_OK;
}

/* The product of an event of which the larger quantity costs most less. */
static fg_status falling_product(const fg_curve *curve, int64_t last, int64_t edge, fg_string *product) {
  fg_amount most = 0;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    fg_amount before = 0;
    fg_amount there = 0;
    FG_TRY(fg_event_curve_part_cost(curve, i, last, &before));
    FG_TRY(fg_event_curve_part_cost(curve, i, edge, &there));
    if (before - there > most) {
      most = before - there;
      *product = curve->book->products[curve->event->products[i]].id;
    }
  }
  return FG_OK;
}

/* Quantities between which the cost falls all along. */
typedef struct fall {
  int64_t top, bottom; ///< -1: no quantity was met yet
} fall;

/* Tells the cliff of a fall, if the cost fell. */
static fg_status tell_cliff(fg_teller *to, const fg_curve *curve, const fall *met) {
  fg_amount before = 0;
  fg_amount there = 0;
  int64_t begin = 0;
  fg_string product = {NULL, 0};
  if (met->top == met->bottom) {
    return FG_OK;
  }
  FG_TRY(fg_curve_cost(curve, met->top, &before));
  FG_TRY(fg_curve_cost(curve, met->bottom, &there));
  FG_TRY(cliff_begin(curve, met->top, there, &begin));
  FG_TRY(fg_curve_is_of_event(curve) ? falling_product(curve, met->top, met->bottom, &product) : FG_OK);
  fg_tell_begin_object(to, NULL);
  if (fg_curve_is_of_event(curve)) {
    fg_tell_text(to, "product", product);
  }
  fg_tell_integer(to, "from", begin);
  fg_tell_integer(to, "to", met->top);
  fg_tell_integer(to, "buy", met->bottom);
  fg_tell_amount(to, "amount", there);
  fg_tell_amount(to, "instead_of", before);
  fg_tell_amount(to, "saves", before - there);
  fg_tell_end_object(to);
  return FG_OK;
}

/* Goes on to the next quantity, between which and the one before the cost is a line. A fall ends where it does not fall
   any more. */
static fg_status meet_quantity(fg_teller *to, const fg_curve *curve, fall *met, int64_t quantity) {
  fg_amount before = 0;
  fg_amount there = 0;
  FG_TRY(fg_curve_cost(curve, quantity, &there));
  FG_TRY(met->bottom < 0 ? FG_OK : fg_curve_cost(curve, met->bottom, &before));
  if (there >= before) {
    FG_TRY(tell_cliff(to, curve, met));
    met->top = quantity;
  }
  met->bottom = quantity;
  return FG_OK;
}

/* Within a piece of an event the cost falls where its products fill the tiers of one another. */
static fg_status tell_cliffs(const fg_curve *curve, int64_t most, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fall met = {-1, -1};
  fg_tell_begin_list(&to, NULL);
  int64_t end = -1;
  for (int piece = 0; end < most; piece++) {
    int64_t from = end + 1;
    bool goes_on = fg_curve_is_of_event(curve);
    if (piece == FG_CURVE_PIECES_MAX) {
      return FG_OVERFLOW;
    }
    end = fg_min_i64(fg_curve_slope_end(curve, from), most);
    if (fg_curve_is_sold(curve, from)) {
      FG_TRY(meet_quantity(&to, curve, &met, from));
      FG_TRY(end > from || !goes_on ? meet_quantity(&to, curve, &met, end) : FG_OK);
    }
  }
  FG_TRY(tell_cliff(&to, curve, &met));
  fg_tell_end_list(&to);
  return fg_teller_status(&to);
}

fg_status fg_way_cliffs(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_curve curve;
  int64_t end = 0;
  FG_TRY(fg_curve_up_to(way, most, &curve, &end, error));
  fg_status status = tell_cliffs(&curve, end, visitor);
  return status == FG_OK ? FG_OK : fg_curve_refuse(&curve, error, status);
}
