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

/* The product of an event of which the larger quantity costs most less. */
static fg_status falling_product(const fg_curve *curve, int64_t last, int64_t edge, fg_string *product) {
  fg_amount most = 0;
  for (uint32_t i = 0; i < curve->event->product_count; i++) {
    fg_amount before = 0;
    fg_amount there = 0;
    FG_TRY(fg_product_curve_cost(&curve->parts[i], last, &before));
    FG_TRY(fg_product_curve_cost(&curve->parts[i], edge, &there));
    if (before - there > most) {
      most = before - there;
      *product = curve->book->products[curve->event->products[i]].id;
    }
  }
  return FG_OK;
}

/* Quantities that are sold, between which the cost never falls, or never rises. */
typedef struct slope {
  int64_t from, to;
  int64_t next;    ///< the first quantity after it that is sold
  fg_amount least; ///< what the cheapest of them costs
} slope;

/* The way along a curve. Of the slopes that were passed it keeps those after which no quantity is cheaper yet, so
   that each is looked at about once, however many cliffs there are. */
typedef struct cliff_search {
  fg_curve *curve;
  int64_t top, bottom; ///< quantities between which the cost falls all along; -1: no quantity was met yet
  int64_t first;       ///< the first quantity that is sold
  FG_ARRAY(slope) passed;
} cliff_search;

static fg_status pass_slope(cliff_search *of, int64_t from, int64_t to) {
  fg_amount begin = 0;
  fg_amount end = 0;
  FG_TRY(fg_curve_cost(of->curve, from, &begin));
  FG_TRY(fg_curve_cost(of->curve, to, &end));
  const slope passed = {from, to, to, begin < end ? begin : end};
  if (of->passed.count == 0) {
    of->first = from;
  } else {
    of->passed.items[of->passed.count - 1].next = from; /* the latest slope is always kept */
  }
  while (of->passed.count > 0 && of->passed.items[of->passed.count - 1].least > passed.least) {
    of->passed.count--;
  }
  FG_TRY(FG_ARRAY_RESERVE(&of->curve->book->allocator, &of->passed, 1));
  of->passed.items[of->passed.count++] = passed;
  return FG_OK;
}

/* Finds from where on up to the top of a fall all quantities that are sold cost more than `least`, its bottom. */
static fg_status cliff_begin(const cliff_search *of, fg_amount least, int64_t *begin) {
  uint32_t count = of->passed.count;
  const slope *slopes = of->passed.items;
  while (count > 0 && (slopes[count - 1].to > of->top || slopes[count - 1].least > least)) {
    count--;
  }
  if (count == 0) {
    *begin = of->first;
    return FG_OK;
  }
  const slope *last = &slopes[count - 1];
  fg_amount end = 0;
  FG_TRY(fg_curve_cost(of->curve, last->to, &end));
  *begin = last->next;
  return end > least ? first_above(of->curve, last->from, last->to, least, begin) : FG_OK;
}

/* Tells the cliff of a fall, if the cost fell. */
static fg_status tell_cliff(fg_teller *to, const cliff_search *met) {
  const fg_curve *curve = met->curve;
  fg_amount before = 0;
  fg_amount there = 0;
  int64_t begin = 0;
  fg_string product = {NULL, 0};
  if (met->top == met->bottom) {
    return FG_OK;
  }
  FG_TRY(fg_curve_cost(curve, met->top, &before));
  FG_TRY(fg_curve_cost(curve, met->bottom, &there));
  FG_TRY(cliff_begin(met, there, &begin));
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
static fg_status meet_quantity(fg_teller *to, cliff_search *met, int64_t quantity) {
  fg_amount before = 0;
  fg_amount there = 0;
  FG_TRY(fg_curve_cost(met->curve, quantity, &there));
  FG_TRY(met->bottom < 0 ? FG_OK : fg_curve_cost(met->curve, met->bottom, &before));
  if (there >= before) {
    FG_TRY(tell_cliff(to, met));
    met->top = quantity;
  }
  met->bottom = quantity;
  return FG_OK;
}

/* Within a piece of an event the cost falls where its products fill the tiers of one another. */
static fg_status tell_cliffs(cliff_search *met, int64_t most, fg_teller *to) {
  int64_t end = -1;
  for (int piece = 0; end < most; piece++) {
    int64_t from = end + 1;
    bool goes_on = fg_curve_is_of_event(met->curve);
    if (piece == FG_CURVE_PIECES_MAX) {
      return FG_OVERFLOW;
    }
    FG_TRY(fg_watch_goes_on(&met->curve->watch));
    end = fg_min_i64(fg_curve_slope_end(met->curve, from), most);
    if (fg_curve_is_sold(met->curve, from)) {
      FG_TRY(meet_quantity(to, met, from));
      FG_TRY(end > from || !goes_on ? meet_quantity(to, met, end) : FG_OK);
      FG_TRY(pass_slope(met, from, end));
    }
  }
  return tell_cliff(to, met);
}

static fg_status tell_all_cliffs(fg_curve *curve, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_teller to = fg_teller_to(visitor);
  cliff_search met = {.curve = curve, .top = -1, .bottom = -1};
  fg_tell_begin_list(&to, NULL);
  fg_status status = tell_cliffs(&met, most, &to);
  FG_ARRAY_RELEASE(&curve->book->allocator, &met.passed);
  fg_tell_end_list(&to);
  status = status == FG_OK ? fg_teller_status(&to) : status;
  return status == FG_OK ? FG_OK : fg_curve_refuse(curve, error, status);
}

fg_status fg_way_cliffs(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_curve curve;
  int64_t end = 0;
  fg_status status = fg_curve_up_to(way, most, &curve, &end, error);
  status = status == FG_OK ? tell_all_cliffs(&curve, end, visitor, error) : status;
  fg_curve_release(&curve);
  return status;
}
