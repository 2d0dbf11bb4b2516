/* Whole columns priced and billed: by a table of 64-bit numbers as far as that is proven exact, else row by row. */
#include "../base/status.h"
#include "../book/quote.h"
#include "../book/terms.h"
#include "../state/state.h"
#include "pricer.h"
#include "rated_columns.h"

static fg_status store_piece(const fg_pricer *by, const int64_t *fast, size_t first, size_t count, size_t *bad_row,
                             fg_error *error) {
  fg_int128 *wide = (fg_int128 *)by->amounts->values + first;
  if (by->excess == 1 && by->amounts->type == FG_AMOUNT_INT128) {
    for (size_t i = 0; i < count; i++) {
      wide[i] = fast[i];
    }
    return FG_OK;
  }
  for (size_t i = 0; i < count; i++) {
    fg_status status = fg_pricer_store(by, first + i, fast[i]);
    if (status != FG_OK) {
      return fg_pricer_blame(by, status, first + i, true, bad_row, error);
    }
  }
  return FG_OK;
}

/* Prices `count` rows from `first` on; `nulls` is the column whose nulls are not priced. */
static fg_status price_piece(fg_pricer *by, const int64_t *units, const int64_t *tier_units, const fg_integers *nulls,
                             size_t first, size_t count, size_t *bad_row, fg_error *error) {
  int64_t room[FG_PIECE];
  bool in_place = by->excess == 1 && by->amounts->type == FG_AMOUNT_INT64;
  int64_t *fast = in_place ? (int64_t *)by->amounts->values + first : room;
  bool by_table = !(by->table.follows_units && units != tier_units);
  if (by_table && fg_price_table_apply(&by->table, units, tier_units, count, fast)) {
    return in_place ? FG_OK : store_piece(by, fast, first, count, bad_row, error);
  }
  for (size_t i = 0; i < count; i++) {
    if (fg_integers_null(nulls, first + i)) {
      FG_TRY(fg_pricer_store(by, first + i, 0));
    } else {
      FG_TRY(fg_pricer_row(by, units[i], tier_units[i], first + i, bad_row, error));
    }
  }
  return FG_OK;
}

/* ---------------------------------------------------------------------------------------------------------- prices */

/* The product whose usage is asked for, where rows are rated; else NULL. */
static const fg_product *rated_product(const fg_book *book, const fg_price_query *query, size_t column_count) {
  int product = fg_book_product(book, query->product);
  const fg_product *found = product == FG_NONE ? NULL : &book->products[product];
  bool is_of_usage = found != NULL && fg_string_equal(query->meter, found->meter) && query->days == 0 &&
                     query->months == 0;
  return is_of_usage && (!found->plain || column_count > 0) ? found : NULL;
}

fg_status fg_price_scale(const fg_book *book, const fg_price_query *query, int *scale, fg_error *error) {
  fg_price_question question;
  fg_price_query of_none = *query;
  book = fg_book_at(book, query->at);
  const fg_product *product = rated_product(book, query, 0);
  if (product != NULL) {
    *scale = fg_rated_scale(book, product);
    return FG_OK;
  }
  of_none.quantity = 0;
  of_none.tier_quantity = -1;
  FG_TRY(fg_quote_find(book, &of_none, &question, error));
  *scale = fg_schedule_scale(question.schedule, book->rounding, book->minor_digits);
  return FG_OK;
}

int fg_book_scale(const fg_book *book) {
  int scale = book->minor_digits;
  for (uint32_t i = 0; i < book->edition_count; i++) {
    int of_edition = fg_book_scale(&book->editions[i]);
    scale = of_edition > scale ? of_edition : scale;
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    const fg_product *product = &book->products[i];
    int rated = fg_rated_scale(book, product);
    scale = rated > scale ? rated : scale;
    for (uint32_t price = 0; price < product->price_count; price++) {
      const fg_schedule *schedule = &product->prices[price].schedule;
      for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
        int decimals = fg_amount_decimals(schedule->tiers[tier].price);
        scale = decimals > scale ? decimals : scale;
      }
    }
  }
  return scale;
}

fg_status fg_price_columns(const fg_book *book, const fg_price_query *query, const fg_integers *quantities,
                           const fg_attribute_column *columns, size_t column_count, const fg_amounts *amounts,
                           size_t *bad_row, fg_error *error) {
  int64_t room[FG_PIECE];
  fg_price_question question;
  fg_price_query of_none = *query;
  fg_pricer by = {.name = "quantities"};
  of_none.quantity = 0;
  of_none.tier_quantity = -1;
  *bad_row = SIZE_MAX;
  book = fg_book_at(book, query->at);
  const fg_product *product = rated_product(book, query, column_count);
  if (product != NULL) {
    return fg_price_rated_columns(book, product, query, quantities, columns, column_count, amounts, bad_row, error);
  }
  FG_TRY(fg_quote_find(book, &of_none, &question, error));
  if (column_count > 0) {
    return fg_fail(error, FG_INVALID, "attributes", "expected none: capacity has none");
  }
  FG_TRY(fg_pricer_begin(&by, book, question.schedule, &question.input, amounts, error));
  for (size_t first = 0; first < quantities->count; first += FG_PIECE) {
    size_t left = quantities->count - first;
    size_t count = left < FG_PIECE ? left : FG_PIECE;
    const int64_t *units = fg_integers_read(quantities, first, count, room);
    FG_TRY(price_piece(&by, units, units, quantities, first, count, bad_row, error));
  }
  return FG_OK;
}

/* ----------------------------------------------------------------------------------------------------------- bills */

/* A bill query that was read, and where the walk over its rows stands. */
typedef struct bill_walk {
  const fg_book *book;
  const fg_bill_query *query;
  const fg_bill_columns *bills;
  uint32_t product;
  fg_policy policy;
  fg_month first_month;
  int64_t monthly_free; ///< in the current row's month; -1: not known yet
  int64_t packs_left;   ///< of the current account
} bill_walk;

static bool is_daily(const bill_walk *walk) {
  return walk->book->products[walk->product].tier_period.unit == FG_EVERY_DAY;
}

static fg_month month_of_row(const bill_walk *walk, size_t row) {
  return walk->first_month + (is_daily(walk) ? 0 : (fg_month)(row % walk->query->periods));
}

/* R1, R5: the units that the book issues every month, as of the month of a row. */
static int64_t issued_monthly(const bill_walk *walk, size_t row) {
  const fg_book *book = walk->book;
  const fg_product *product = &book->products[walk->product];
  fg_date date = fg_month_first(month_of_row(walk, row));
  int64_t sum = 0;
  for (uint32_t i = 0; i < product->grant_count; i++) {
    bool is_monthly = product->grants[i].issue == FG_ISSUE_MONTHLY;
    int64_t quantity = is_monthly ? fg_issued_quantity(book, walk->product, i, date) : 0;
    sum = fg_add_i64(sum, quantity, &sum) ? sum : INT64_MAX;
  }
  return sum;
}

static int64_t free_of_row(bill_walk *walk, size_t row) {
  const fg_integers *free = walk->query->free;
  if (free != NULL) {
    return fg_integers_at(free, free->count == 1 ? 0 : row);
  }
  bool fixed = walk->book->amendment_count == 0 && walk->monthly_free >= 0;
  walk->monthly_free = fixed ? walk->monthly_free : issued_monthly(walk, row);
  return walk->monthly_free;
}

static int64_t packs_of_row(bill_walk *walk, size_t row) {
  const fg_integers *packs = walk->query->packs;
  if (packs != NULL && row % walk->query->periods == 0) {
    walk->packs_left = fg_integers_at(packs, packs->count == 1 ? 0 : row / walk->query->periods);
  }
  return walk->packs_left;
}

/* R7: free grants, then packs, then postpaid. Answers what picks the tier (R12); -1 if the row is bad. */
static int64_t cover_row(bill_walk *walk, size_t row, int64_t total, fg_usage *usage) {
  int64_t free = free_of_row(walk, row);
  int64_t packs = packs_of_row(walk, row);
  if (total < 0 || free < 0 || packs < 0) {
    return -1;
  }
  usage->free = fg_min_i64(total, free);
  usage->packs = fg_min_i64(total - usage->free, packs);
  usage->postpaid = total - usage->free - usage->packs;
  walk->packs_left -= usage->packs;
  return fg_tier_quantity(&walk->policy, usage->free, usage->packs, usage->postpaid, 0);
}

static FG_COLD fg_status blame_cover(bill_walk *walk, size_t row, int64_t total, size_t *bad_row, fg_error *error) {
  const char *name = total < 0 ? "totals" : free_of_row(walk, row) < 0 ? "free" : "packs";
  *bad_row = row;
  fg_fail(error, FG_INVALID, "", "expected 0 to 9223372036854775807");
  fg_error_prefix(error, "%s[%zu]", name, row);
  return FG_INVALID;
}

static fg_status bill_piece(bill_walk *walk, fg_pricer *by, size_t first, size_t count, size_t *bad_row,
                            fg_error *error) {
  int64_t room[FG_PIECE];
  int64_t tiers[FG_PIECE];
  const int64_t *totals = fg_integers_read(&walk->query->totals, first, count, room);
  for (size_t i = 0; i < count; i++) {
    fg_usage usage = {0, 0, 0, 0};
    tiers[i] = cover_row(walk, first + i, totals[i], &usage);
    if (FG_UNLIKELY(tiers[i] < 0)) {
      return blame_cover(walk, first + i, totals[i], bad_row, error);
    }
    walk->bills->free[first + i] = usage.free;
    walk->bills->packs[first + i] = usage.packs;
    walk->bills->postpaid[first + i] = usage.postpaid;
  }
  const int64_t *postpaid = walk->bills->postpaid + first;
  const int64_t *picked = fg_tier_is_of_residual(&walk->policy) ? postpaid : tiers;
  by->input.hours_of_month = fg_month_hours(month_of_row(walk, first), &walk->book->zone);
  return price_piece(by, postpaid, picked, &walk->query->totals, first, count, bad_row, error);
}

static fg_status check_shape(const bill_walk *walk, fg_error *error) {
  const fg_bill_query *query = walk->query;
  size_t rows = query->totals.count;
  if (query->periods == 0 || rows % query->periods != 0) {
    return fg_fail(error, FG_INVALID, "periods", "expected a number, 1 or more, that divides the number of rows");
  }
  if (query->free != NULL && query->free->count != 1 && query->free->count != rows) {
    return fg_fail(error, FG_INVALID, "free", "expected as many rows as there are totals, or one for all");
  }
  if (query->packs != NULL && query->packs->count != 1 && query->packs->count != rows / query->periods) {
    return fg_fail(error, FG_INVALID, "packs", "expected as many rows as there are accounts, or one for all");
  }
  if (query->free == NULL && is_daily(walk) && issued_monthly(walk, 0) > 0) {
    return fg_fail(error, FG_INVALID, "free", "expected a column: the rows are days, the book's free quota is monthly");
  }
  return FG_OK;
}

static fg_status read_bill_query(bill_walk *walk, fg_error *error) {
  const fg_bill_query *query = walk->query;
  FG_TRY(fg_require_one_edition(walk->book, error));
  int product = fg_book_product(walk->book, query->product);
  walk->policy = walk->book->policy;
  if (product == FG_NONE) {
    return fg_refuse(error, FG_UNKNOWN_PRODUCT);
  }
  FG_TRY(fg_require_plain(walk->book, &walk->book->products[product], error));
  FG_TRY(fg_require_months(walk->book, &walk->book->products[product], error));
  FG_TRY(fg_require_usage_alone(walk->book, &walk->book->products[product], error));
  FG_TRY(fg_policy_set_pairs(&walk->policy, query->policy, query->policy_count, error));
  walk->policy = fg_policy_within(&walk->policy, walk->book->products[product].policy);
  bool in_range = fg_time_is_civil(query->at) && query->periods < 12 * 8000;
  walk->product = (uint32_t)product;
  walk->first_month = in_range ? fg_month_of(fg_date_at(query->at, &walk->book->zone)) : 0;
  fg_month end = walk->first_month + (in_range && !is_daily(walk) ? (fg_month)query->periods : 1);
  if (!in_range || end > 12 * 10000) {
    return fg_fail(error, FG_INVALID, "at", "expected an instant such that all periods are of the years 1970 to 9999");
  }
  return check_shape(walk, error);
}

fg_status fg_bill_periods(const fg_book *book, const fg_bill_query *query, const fg_bill_columns *bills,
                          size_t *bad_row, fg_error *error) {
  bill_walk walk = {.book = book, .query = query, .bills = bills, .monthly_free = -1};
  fg_pricer by = {.name = "totals"};
  *bad_row = SIZE_MAX;
  FG_TRY(read_bill_query(&walk, error));
  const fg_schedule *schedule = &book->products[walk.product].schedule;
  fg_price_input input = {.periods = 1,
                          .hours_of_month = fg_month_hours(walk.first_month, &book->zone),
                          .rounding = book->rounding};
  FG_TRY(fg_pricer_begin(&by, book, schedule, &input, &bills->amounts, error));
  size_t piece = FG_PIECE;
  if (schedule->per_hours_of_month) { /* each month has prices of its own */
    by.table.limit = -1;
    piece = 1;
  }
  for (size_t first = 0; first < query->totals.count; first += piece) {
    size_t left = query->totals.count - first;
    FG_TRY(bill_piece(&walk, &by, first, left < piece ? left : piece, bad_row, error));
  }
  return FG_OK;
}
