/* Reads the rows of a vendor's invoice by its form, and adds them up to cells. */
#include <stdio.h>

#include "reconcile_form.h"

/* The value of a column in the current row, or in an object around it; NULL: there is none. */
static const fg_json *row_value(const fg_form_reader *reader, const char *name) {
  const fg_json *value = NULL;
  for (size_t i = reader->depth; i > 0 && value == NULL && name != NULL; i--) {
    value = fg_json_get(reader->levels[i - 1], name);
  }
  return value;
}

/* Reads a value as text, a number as its digits; text NULL if there is none. Returns NULL, or what is wrong. */
static const char *text_of(fg_form_reader *reader, const fg_json *value, fg_string *text) {
  char digits[24];
  *text = (fg_string){NULL, 0};
  if (value == NULL || fg_json_is(value, FG_JSON_NULL)) {
    return NULL;
  }
  if (fg_json_is(value, FG_JSON_STRING)) {
    *text = value->is.string;
    return NULL;
  }
  if (!fg_json_is(value, FG_JSON_INTEGER)) {
    return "expected a text or a whole number";
  }
  int length = snprintf(digits, sizeof digits, "%lld", (long long)value->is.integer);
  *text = fg_string_copy(&reader->run->arena, &reader->run->allocator, (fg_string){digits, (size_t)length});
  reader->is_short = reader->is_short || text->text == NULL;
  return NULL;
}

static fg_string trimmed(fg_string text) {
  while (text.length > 0 && (*text.text == ' ' || *text.text == '\t')) {
    text = (fg_string){text.text + 1, text.length - 1};
  }
  while (text.length > 0 && (text.text[text.length - 1] == ' ' || text.text[text.length - 1] == '\t')) {
    text.length--;
  }
  return text;
}

static const char *column_text(fg_form_reader *reader, fg_form_column column, fg_string *text) {
  const fg_json *value = row_value(reader, reader->names[column]);
  const char *fault = text_of(reader, value, text);
  if (text->text == NULL && fault == NULL) {
    *text = fg_json_string(fg_json_get(reader->constants, fg_form_columns[column]));
  }
  *text = text->text == NULL ? *text : trimmed(*text);
  text->text = text->length == 0 ? NULL : text->text;
  return fault;
}

static fg_status set_row_apart(fg_form_reader *reader, const char *column, const char *reason, fg_string text) {
  fg_reconciliation *run = reader->run;
  fg_unread_row row = {.row = reader->row, .column = column, .text = text};
  snprintf(row.reason, sizeof row.reason, "%s", reason);
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->unread, 1));
  run->unread.items[run->unread.count++] = row;
  return FG_OK;
}

/* Whether the form asks for the row: its "only" names columns, and the value that each must have. */
static bool is_wanted(fg_form_reader *reader) {
  for (FG_EACH_MEMBER(reader->only, member)) {
    fg_string text;
    const char *fault = text_of(reader, row_value(reader, member->key), &text);
    if (fault != NULL || text.text == NULL || !fg_string_equal(trimmed(text), member->value.is.string)) {
      return false;
    }
  }
  return true;
}

/* Our name for one of the vendor's; the name itself if the form does not have it. */
static fg_string our_name(const fg_json *names, fg_string theirs) {
  for (FG_EACH_MEMBER(names, member)) {
    if (fg_string_is(theirs, member->key)) {
      return member->value.is.string;
    }
  }
  return theirs;
}

typedef struct row_key {
  fg_month month;
  uint32_t item;
  int kind;
} row_key;

static const char *read_kind(fg_form_reader *reader, fg_string *text, int *kind) {
  const char *fault = column_text(reader, FG_COLUMN_KIND, text);
  if (fault != NULL || text->text == NULL) {
    *kind = FG_BILL_USAGE;
    return fault;
  }
  fg_string ours = our_name(reader->kinds, *text);
  for (*kind = 0; *kind < FG_BILL_KIND_COUNT && !fg_string_is(ours, fg_bill_kinds[*kind]); (*kind)++) {
  }
  return *kind < FG_BILL_KIND_COUNT ? NULL : "a kind that the form does not name";
}

static const char *read_currency(fg_form_reader *reader, fg_string *text) {
  const char *fault = column_text(reader, FG_COLUMN_CURRENCY, text);
  bool same = text->text == NULL || fg_string_equal(*text, reader->numbers.currency) ||
              (fg_string_is(*text, "RMB") && fg_string_is(reader->numbers.currency, "CNY"));
  return fault != NULL ? fault : same ? NULL : "an amount of another currency";
}

/* Reads which month, item and kind a row is of. Returns NULL, or what is wrong; then `column` and `text` say where. */
static const char *read_row_key(fg_form_reader *reader, row_key *key, fg_form_column *column, fg_string *text) {
  const fg_book *book = reader->run->whole;
  const char *fault = read_kind(reader, text, &key->kind);
  *column = FG_COLUMN_KIND;
  if (fault != NULL) {
    return fault;
  }
  *column = FG_COLUMN_MONTH;
  fault = column_text(reader, FG_COLUMN_MONTH, text);
  fault = fault != NULL        ? fault
          : text->text == NULL ? "expected a month, there is none"
                               : fg_invoice_month(*text, &book->zone, &key->month);
  if (fault != NULL) {
    return fault;
  }
  key->month -= key->kind == FG_BILL_USAGE ? (fg_month)reader->usage_later : 0;
  *column = FG_COLUMN_PRODUCT;
  fault = column_text(reader, FG_COLUMN_PRODUCT, text);
  bool is_clear = text->text == NULL && fg_bill_items(book) == 1; /* in a book with one product a row needs no name */
  if (fault != NULL || (text->text == NULL && !is_clear)) {
    return fault != NULL ? fault : "expected a product, there is none";
  }
  key->item = is_clear ? 0 : fg_bill_find_item(book, our_name(reader->products, *text));
  if (key->item == UINT32_MAX) {
    return "neither the form nor the price book has a product of this name";
  }
  *column = FG_COLUMN_CURRENCY;
  return read_currency(reader, text);
}

/* The numbers of a row, and which of them it has. */
typedef struct row_numbers {
  fg_int128 of[FG_MEASURE_COUNT];
  bool has[FG_MEASURE_COUNT];
  fg_amount paid; ///< the sum of all funds
  fg_amount by[FG_FUND_COUNT];
  bool has_funds;
} row_numbers;

static const char *read_funds_of_row(fg_form_reader *reader, row_numbers *row, fg_form_column *column,
                                     fg_string *text) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount amount = 0;
    *column = (fg_form_column)(FG_COLUMN_FUNDS + fund);
    const char *fault = column_text(reader, *column, text);
    fault = fault == NULL && text->text != NULL ? fg_invoice_amount(*text, &reader->numbers, &amount) : fault;
    if (fault != NULL || !fg_amount_add(row->paid, amount, &row->paid)) {
      return fault != NULL ? fault : "expected a smaller amount";
    }
    row->by[fund] = amount;
    row->has_funds = row->has_funds || text->text != NULL;
  }
  return NULL;
}

static const char *read_row_numbers(fg_form_reader *reader, row_numbers *row, fg_form_column *column, fg_string *text) {
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    int64_t units = 0;
    fg_amount amount = 0;
    *column = (fg_form_column)(FG_COLUMN_MEASURES + i);
    const char *fault = column_text(reader, *column, text);
    row->has[i] = fault == NULL && text->text != NULL;
    if (row->has[i]) {
      fault = i == FG_AMOUNT ? fg_invoice_amount(*text, &reader->numbers, &amount)
                             : fg_invoice_units(*text, &reader->numbers, &units);
      row->of[i] = i == FG_AMOUNT ? amount : units;
    }
    if (fault != NULL) {
      return fault;
    }
  }
  const char *fault = read_funds_of_row(reader, row, column, text);
  if (fault == NULL && !row->has[FG_AMOUNT] && row->has_funds) {
    row->of[FG_AMOUNT] = row->paid;
    row->has[FG_AMOUNT] = true;
  }
  *column = FG_COLUMN_MEASURES + (int)FG_AMOUNT;
  return fault != NULL || row->has[FG_AMOUNT] ? fault : "expected an amount, there is none";
}

static fg_status add_funds(fg_reconciliation *run, const row_key *key, const row_numbers *row) {
  fg_funds_cell *cell = fg_funds_find_cell(run, key->month, key->kind == FG_BILL_USAGE);
  FG_TRY(cell == NULL ? FG_NO_MEMORY : FG_OK);
  cell->rows++;
  cell->lacks += !row->has_funds;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    cell->theirs[fund] += row->by[fund];
  }
  return FG_OK;
}

/* With this limit, the sum of as many rows as there can be is still an amount. */
#define MOST_AMOUNT (FG_UNIT * FG_UNIT * 100000000)

/* Whether the sums with a row's numbers stay so small that their differences cannot overflow. */
static bool fits_in(const fg_bill_cell *cell, const row_numbers *row) {
  bool fits = true;
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    fg_int128 most = i == FG_AMOUNT ? MOST_AMOUNT : (fg_int128)1 << 62;
    fg_int128 sum = cell->theirs.of[i] + row->of[i];
    fits = fits && row->of[i] > -most && row->of[i] < most && sum > -most && sum < most;
  }
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fits = fits && row->by[fund] > -MOST_AMOUNT && row->by[fund] < MOST_AMOUNT;
  }
  return fits;
}

static void add_to_sums(fg_row_sums *sums, const row_numbers *row) {
  sums->rows++;
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    sums->sum.of[i] += row->of[i];
    sums->lacks[i] += !row->has[i];
  }
}

static fg_status add_invoice_row(fg_form_reader *reader, const row_key *key, const row_numbers *row) {
  fg_reconciliation *run = reader->run;
  fg_bill_cell *cell = fg_bill_find_cell(run, key->month, key->item, (uint8_t)key->kind, true);
  FG_TRY(cell == NULL ? FG_NO_MEMORY : FG_OK);
  cell->rows++;
  if (!fits_in(cell, row)) {
    cell->rows--;
    return set_row_apart(reader, "amount", "expected smaller numbers", (fg_string){NULL, 0});
  }
  run->read++;
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    cell->theirs.of[i] += row->of[i];
    cell->lacks[i] += !row->has[i];
  }
  add_to_sums(&reader->all, row);
  add_to_sums(&reader->since, row);
  run->unbalanced += row->has_funds && row->has[FG_AMOUNT] && row->paid != row->of[FG_AMOUNT];
  FG_TRY(add_funds(run, key, row));
  return run->cells.count <= FG_CELLS_MAX ? FG_OK : fg_refuse(run->error, FG_OVERFLOW);
}

/* Whether a row may be a total: where other rows have a month and a product, it has nothing or a word for a sum. A
   month that cannot be read does not count as nothing. */
static bool may_be_total(fg_form_reader *reader, bool *has_word) {
  fg_string month;
  fg_string product;
  bool is_read = column_text(reader, FG_COLUMN_MONTH, &month) == NULL &&
                 column_text(reader, FG_COLUMN_PRODUCT, &product) == NULL;
  bool is_named = fg_json_get(reader->constants, "product") != NULL;
  bool is_dated = fg_json_get(reader->constants, "month") != NULL;
  bool month_is_word = is_read && fg_invoice_is_total_word(month);
  bool product_is_word = is_read && !is_named && fg_invoice_is_total_word(product) &&
                         fg_bill_find_item(reader->run->whole, our_name(reader->products, product)) == UINT32_MAX;
  *has_word = month_is_word || product_is_word;
  bool has_no_month = month.text == NULL || month_is_word || (is_dated && product_is_word);
  return is_read && has_no_month && (is_named || product.text == NULL || product_is_word);
}

/* Whether all numbers of a total equal the sums of the rows, and the amount is one of them. */
static bool is_sum_of(const fg_row_sums *sums, const row_numbers *row) {
  bool is_sum = sums->rows > 0;
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    is_sum = is_sum && (!row->has[i] || sums->lacks[i] > 0 || row->of[i] == sums->sum.of[i]);
  }
  return is_sum && sums->lacks[FG_AMOUNT] == 0;
}

static fg_status leave_out(fg_form_reader *reader) {
  fg_reconciliation *run = reader->run;
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->left_out, 1));
  run->left_out.items[run->left_out.count++] = reader->row;
  return FG_OK;
}

fg_status fg_invoice_row_read(fg_form_reader *reader) {
  row_key key = {.month = 0};
  row_numbers row = {.paid = 0};
  fg_form_column column = FG_COLUMN_MONTH;
  fg_string text = {NULL, 0};
  for (int i = 0; i < FG_COLUMN_COUNT; i++) {
    reader->found[i] += row_value(reader, reader->names[i]) != NULL;
  }
  if (!is_wanted(reader)) {
    return leave_out(reader);
  }
  bool has_word = false;
  bool is_total = may_be_total(reader, &has_word) && read_row_numbers(reader, &row, &column, &text) == NULL;
  if (is_total && (is_sum_of(&reader->all, &row) || is_sum_of(&reader->since, &row))) {
    reader->since = (fg_row_sums){.rows = 0};
    return leave_out(reader);
  }
  row = (row_numbers){.paid = 0};
  const char *fault = read_row_key(reader, &key, &column, &text);
  fault = fault != NULL && is_total && has_word ? "a total that is not the sum of the rows above it" : fault;
  fault = fault == NULL ? read_row_numbers(reader, &row, &column, &text) : fault;
  return fault == NULL ? add_invoice_row(reader, &key, &row)
                       : set_row_apart(reader, fg_form_columns[column], fault, text);
}
