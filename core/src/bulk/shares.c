/* Shares an amount of a period out among groups of its events, such that the shares add up to the last digit. */
#include "../../include/faregate_bulk.h"
#include "../base/money.h"

/* What the shares are proportional to: the first of these that is above 0 for any group. Where corrections took off
   more than was used, and money is paid back, it is theirs whose units were taken off: BY_TAKEN_OFF. ALIKE gives equal
   shares. */
typedef enum weighing { BY_TAKEN_OFF, BY_POSTPAID, BY_QUANTITY, ALIKE } weighing;

typedef struct sharing {
  const fg_group_use *groups;
  size_t group_count;
  fg_group_use nobody;
  size_t count;   ///< how many shares there are: those of the groups and, if any usage is nobody's, one more
  bool pays_back; ///< the period has postpaid units below 0, and an amount below 0
  weighing by;
  int64_t whole; ///< the sum of all weights
} sharing;

static int64_t share_weight(const sharing *of, size_t place) {
  const fg_group_use *use = place < of->group_count ? &of->groups[place] : &of->nobody;
  switch (of->by) {
  case BY_TAKEN_OFF: return of->pays_back && use->postpaid < 0 ? -fg_max_i64(use->postpaid, -INT64_MAX) : 0;
  case BY_POSTPAID: return fg_max_i64(0, use->postpaid);
  case BY_QUANTITY: return fg_max_i64(0, use->quantity);
  default: return 1;
  }
}

/* Finds the postpaid units of the period that none of the groups has used, or of which none was taken off; they are
   nobody's. */
static fg_status find_nobody(sharing *of, int64_t postpaid) {
  int64_t left = postpaid;
  for (size_t i = 0; i < of->group_count; i++) {
    if (__builtin_sub_overflow(left, of->groups[i].postpaid, &left)) {
      return FG_OVERFLOW;
    }
  }
  of->nobody.postpaid = of->nobody.quantity = of->pays_back ? left : fg_max_i64(0, left);
  of->count = of->group_count + (of->nobody.postpaid != 0 || of->group_count == 0);
  return FG_OK;
}

static fg_status find_weights(sharing *of) {
  static const weighing ways[] = {BY_TAKEN_OFF, BY_POSTPAID, BY_QUANTITY, ALIKE};
  of->whole = 0;
  for (size_t way = 0; of->whole == 0; way++) {
    of->by = ways[way];
    for (size_t i = 0; i < of->count; i++) {
      FG_TRY(fg_add_i64(of->whole, share_weight(of, i), &of->whole) ? FG_OK : FG_OVERFLOW);
    }
  }
  return FG_OK;
}

static size_t above(const sharing *of, const fg_money *remainders, uint64_t least) {
  size_t count = 0;
  for (size_t i = 0; i < of->count; i++) {
    count += remainders[i].low > least;
  }
  return count;
}

/* The remainder above which shares get one more step. `missing` steps are to be given; of the shares whose remainder
   equals the answer only the first ones get one. */
static uint64_t threshold(const sharing *of, const fg_money *remainders, size_t missing) {
  uint64_t low = 0;
  uint64_t high = (uint64_t)of->whole;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    bool is_enough = above(of, remainders, middle) <= missing;
    high = is_enough ? middle : high;
    low = is_enough ? low : middle + 1;
  }
  return low;
}

/* Shares `size` steps out by weight. In size × weight ÷ whole, `size` is divided first, so that only numbers below
   `whole` are multiplied. Until a share is known, its place holds the remainder. */
static void share_steps(const sharing *of, fg_int128 size, fg_amount step, fg_money *shares) {
  fg_int128 rest = size % of->whole;
  fg_int128 remainders = 0;
  for (size_t i = 0; i < of->count; i++) {
    shares[i].low = (uint64_t)(rest * share_weight(of, i) % of->whole);
    remainders += (fg_int128)shares[i].low;
  }
  size_t missing = (size_t)(remainders / of->whole);
  uint64_t from = threshold(of, shares, missing);
  size_t equal = missing - above(of, shares, from);
  for (size_t i = 0; i < of->count; i++) {
    int64_t weight = share_weight(of, i);
    bool is_equal = shares[i].low == from && equal > 0;
    fg_int128 part = size / of->whole * weight + rest * weight / of->whole + (shares[i].low > from || is_equal);
    equal -= is_equal;
    shares[i] = fg_money_of(part * step);
  }
}

fg_status fg_bill_share(fg_money amount, int decimals, int64_t postpaid, const fg_group_use *groups, size_t count,
                        fg_money *shares, int64_t *nobody) {
  fg_amount whole = fg_amount_of(amount);
  sharing of = {.groups = groups, .group_count = count, .pays_back = postpaid < 0 && whole < 0};
  if (decimals < 0 || decimals > FG_MONEY_DECIMALS || !fg_amount_fits(whole) ||
      whole % fg_power_of_ten(FG_MONEY_DECIMALS - decimals) != 0) {
    return FG_INVALID;
  }
  fg_amount step = fg_power_of_ten(FG_MONEY_DECIMALS - decimals);
  FG_TRY(find_nobody(&of, postpaid));
  FG_TRY(find_weights(&of));
  shares[count] = fg_money_of(0);
  share_steps(&of, (whole < 0 ? -whole : whole) / step, whole < 0 ? -step : step, shares);
  *nobody = of.nobody.postpaid;
  return FG_OK;
}
