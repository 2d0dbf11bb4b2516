/* Bills of totals that a table prices: how much of each total free units and packs cover, and what the rest costs. */
#include "bill_walk.h"

#include "../book/tier_quantity.h"

fg_status fg_bill_table_begin(fg_bill_walk *walk, fg_pricer *by) {
  const fg_schedule *schedule = &walk->book->products[walk->product].schedule;
  fg_price_input input = {.periods = 1, .hours_of_month = walk->periods[0].hours, .rounding = walk->book->rounding};
  by->name = "totals";
  return fg_pricer_begin(by, walk->book, schedule, &input, &walk->amounts, walk->error);
}

fg_status fg_bill_table_piece(fg_bill_walk *walk, fg_pricer *by, fg_bill_room *room, size_t first, size_t count) {
  const int64_t *totals = fg_integers_read(&walk->query->totals, first, count, room->totals);
  int64_t *tiers = room->tiers;
  const size_t periods = walk->query->periods;
  size_t period = first % periods;
  for (size_t i = 0; i < count; i++) {
    if (FG_UNLIKELY(!fg_bill_cover_begin(walk, first + i, period) || totals[i] < 0)) {
      return fg_bill_blame_cover(walk, first + i, totals[i]);
    }
    fg_usage usage = fg_bill_cover(walk, totals[i]);
    tiers[i] = fg_tier_quantity(&walk->policy, usage.free, usage.packs, usage.postpaid, 0);
    period = period + 1 == periods ? 0 : period + 1;
    fg_bill_note(walk, first + i, &usage);
  }
  const int64_t *postpaid = walk->bills->postpaid + first;
  const int64_t *picked = fg_tier_is_of_residual(&walk->policy) ? postpaid : tiers;
  by->input.hours_of_month = walk->periods[first % walk->query->periods].hours;
  return fg_pricer_piece(by, postpaid, picked, &walk->query->totals, first, count, walk->bad_row, walk->error);
}
