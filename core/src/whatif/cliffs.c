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

static int64_t piece_begin(const fg_curve *curve, int64_t end) {
  int64_t from = 0;
  for (int64_t piece = fg_curve_piece_end(curve, 0); piece < end; piece = fg_curve_piece_end(curve, from)) {
    from = piece + 1;
  }
  return from;
}

/* Goes back from `end`, piece by piece, as long as all quantities that are sold cost more than `least`. */
static fg_status cliff_begin(const fg_curve *curve, int64_t end, fg_amount least, int64_t *begin) {
  for (*begin = end + 1; end >= 0;) {
    int64_t from = piece_begin(curve, end);
    if (fg_curve_is_sold(curve, from)) {
      fg_amount last = 0;
      FG_TRY(fg_curve_cost(curve, end, &last));
      if (last <= least) {
        return FG_OK;
      }
      FG_TRY(first_above(curve, from, end, least, begin));
      if (*begin > from) {
        return FG_OK;
      }
    }
    end = from - 1;
  }
  return FG_OK;
}

/* Tells the cliff between `last`, the last quantity of a piece, and `edge`, the first of the next piece that is
   sold. */
static fg_status tell_cliff(fg_teller *to, const fg_curve *curve, int64_t last, int64_t edge) {
  fg_amount before = 0;
  fg_amount there = 0;
  int64_t begin = 0;
  FG_TRY(fg_curve_cost(curve, last, &before));
  FG_TRY(fg_curve_cost(curve, edge, &there));
  if (before <= there) {
    return FG_OK;
  }
  FG_TRY(cliff_begin(curve, last, there, &begin));
  fg_tell_begin_object(to, NULL);
  fg_tell_integer(to, "from", begin);
  fg_tell_integer(to, "to", last);
  fg_tell_integer(to, "buy", edge);
  fg_tell_amount(to, "amount", there);
  fg_tell_amount(to, "instead_of", before);
  fg_tell_amount(to, "saves", before - there);
  fg_tell_end_object(to);
  return FG_OK;
}

static fg_status tell_cliffs(const fg_curve *curve, int64_t most, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_list(&to, NULL);
  int64_t last = -1;
  for (int64_t end = -1; end < most;) {
    int64_t from = end + 1;
    end = fg_curve_piece_end(curve, from);
    if (fg_curve_is_sold(curve, from)) {
      FG_TRY(last < 0 ? FG_OK : tell_cliff(&to, curve, last, from));
      last = end;
    }
  }
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
