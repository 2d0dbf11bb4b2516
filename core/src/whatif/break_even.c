/* Break-even: compares two costs over quantity, one straight line after the other. */
#include "curve.h"
#include "../base/tell.h"

typedef struct crossing {
  fg_curve *a; ///< its watch is asked
  const fg_curve *b;
  fg_teller to;
  int64_t from; ///< the first quantity of the current stretch
  int sign;     ///< the sign of cost a - cost b; SIGN_NONE at first, and where one of them is not sold
} crossing;

enum { SIGN_NONE = 2 };

static fg_status difference_at(const crossing *pair, int64_t quantity, fg_amount *difference) {
  fg_amount a = 0;
  fg_amount b = 0;
  FG_TRY(fg_curve_cost(pair->a, quantity, &a));
  FG_TRY(fg_curve_cost(pair->b, quantity, &b));
  *difference = a - b;
  return FG_OK;
}

static int sign_of(fg_amount amount) { return amount < 0 ? -1 : amount > 0; }

static fg_status end_stretch(crossing *pair, int64_t to) {
  static const char *const words[] = {"a", "equal", "b"};
  fg_amount cost = 0;
  fg_tell_begin_object(&pair->to, NULL);
  fg_tell_integer(&pair->to, "from", pair->from);
  fg_tell_integer(&pair->to, "to", to);
  fg_tell_word(&pair->to, "cheaper", words[pair->sign + 1]);
  FG_TRY(fg_curve_cost(pair->a, pair->from, &cost));
  fg_tell_amount(&pair->to, "a", cost);
  FG_TRY(fg_curve_cost(pair->b, pair->from, &cost));
  fg_tell_amount(&pair->to, "b", cost);
  fg_tell_end_object(&pair->to);
  return fg_teller_status(&pair->to); /* there may be very many stretches */
}

static fg_status meet_sign(crossing *pair, int64_t quantity, int sign) {
  if (sign == pair->sign) {
    return FG_OK;
  }
  if (pair->sign != SIGN_NONE) {
    FG_TRY(end_stretch(pair, quantity - 1));
  }
  pair->from = quantity;
  pair->sign = sign;
  return FG_OK;
}

/* Finds the first quantity after `from` at which the difference has another sign than `sign`; at `to` it has
   another. */
static fg_status next_sign(const crossing *pair, int64_t from, int64_t to, int sign, int64_t *first) {
  while (from < to) {
    int64_t middle = from + (to - from) / 2;
    fg_amount difference = 0;
    FG_TRY(difference_at(pair, middle, &difference));
    if (sign_of(difference) == sign) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  *first = from;
  return FG_OK;
}

/* Follows both costs along a straight line, on which the difference has each sign at most once. */
static fg_status follow_line(crossing *pair, int64_t from, int64_t to) {
  fg_amount first = 0;
  fg_amount last = 0;
  FG_TRY(difference_at(pair, from, &first));
  FG_TRY(difference_at(pair, to, &last));
  FG_TRY(meet_sign(pair, from, sign_of(first)));
  while (pair->sign != sign_of(last)) {
    fg_amount difference = 0;
    FG_TRY(next_sign(pair, from, to, pair->sign, &from));
    FG_TRY(difference_at(pair, from, &difference));
    FG_TRY(meet_sign(pair, from, sign_of(difference)));
  }
  return FG_OK;
}

static fg_status follow_curves(crossing *pair, int64_t most) {
  int64_t end = -1;
  for (int line = 0; end < most; line++) {
    int64_t from = end + 1;
    if (line == FG_CURVE_PIECES_MAX) {
      return FG_OVERFLOW;
    }
    FG_TRY(fg_watch_goes_on(&pair->a->watch));
    end = fg_min_i64(fg_curve_line_end(pair->a, from), fg_curve_line_end(pair->b, from));
    end = fg_min_i64(end, most);
    if (fg_curve_is_sold(pair->a, from) && fg_curve_is_sold(pair->b, from)) {
      FG_TRY(follow_line(pair, from, end));
    } else {
      FG_TRY(meet_sign(pair, from, SIGN_NONE));
    }
  }
  return pair->sign == SIGN_NONE ? FG_OK : end_stretch(pair, most);
}

static fg_status check_pair(const fg_curve *a, const fg_curve *b, fg_error *error) {
  const fg_curve *pair[2] = {a, b};
  for (int i = 0; i < 2; i++) {
    if (fg_curve_is_rounded(pair[i])) {
      return fg_fail(error, FG_INVALID, i == 0 ? "a" : "b",
                     "amounts are rounded: they do not cross at exact quantities");
    }
  }
  bool same_money = fg_string_equal(a->book->currency, b->book->currency);
  return same_money ? FG_OK : fg_fail(error, FG_INVALID, "b", "expected the currency of the other way to pay");
}

static fg_status tell_crossings(fg_curve curves[2], int64_t most, const fg_visitor *visitor, fg_error *error) {
  FG_TRY(check_pair(&curves[0], &curves[1], error));
  if (most < 0) {
    return fg_fail(error, FG_INVALID, "most", "expected 0 or more");
  }
  for (int i = 0; i < 2; i++) {
    if (!fg_curve_is_sold(&curves[i], most)) {
      return fg_curve_refuse(&curves[i], error, FG_NOT_SOLD);
    }
  }
  crossing pair = {.a = &curves[0], .b = &curves[1], .to = fg_teller_to(visitor), .sign = SIGN_NONE};
  fg_tell_begin_list(&pair.to, NULL);
  fg_status status = follow_curves(&pair, most);
  fg_tell_end_list(&pair.to);
  status = status == FG_OK ? fg_teller_status(&pair.to) : status;
  status = fg_watch_answer(&curves[0].watch, status, error);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_break_even(const fg_way *a, const fg_way *b, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_curve curves[2] = {{.parts = NULL}, {.parts = NULL}};
  fg_status status = fg_curve_of(a, &curves[0], error);
  status = status == FG_OK ? fg_curve_of(b, &curves[1], error) : status;
  status = status == FG_OK ? tell_crossings(curves, most, visitor, error) : status;
  fg_curve_release(&curves[0]);
  fg_curve_release(&curves[1]);
  return status;
}
