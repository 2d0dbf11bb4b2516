#include "event_rows.h"

#include <stdio.h>

#include "../state/command.h"
#include "bill_parts.h"
#include "customers.h"
#include "event_attributes.h"
#include "event_values.h"
#include "set_aside.h"

int64_t fg_event_number(const fg_events *events, size_t row) {
  return events->row_numbers == NULL ? events->first_row + (int64_t)row : fg_integers_at(events->row_numbers, row);
}

/* The names of the row before and what they led to, because names often repeat, and the accounts that were looked up
   ahead. */
typedef struct name_memo {
  fg_string account, product;        ///< the names in the row before, with any blanks around them
  bool account_blank, product_blank; ///< whether the names have blanks around them
  uint32_t customer;
  int32_t product_index;
  size_t first; ///< the first of the rows whose accounts are in `found`
  uint32_t found[FG_AHEAD];
} name_memo;

#define WITH_BLANKS (UINT32_C(1) << 30) ///< a bit of a known code: the name has blanks around it

/* Finds a customer by a name that may have blanks around it. FG_INVALID if there is no name, or it is not UTF-8. */
static fg_status find_trimmed(fg_biller *biller, fg_string name, size_t row, name_memo *memo) {
  fg_string trimmed = name.text == NULL ? name : fg_trim(name);
  uint32_t found = memo->found[row - memo->first];
  memo->account_blank = trimmed.length != name.length;
  memo->customer = found - 1;
  return trimmed.text == NULL ? FG_INVALID : found != 0 ? FG_OK : fg_customer_find(biller, trimmed, &memo->customer);
}

static bool has_code(const fg_texts *accounts, size_t row, int64_t *code) {
  *code = fg_integers_at(accounts->codes, row);
  return !fg_integers_null(accounts->codes, row) && *code >= 0 && (uint64_t)*code < accounts->count;
}

/* Finds a customer by a code of the dictionary. Each entry of the dictionary is looked up once for each batch. */
static fg_status find_by_code(fg_biller *biller, const fg_texts *accounts, size_t row, name_memo *memo) {
  int64_t code = 0;
  if (!has_code(accounts, row, &code)) {
    return FG_INVALID;
  }
  FG_ASSERT((uint64_t)code < biller->known.count);
  uint32_t *known = &biller->known.items[code];
  if (*known == 0) {
    FG_TRY(find_trimmed(biller, fg_texts_entry(accounts, (size_t)code), row, memo));
    *known = (memo->customer + 1) | (memo->account_blank ? WITH_BLANKS : 0);
  }
  memo->customer = (*known & ~WITH_BLANKS) - 1;
  memo->account_blank = (*known & WITH_BLANKS) != 0;
  return FG_OK;
}

static fg_status find_account(fg_biller *biller, const fg_events *events, size_t row, name_memo *memo) {
  if (biller->known.count > 0) {
    return find_by_code(biller, &events->accounts, row, memo);
  }
  fg_string name = fg_texts_at(&events->accounts, row);
  if (name.text == NULL) {
    return FG_INVALID;
  }
  if (memo->account.text == NULL || !fg_string_equal(name, memo->account)) {
    memo->account.text = NULL;
    FG_TRY(find_trimmed(biller, name, row, memo));
    memo->account = name;
  }
  return FG_OK;
}

/* The name in a row that will have to be looked up; text NULL if its code is known. */
static fg_string name_ahead(const fg_biller *biller, const fg_texts *accounts, size_t row) {
  int64_t code = 0;
  if (biller->known.count == 0) {
    return fg_texts_at(accounts, row);
  }
  bool is_unknown = has_code(accounts, row, &code) && biller->known.items[code] == 0;
  return is_unknown ? fg_texts_entry(accounts, (size_t)code) : (fg_string){NULL, 0};
}

/* Finds the accounts of the next rows, if they exist. None is created, because it is not known yet whether a row is
   valid. */
static void look_ahead(const fg_biller *biller, const fg_events *events, size_t first, name_memo *memo) {
  fg_string names[FG_AHEAD];
  fg_string before = {NULL, 0};
  size_t left = events->count - first;
  uint32_t count = left < FG_AHEAD ? (uint32_t)left : FG_AHEAD;
  for (uint32_t i = 0; i < count; i++) {
    fg_string name = name_ahead(biller, &events->accounts, first + i);
    bool is_new = name.text != NULL && (before.text == NULL || !fg_string_equal(name, before));
    names[i] = is_new ? fg_trim(name) : (fg_string){NULL, 0};
    before = name;
  }
  memo->first = first;
  fg_customers_find_ahead(biller, names, count, memo->found);
}

static bool find_product_of_row(const fg_biller *biller, const fg_events *events, size_t row, name_memo *memo) {
  fg_string name = fg_texts_at(&events->products, row);
  if (name.text == NULL) {
    return false;
  }
  if (memo->product.text == NULL || !fg_string_equal(name, memo->product)) {
    fg_string trimmed = fg_trim(name);
    memo->product = trimmed.text == NULL ? trimmed : name;
    memo->product_index = trimmed.text == NULL ? FG_NONE : fg_book_place(biller->book, trimmed);
    memo->product_blank = trimmed.length != name.length;
  }
  return memo->product.text != NULL;
}

/* Writes a row's value as text; a number is written in digits. */
static fg_status write_value(fg_biller *biller, const fg_integers *column, const fg_texts *texts, size_t row,
                             fg_string *text) {
  char digits[24];
  int64_t value = 0;
  if (texts != NULL) {
    *text = fg_texts_at(texts, row);
    return FG_OK;
  }
  bool is_signed = !fg_integers_null(column, row) && fg_integers_value(column, row, &value);
  if (!is_signed && (fg_integers_null(column, row) || column->type != FG_UINT64)) {
    return FG_OK;
  }
  int length = is_signed ? snprintf(digits, sizeof digits, "%lld", (long long)value)
                         : snprintf(digits, sizeof digits, "%llu",
                                    (unsigned long long)((const uint64_t *)column->values)[column->offset + row]);
  *text = fg_string_copy(&biller->parts[0].messages, &biller->allocator, (fg_string){digits, (size_t)length});
  return text->text == NULL ? FG_NO_MEMORY : FG_OK;
}

/* Writes the value of the named column that could not be read. */
static fg_status write_raw_text(fg_biller *biller, const fg_events *events, size_t row, const char *column,
                                fg_string *text) {
  switch (column[0]) {
  case 't': return write_value(biller, &events->times, events->time_texts, row, text);
  case 'q': return write_value(biller, &events->quantities, events->quantity_texts, row, text);
  }
  *text = fg_texts_at(column[0] == 'p' ? &events->products : &events->accounts, row);
  return FG_OK;
}

static fg_status set_row_aside(fg_biller *biller, const fg_events *events, size_t row, const char *column,
                               const char *message) {
  fg_set_aside what = {.row = fg_event_number(events, row),
                       .kind = FG_ASIDE_UNREADABLE,
                       .status = FG_INVALID,
                       .column = column,
                       .message = message,
                       .rule = "",
                       .text = {NULL, 0},
                       .account = fg_texts_at(&events->accounts, row),
                       .product = fg_texts_at(&events->products, row),
                       .first_row = -1,
                       .first_at = FG_NO_TIME};
  int64_t quantity = 0;
  fg_time at = 0;
  fg_point point;
  what.quantity = fg_event_quantity(events, row, &quantity, &point) == NULL ? quantity : FG_NO_QUANTITY;
  what.at = fg_event_time(biller, events, row, &at) == NULL ? at : FG_NO_TIME;
  if (events->ids != NULL) {
    what.id = fg_texts_at(events->ids, row);
  }
  FG_TRY(write_raw_text(biller, events, row, column, &what.text));
  return fg_set_aside_add(&biller->parts[0], &what);
}

static const char *no_name_in(fg_string name) {
  bool is_blank = name.text == NULL || fg_trim(name).text == NULL;
  return is_blank ? "expected a name, there is none" : "expected a name in UTF-8 without a 0";
}

static fg_status read_row(fg_biller *biller, const fg_events *events, size_t row, name_memo *memo) {
  FG_ASSERT(biller->rows.count < biller->rows.room);
  fg_event_row *read = &biller->rows.items[biller->rows.count];
  const char *fault = fg_event_time(biller, events, row, &read->at);
  if (FG_UNLIKELY(fault != NULL)) {
    return set_row_aside(biller, events, row, "time", fault);
  }
  fg_point point;
  fault = fg_event_quantity(events, row, &read->quantity, &point);
  if (FG_UNLIKELY(fault != NULL)) {
    return set_row_aside(biller, events, row, "quantity", fault);
  }
  if (!find_product_of_row(biller, events, row, memo)) {
    return set_row_aside(biller, events, row, "product", "expected a name, there is none");
  }
  fg_status status = find_account(biller, events, row, memo);
  if (status == FG_INVALID) {
    return set_row_aside(biller, events, row, "account", no_name_in(fg_texts_at(&events->accounts, row)));
  }
  FG_TRY(status);
  read->customer = memo->customer;
  read->product = memo->product_index;
  read->row = (uint32_t)row;
  biller->rows.count++;
  biller->points[point]++;
  biller->trimmed += memo->account_blank || memo->product_blank;
  return FG_OK;
}

static bool is_plausible(int64_t number, fg_time_unit unit) {
  fg_time time = 0;
  return fg_scale_time(number, unit, &time) && fg_time_is_plausible(time);
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

/* Refuses a batch with times outside of 2000 to 2099, because seconds that are guessed to be microseconds become
   instants of 1970. Numbers beyond 64 bits are times in no unit, so that they speak for none. */
static fg_status check_guess(const fg_events *events, fg_error *error) {
  bool is_guess = events->guessed_unit && events->time_texts == NULL;
  int64_t number = 0;
  for (size_t row = 0; is_guess && row < events->count; row++) {
    if (!fg_integers_null(&events->times, row) && fg_integers_value(&events->times, row, &number) &&
        !is_plausible(number, events->time_unit)) {
      return guessed_wrong(events, row, error);
    }
  }
  return FG_OK;
}

/* The attribute is needed because a compiler otherwise takes this function for as rare as the faults that it looks
   for. */
static FG_HOT_APART fg_status read_rows(fg_biller *biller, const fg_events *events) {
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
    if (row % FG_AHEAD == 0) {
      FG_TRY(fg_biller_goes_on(biller));
      look_ahead(biller, events, row, &memo);
    }
    FG_TRY(read_row(biller, events, row, &memo));
  }
  return FG_OK;
}

fg_status fg_event_rows_read(fg_biller *biller, const fg_events *events, fg_error *error) {
  if (events->count >= UINT32_MAX / 4 || events->accounts.count >= UINT32_MAX / 4) {
    return fg_fail(error, FG_INVALID, "events", "expected fewer than 2^30 events at a time");
  }
  FG_TRY(fg_event_attributes_find(biller, events, error));
  FG_TRY(check_guess(events, error));
  fg_status status = read_rows(biller, events);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}
