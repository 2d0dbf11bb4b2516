/* Tells the curve of a way to pay, piece by piece. */
#include "curve.h"

#include "../base/tell.h"

static fg_status tell_piece(fg_teller *to, const fg_curve *curve, int64_t from, int64_t end) {
  fg_amount first = 0;
  fg_amount last = 0;
  FG_TRY(fg_curve_cost(curve, from, &first));
  FG_TRY(fg_curve_cost(curve, end, &last));
  fg_tell_begin_object(to, NULL);
  fg_tell_integer(to, "from", from);
  fg_tell_integer(to, "to", end);
  fg_tell_amount(to, "first", first);
  fg_tell_amount(to, "last", last);
  fg_tell_end_object(to);
  return FG_OK;
}

/* The last quantity of what is told as one piece. The products of an event may rise in steps of different lengths, so
   its pieces are lines. */
static int64_t told_end(const fg_curve *curve, int64_t from) {
  return fg_curve_is_of_event(curve) ? fg_curve_line_end(curve, from) : fg_curve_piece_end(curve, from);
}

/* Tells the pieces of a curve, which are straight lines or stairs of even steps. The first unit that is charged begins
   a piece; quantities that are not sold are left out. */
static fg_status tell_pieces(fg_teller *to, fg_curve *curve, int64_t most) {
  int64_t end = -1;
  fg_tell_begin_list(to, "pieces");
  for (int piece = 0; end < most; piece++) {
    int64_t from = end + 1;
    if (piece == FG_CURVE_PIECES_MAX) {
      return FG_OVERFLOW;
    }
    FG_TRY(fg_watch_goes_on(&curve->watch));
    end = fg_min_i64(told_end(curve, from), most);
    if (fg_curve_is_sold(curve, from)) {
      FG_TRY(tell_piece(to, curve, from, end));
    }
  }
  fg_tell_end_list(to);
  return FG_OK;
}

/* The steps of units in which the cost of a product rises; 1 if it is a line. */
static int64_t step_units(const fg_curve *curve) {
  return curve->pack_units > 0 && curve->packs == 0     ? curve->pack_units
         : curve->schedule != NULL && !curve->of_events ? curve->schedule->block
                                                        : 1;
}

/* The steps in which the cost rises within a piece. The pieces of an event are lines. */
static int64_t curve_step(const fg_curve *curve) {
  int64_t units = fg_curve_is_of_event(curve) ? 1 : step_units(curve);
  return units % curve->each == 0 ? units / curve->each : 1;
}

static fg_status tell_curve(fg_curve *curve, int64_t most, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "product", fg_curve_is_of_event(curve) ? curve->event->id : curve->product->id);
  fg_tell_text(&to, "meter", curve->meter);
  fg_tell_integer(&to, "most", most);
  fg_tell_integer(&to, "free", curve->free);
  fg_tell_integer(&to, "step", curve_step(curve));
  FG_TRY(tell_pieces(&to, curve, most));
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

fg_status fg_curve_up_to(const fg_way *way, int64_t most, fg_curve *curve, int64_t *end, fg_error *error) {
  FG_TRY(fg_curve_of(way, curve, error));
  if (most < -1) {
    return fg_fail(error, FG_INVALID, "most", "expected 0 or more");
  }
  FG_TRY(fg_curve_last(curve, most, end) == FG_OK ? FG_OK : fg_refuse(error, FG_STOPPED));
  return fg_curve_is_sold(curve, *end) ? FG_OK : fg_curve_refuse(curve, error, FG_NOT_SOLD);
}

fg_status fg_way_curve(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_curve curve;
  int64_t end = 0;
  fg_status status = fg_curve_up_to(way, most, &curve, &end, error);
  if (status == FG_OK) {
    status = tell_curve(&curve, end, visitor);
    status = status == FG_OK ? FG_OK : fg_curve_refuse(&curve, error, status);
  }
  fg_curve_release(&curve);
  return status;
}
