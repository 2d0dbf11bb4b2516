/* The columns of a batch of events, read row by row. */
#include "biller.h"
#include "../state/command.h"

int64_t fg_event_number(const fg_events *events, size_t row) {
  return events->row_numbers == NULL ? events->first_row + (int64_t)row : fg_integers_at(events->row_numbers, row);
}

/* -------------------------------------------------------------------------------------------------------- values */

static bool multiply_time(int64_t value, int64_t factor, fg_time *time) {
  return fg_multiply_i64(value, factor, time) && fg_time_is_civil(*time);
}

static bool scale_time(int64_t value, fg_time_unit unit, fg_time *time) {
  switch (unit) {
  case FG_DAYS: return multiply_time(value, FG_DAY, time);
  case FG_SECONDS: return multiply_time(value, FG_SECOND, time);
  case FG_MILLISECONDS: return multiply_time(value, FG_SECOND / 1000, time);
  case FG_MICROSECONDS: return multiply_time(value, 1, time);
  case FG_NANOSECONDS: return multiply_time(value / 1000 - (value % 1000 < 0), 1, time);
  }
  return false;
}

static bool read_time(const fg_biller *biller, const fg_events *events, size_t row, fg_time *time) {
  int offset_minutes = biller->book->offset_minutes;
  if (events->time_texts != NULL) {
    fg_string text = fg_texts_at(events->time_texts, row);
    int64_t number = 0;
    if (text.text != NULL && !events->guessed_unit && fg_quantity_parse(text, &number)) {
      return scale_time(number, events->time_unit, time);
    }
    return text.text != NULL && fg_time_parse(text.text, text.length, offset_minutes, time) == FG_OK;
  }
  if (fg_integers_null(&events->times, row) ||
      !scale_time(fg_integers_at(&events->times, row), events->time_unit, time)) {
    return false;
  }
  *time -= events->civil_times ? (int64_t)offset_minutes * 60 * FG_SECOND : 0;
  return fg_time_is_civil(*time);
}

static bool read_quantity(const fg_events *events, size_t row, int64_t *quantity) {
  if (events->quantity_texts != NULL) {
    fg_string text = fg_texts_at(events->quantity_texts, row);
    return text.text != NULL && fg_quantity_parse(text, quantity);
  }
  *quantity = fg_integers_at(&events->quantities, row);
  return *quantity >= 0 && !fg_integers_null(&events->quantities, row);
}

/* ---------------------------------------------------------------------------------------------------------- names */

/* Memo over the rows of a batch: names repeat. */
typedef struct name_memo {
  fg_string account, product; ///< of the row before
  uint32_t customer;
  int32_t product_index;
} name_memo;

/* Entries of a dictionary are looked up once a batch. */
static fg_status find_by_code(fg_biller *biller, const fg_texts *accounts, size_t row, uint32_t *customer) {
  int64_t code = fg_integers_at(accounts->codes, row);
  bool in_range = !fg_integers_null(accounts->codes, row) && code >= 0 && (uint64_t)code < accounts->count;
  if (!in_range) {
    return FG_INVALID;
  }
  FG_ASSERT((uint64_t)code < biller->known.count);
  uint32_t *known = &biller->known.items[code];
  if (*known == 0) {
    fg_string name = fg_texts_entry(accounts, (size_t)code);
    if (name.text == NULL) {
      return FG_INVALID;
    }
    FG_TRY(fg_customer_find(biller, name, customer));
    *known = *customer + 1;
  }
  *customer = *known - 1;
  return FG_OK;
}

static fg_status find_account(fg_biller *biller, const fg_events *events, size_t row, name_memo *memo) {
  if (biller->known.count > 0) {
    return find_by_code(biller, &events->accounts, row, &memo->customer);
  }
  fg_string name = fg_texts_at(&events->accounts, row);
  if (name.text == NULL) {
    return FG_INVALID;
  }
  if (memo->account.text == NULL || !fg_string_equal(name, memo->account)) {
    memo->account.text = NULL;
    FG_TRY(fg_customer_find(biller, name, &memo->customer));
    memo->account = name;
  }
  return FG_OK;
}

static bool find_product_of_row(const fg_biller *biller, const fg_events *events, size_t row, name_memo *memo) {
  fg_string name = fg_texts_at(&events->products, row);
  if (name.text == NULL) {
    return false;
  }
  if (memo->product.text == NULL || !fg_string_equal(name, memo->product)) {
    memo->product_index = fg_book_product(biller->book, name);
    memo->product = name;
  }
  return true;
}

/* ----------------------------------------------------------------------------------------------------------- rows */

static fg_status set_row_aside(fg_biller *biller, const fg_events *events, size_t row, const char *column,
                               const char *message) {
  fg_set_aside what = {.row = fg_event_number(events, row),
                       .kind = FG_ASIDE_UNREADABLE,
                       .status = FG_INVALID,
                       .column = column,
                       .message = message,
                       .rule = "",
                       .account = fg_texts_at(&events->accounts, row),
                       .product = fg_texts_at(&events->products, row)};
  int64_t quantity = 0;
  fg_time at = 0;
  what.quantity = read_quantity(events, row, &quantity) ? quantity : -1;
  what.at = read_time(biller, events, row, &at) ? at : FG_NO_TIME;
  if (events->ids != NULL) {
    what.id = fg_texts_at(events->ids, row);
  }
  return fg_set_aside_add(biller, &what);
}

static fg_status read_row(fg_biller *biller, const fg_events *events, size_t row, name_memo *memo) {
  FG_ASSERT(biller->rows.count < biller->rows.capacity);
  fg_event_row *read = &biller->rows.items[biller->rows.count];
  if (!read_time(biller, events, row, &read->at)) {
    return set_row_aside(biller, events, row, "time",
                         "expected a time such as 2024-11-05T10:00:00+08:00, of the years 1970 to 9999");
  }
  if (!read_quantity(events, row, &read->quantity)) {
    return set_row_aside(biller, events, row, "quantity", "expected an integer, 0 to 9223372036854775807");
  }
  if (!find_product_of_row(biller, events, row, memo)) {
    return set_row_aside(biller, events, row, "product", "expected a text, there is none");
  }
  fg_status status = find_account(biller, events, row, memo);
  if (status == FG_INVALID) {
    return set_row_aside(biller, events, row, "account", "expected a text in UTF-8 without a 0, there is none");
  }
  FG_TRY(status);
  read->customer = memo->customer;
  read->product = memo->product_index;
  read->row = (uint32_t)row;
  biller->rows.count++;
  return FG_OK;
}

/* ---------------------------------------------------------------------------------------------------- guessed units */

static bool is_plausible(int64_t number, fg_time_unit unit) {
  fg_time time = 0;
  return scale_time(number, unit, &time) && fg_time_is_plausible(time);
}

static fg_status guessed_wrong(const fg_events *events, size_t row, fg_error *error) {
  static const char *const names[] = {[FG_SECONDS] = "s", [FG_MILLISECONDS] = "ms", [FG_NANOSECONDS] = "ns"};
  int64_t number = fg_integers_at(&events->times, row);
  const char *fitting = NULL;
  for (int unit = FG_SECONDS; unit <= FG_NANOSECONDS; unit++) {
    fitting = is_plausible(number, (fg_time_unit)unit) ? names[unit] : fitting;
  }
  return fg_fail(error, FG_INVALID, "time",
                 "row %lld: as microseconds, %lld is not of the years 2000 to 2099: say what the numbers count%s%s",
                 (long long)fg_event_number(events, row), (long long)number, fitting == NULL ? "" : ", perhaps ",
                 fitting == NULL ? "" : fitting);
}

/* Whole numbers of seconds that are taken for microseconds are instants of 1970, and no log is of that year. */
static fg_status check_guess(const fg_events *events, fg_error *error) {
  bool is_guess = events->guessed_unit && events->time_texts == NULL;
  for (size_t row = 0; is_guess && row < events->count; row++) {
    if (!fg_integers_null(&events->times, row) &&
        !is_plausible(fg_integers_at(&events->times, row), events->time_unit)) {
      return guessed_wrong(events, row, error);
    }
  }
  return FG_OK;
}

static fg_status read_rows(fg_biller *biller, const fg_events *events) {
  name_memo memo = {.customer = 0};
  biller->rows.count = 0;
  biller->known.count = 0;
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->rows, (uint32_t)events->count));
  if (events->accounts.codes != NULL && events->accounts.count > 0) {
    FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->known, (uint32_t)events->accounts.count));
    biller->known.count = (uint32_t)events->accounts.count;
    memset(biller->known.items, 0, biller->known.count * sizeof *biller->known.items);
  }
  for (size_t row = 0; row < events->count; row++) {
    FG_TRY(read_row(biller, events, row, &memo));
  }
  return FG_OK;
}

fg_status fg_event_rows_read(fg_biller *biller, const fg_events *events, fg_error *error) {
  if (events->count >= UINT32_MAX / 4 || events->accounts.count >= UINT32_MAX / 4) {
    return fg_fail(error, FG_INVALID, "events", "expected fewer than 2^30 events at a time");
  }
  FG_TRY(check_guess(events, error));
  fg_status status = read_rows(biller, events);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}
