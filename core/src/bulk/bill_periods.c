/* Bills of totals: how much of each total free units and packs cover, and what the rest costs. */
#include "bill_walk.h"

#include "../book/tier_quantity.h"

static int64_t free_of_row(const fg_bill_walk *walk, size_t row, size_t period) {
  const fg_integers *free = walk->query->free;
  return free == NULL ? walk->periods[period].free : fg_integers_at(free, free->count == 1 ? 0 : row);
}

static int64_t packs_of_row(fg_bill_walk *walk, size_t row, size_t period) {
  const fg_integers *packs = walk->query->packs;
  if (packs != NULL && period == 0) {
    walk->packs_left = fg_integers_at(packs, packs->count == 1 ? 0 : row / walk->query->periods);
  }
  return walk->packs_left;
}

/* R7: divides a total into free units, units of packs and postpaid ones. Returns the quantity that picks the tier
   (R12), -1 if the row is invalid. */
static int64_t cover_row(fg_bill_walk *walk, size_t row, size_t period, int64_t total, fg_usage *usage) {
  int64_t free = free_of_row(walk, row, period);
  int64_t packs = packs_of_row(walk, row, period);
  if (total < 0 || free < 0 || packs < 0) {
    return -1;
  }
  usage->free = fg_min_i64(total, free);
  usage->packs = fg_min_i64(total - usage->free, packs);
  usage->postpaid = total - usage->free - usage->packs;
  walk->packs_left -= usage->packs;
  return fg_tier_quantity(&walk->policy, usage->free, usage->packs, usage->postpaid, 0);
}

static FG_COLD fg_status blame_cover(fg_bill_walk *walk, size_t row, int64_t total) {
  const char *name = total < 0 ? "totals" : free_of_row(walk, row, row % walk->query->periods) < 0 ? "free" : "packs";
  *walk->bad_row = row;
  fg_fail(walk->error, FG_INVALID, "", "expected 0 to 9223372036854775807");
  fg_error_prefix(walk->error, "%s[%zu]", name, row);
  return FG_INVALID;
}

static void note_cover(const fg_bill_walk *walk, size_t row, const fg_usage *usage) {
  walk->bills->free[row] = usage->free;
  walk->bills->packs[row] = usage->packs;
  walk->bills->postpaid[row] = usage->postpaid;
}

static fg_status bill_piece(fg_bill_walk *walk, fg_pricer *by, size_t first, size_t count) {
  int64_t room[FG_PIECE];
  int64_t tiers[FG_PIECE];
  const int64_t *totals = fg_integers_read(&walk->query->totals, first, count, room);
  const size_t periods = walk->query->periods;
  size_t period = first % periods;
  for (size_t i = 0; i < count; i++) {
    fg_usage usage = {0, 0, 0, 0};
    tiers[i] = cover_row(walk, first + i, period, totals[i], &usage);
    period = period + 1 == periods ? 0 : period + 1;
    if (FG_UNLIKELY(tiers[i] < 0)) {
      return blame_cover(walk, first + i, totals[i]);
    }
    note_cover(walk, first + i, &usage);
  }
  const int64_t *postpaid = walk->bills->postpaid + first;
  const int64_t *picked = fg_tier_is_of_residual(&walk->policy) ? postpaid : tiers;
  by->input.hours_of_month = walk->periods[first % walk->query->periods].hours;
  return fg_pricer_piece(by, postpaid, picked, &walk->query->totals, first, count, walk->bad_row, walk->error);
}

static fg_status bill_by_table(fg_bill_walk *walk) {
  const fg_schedule *schedule = &walk->book->products[walk->product].schedule;
  fg_pricer by = {.name = "totals"};
  fg_price_input input = {.periods = 1, .hours_of_month = walk->periods[0].hours, .rounding = walk->book->rounding};
  FG_TRY(fg_pricer_begin(&by, walk->book, schedule, &input, &walk->bills->amounts, walk->error));
  size_t piece = FG_PIECE;
  if (schedule->per_hours_of_month) { /* a price by hours of the month differs from month to month */
    by.table.limit = -1;
    piece = 1;
  }
  for (size_t first = 0; first < walk->query->totals.count; first += piece) {
    size_t left = walk->query->totals.count - first;
    FG_TRY(bill_piece(walk, &by, first, left < piece ? left : piece));
  }
  return FG_OK;
}

static const fg_schedule *schedule_of(const fg_bill_walk *walk, const fg_bill_period *period) {
  return &fg_bill_product(walk, period)->prices[period->rating.price].schedule;
}

/* Applies the product's least and most to the exact cost of a period, and rounds the result as the line of an invoice
   is rounded. */
static fg_status add_row_bounds(const fg_product *product, fg_exact cost, fg_rounding rounding, fg_amount *amount) {
  fg_exact bounded = fg_within_bounds(&product->bounds, cost);
  bool is_less = fg_bounds_compare(&product->bounds, cost) < 0;
  fg_exact difference = is_less ? bounded : cost;
  fg_amount rounded = 0;
  FG_TRY(fg_exact_subtract(&difference, is_less ? cost : bounded) ? FG_OK : FG_OVERFLOW);
  FG_TRY(fg_exact_round(difference, rounding, &rounded));
  return fg_amount_add(*amount, is_less ? rounded : -rounded, amount) ? FG_OK : FG_OVERFLOW;
}

static fg_status add_row_fees(const fg_product *product, fg_rounding rounding, fg_amount *amount) {
  for (uint32_t i = 0; i < product->fee_count; i++) {
    fg_amount fee = 0;
    FG_TRY(fg_exact_round(FG_EXACTLY(product->fees[i].amount), rounding, &fee));
    if (!product->fees[i].withdrawn && !fg_amount_add(*amount, fee, amount)) {
      return FG_OVERFLOW;
    }
  }
  return FG_OK;
}

static fg_status price_row(const fg_bill_walk *walk, const fg_bill_period *period, int64_t postpaid, int64_t picked,
                           fg_amount *amount) {
  const fg_product *product = fg_bill_product(walk, period);
  const fg_rounding rounding = period->list->rounding;
  const fg_price_input input = {.units = postpaid,
                                .tier_quantity = picked,
                                .periods = 1,
                                .hours_of_month = period->hours,
                                .rounding = rounding,
                                .was_open = product->prices[period->rating.price].id.length == 0,
                                .factor = product->factors[period->rating.factor]};
  fg_price_result result = {.amount = 0};
  fg_exact cost = FG_EXACTLY(0);
  if (period->rating.billable) {
    FG_TRY(fg_price_exactly(schedule_of(walk, period), &input, &result, &cost));
    FG_TRY(fg_price_compute(schedule_of(walk, period), &input, &result));
  }
  *amount = result.amount;
  if (fg_bounds_are_given(&product->bounds)) {
    FG_TRY(add_row_bounds(product, cost, rounding, amount));
  }
  return add_row_fees(product, rounding, amount);
}

static fg_status store_row(const fg_bill_walk *walk, const fg_bill_period *period, size_t row, fg_status status,
                           fg_amount amount) {
  const fg_pricer by = {.name = "totals",
                        .book = period->list,
                        .schedule = period->rating.billable ? schedule_of(walk, period)
                                                            : &fg_bill_product(walk, period)->schedule,
                        .amounts = &walk->bills->amounts};
  bool is_priced = status == FG_OK;
  status = is_priced ? fg_pricer_store_amount(&by, row, amount) : status;
  return status == FG_OK
             ? FG_OK
             : fg_pricer_blame(&by, status, row, is_priced && status == FG_INVALID, walk->bad_row, walk->error);
}

static fg_status bill_row(fg_bill_walk *walk, size_t row) {
  size_t number = row % walk->query->periods;
  const fg_bill_period *period = &walk->periods[number];
  const fg_integers *totals = &walk->query->totals;
  fg_usage usage = {0, 0, 0, 0};
  fg_amount amount = 0;
  fg_status status = FG_OK;
  bool is_null = fg_integers_null(totals, row);
  int64_t total = is_null ? 0 : fg_integers_at(totals, row);
  /* Called for a null total too, because the first row of an account begins its packs. */
  int64_t picked = cover_row(walk, row, number, period->rating.billable ? total : 0, &usage);
  if (picked < 0 || total < 0) {
    return blame_cover(walk, row, total);
  }
  note_cover(walk, row, &usage);
  if (!is_null) {
    status = price_row(walk, period, usage.postpaid, picked, &amount);
  }
  return store_row(walk, period, row, status, amount);
}

static fg_status bill_by_rows(fg_bill_walk *walk) {
  if (walk->bills->amounts.scale < 0 || walk->bills->amounts.scale > FG_MONEY_DECIMALS) {
    return fg_fail(walk->error, FG_INVALID, "scale", "expected 0 to 12 decimals");
  }
  for (size_t row = 0; row < walk->query->totals.count; row++) {
    FG_TRY(bill_row(walk, row));
  }
  return FG_OK;
}

fg_status fg_bill_periods(const fg_book *book, const fg_bill_query *query, const fg_bill_columns *bills,
                          size_t *bad_row, fg_error *error) {
  fg_bill_walk walk = {.book = book, .query = query, .bills = bills, .bad_row = bad_row, .error = error};
  *bad_row = SIZE_MAX;
  fg_status status = fg_bill_read(&walk);
  if (status == FG_OK) {
    status = walk.by_table ? bill_by_table(&walk) : bill_by_rows(&walk);
  }
  fg_release(&book->allocator, walk.periods, query->periods * sizeof *walk.periods);
  return status;
}
