/* The rows of a vendor's invoice, read by its form and added up to what is compared. */
#include <stdio.h>

#include "basket.h"
#include "reconcile_form.h"

/* --------------------------------------------------------------------------------------------------------- a row */

static const fg_json *row_value(const fg_form_reader *reader, const char *name) {
  const fg_json *value = NULL;
  for (size_t i = reader->depth; i > 0 && value == NULL && name != NULL; i--) {
    value = fg_json_get(reader->levels[i - 1], name);
  }
  return value;
}

/* A value as text, a number in its digits; text NULL where there is none. */
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

/* Whether the form wants the row: "only" names columns and what stands in them. */
static bool is_wanted(fg_form_reader *reader) {
  for (FG_EACH_MEMBER(reader->only, at)) {
    fg_string text;
    const char *fault = text_of(reader, row_value(reader, at->key), &text);
    if (fault != NULL || text.text == NULL || !fg_string_equal(trimmed(text), at->value.is.string)) {
      return false;
    }
  }
  return true;
}

/* A name of the vendor's as ours, itself where the form does not say. */
static fg_string our_name(const fg_json *names, fg_string theirs) {
  for (FG_EACH_MEMBER(names, at)) {
    if (fg_string_is(theirs, at->key)) {
      return at->value.is.string;
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

/* What the row is of; `column` and `text` say where a fault is. */
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
  bool is_clear = text->text == NULL && fg_bill_items(book) == 1; /* a book of one product needs no name */
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

/* The numbers of a row, those that are not there marked. */
typedef struct row_numbers {
  fg_int128 of[FG_MEASURE_COUNT];
  bool has[FG_MEASURE_COUNT];
  fg_amount paid; ///< by all funds
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

/* So that a sum of as many rows as there can be is an amount. */
#define MOST_AMOUNT (FG_UNIT * FG_UNIT * 100000000)

/* Whether all sums of a row's numbers stay where their differences are numbers too. */
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
  run->read_sum += row->of[FG_AMOUNT];
  for (int i = 0; i < FG_MEASURE_COUNT; i++) {
    cell->theirs.of[i] += row->of[i];
    cell->lacks[i] += !row->has[i];
  }
  run->unbalanced += row->has_funds && row->has[FG_AMOUNT] && row->paid != row->of[FG_AMOUNT];
  FG_TRY(add_funds(run, key, row));
  return run->cells.count <= FG_CELLS_MAX ? FG_OK : fg_refuse(run->error, FG_OVERFLOW);
}

/* A row of no month and no product whose amount is that of all rows before it is the total of a table. */
static bool is_total(fg_form_reader *reader) {
  fg_string month, product, amount;
  fg_amount sum = 0;
  fg_month read = 0;
  bool is_read = column_text(reader, FG_COLUMN_MONTH, &month) == NULL &&
                 column_text(reader, FG_COLUMN_PRODUCT, &product) == NULL &&
                 column_text(reader, FG_COLUMN_MEASURES + (int)FG_AMOUNT, &amount) == NULL;
  bool has_month = is_read && month.text != NULL && fg_invoice_month(month, &reader->run->whole->zone, &read) == NULL;
  bool names_one = is_read && product.text != NULL && fg_json_get(reader->constants, "product") == NULL;
  return is_read && !has_month && !names_one && amount.text != NULL && reader->run->read > 0 &&
         fg_invoice_amount(amount, &reader->numbers, &sum) == NULL && sum == reader->run->read_sum;
}

static fg_status read_row_of_invoice(fg_form_reader *reader) {
  row_key key = {.month = 0};
  row_numbers row = {.paid = 0};
  fg_form_column column = FG_COLUMN_MONTH;
  fg_string text = {NULL, 0};
  for (int i = 0; i < FG_COLUMN_COUNT; i++) {
    reader->found[i] += row_value(reader, reader->names[i]) != NULL;
  }
  if (!is_wanted(reader) || is_total(reader)) {
    reader->run->skipped++;
    return FG_OK;
  }
  const char *fault = read_row_key(reader, &key, &column, &text);
  fault = fault == NULL ? read_row_numbers(reader, &row, &column, &text) : fault;
  return fault == NULL ? add_invoice_row(reader, &key, &row)
                       : set_row_apart(reader, fg_form_columns[column], fault, text);
}

/* ---------------------------------------------------------------------------------------------------- all of them */

/* The list of a name in an object, or in one within, as answers of interfaces wrap what they say. */
static const fg_json *list_in(const fg_json *object, const char *name) {
  const fg_json *found = fg_json_get(object, name);
  for (FG_EACH_MEMBER(object, at)) {
    found = found == NULL ? fg_json_get(&at->value, name) : found;
  }
  return found;
}

static fg_status read_level(fg_form_reader *reader, const fg_json *rows, const fg_json *step) {
  fg_reconciliation *run = reader->run;
  if (!fg_json_is(rows, FG_JSON_LIST)) {
    return rows == NULL ? fg_fail(run->error, FG_INVALID, "theirs", "expected a list of rows, there is none")
                        : fg_json_not_allowed(run->error, "theirs", rows);
  }
  for (FG_EACH_ELEMENT(rows, at)) {
    if (!fg_json_is(at, FG_JSON_OBJECT)) {
      fg_status status = fg_json_not_allowed(run->error, "", at);
      return fg_within(run->error, status, "theirs[%lld]", (long long)reader->row);
    }
    reader->levels[reader->depth++] = at;
    if (step != NULL) { /* at most FG_FORM_DEPTH_MAX deep */
      FG_TRY(read_level(reader, fg_json_get(at, step->is.string.text), step->next));
    } else {
      FG_TRY(read_row_of_invoice(reader));
      reader->row++;
    }
    reader->depth--;
  }
  return FG_OK;
}

/* A column that the form names and no row has is a slip of the pen. */
static fg_status check_columns_found(const fg_form_reader *reader, const fg_json *first) {
  fg_string names[64];
  size_t count = 0;
  for (FG_EACH_MEMBER(first, at)) {
    if (count < sizeof names / sizeof *names) {
      names[count++] = fg_string_of(at->key);
    }
  }
  for (int i = 0; i < FG_COLUMN_COUNT; i++) {
    bool is_constant = fg_json_get(reader->constants, fg_form_columns[i]) != NULL;
    bool is_needed = i == FG_COLUMN_MONTH || (i == FG_COLUMN_PRODUCT && fg_bill_items(reader->run->whole) > 1) ||
                     reader->is_named[i];
    if (is_needed && !is_constant && reader->found[i] == 0 && reader->row > reader->run->skipped) {
      const char *name = reader->names[i] == NULL ? fg_form_columns[i] : reader->names[i];
      fg_status status = fg_basket_no_such_name(reader->run->error, FG_INVALID, name, names, count);
      return fg_within(reader->run->error, status, "form.columns.%s", fg_form_columns[i]);
    }
  }
  return FG_OK;
}

/* Without a column of kinds the invoice is of usage alone. */
static uint64_t kinds_compared(const fg_form_reader *reader) {
  uint64_t all = (UINT64_C(1) << FG_BILL_KIND_COUNT) - 1;
  uint64_t of_rows = 0;
  for (uint32_t i = 0; i < reader->run->cells.count; i++) {
    of_rows |= UINT64_C(1) << reader->run->cells.items[i].kind;
  }
  return reader->found[FG_COLUMN_KIND] > 0 ? all : of_rows;
}

fg_status fg_invoice_read(fg_reconciliation *run, const fg_json *theirs, const fg_json *form) {
  fg_form_reader reader = {.run = run, .numbers = {.currency = run->whole->currency}};
  FG_TRY(fg_invoice_form_read(&reader, form));
  const fg_json *step = fg_json_first(reader.path);
  const fg_json *rows = theirs;
  if (step != NULL && !fg_json_is(theirs, FG_JSON_LIST)) {
    rows = list_in(theirs, step->is.string.text);
    step = step->next;
  } else if (step != NULL) {
    step = step->next; /* the outermost list itself was given */
  }
  FG_TRY(read_level(&reader, rows, step));
  FG_TRY(reader.is_short ? FG_NO_MEMORY : FG_OK);
  const fg_json *first = fg_json_first(rows);
  for (; step != NULL && first != NULL; step = step->next) {
    first = fg_json_first(fg_json_get(first, step->is.string.text));
  }
  FG_TRY(check_columns_found(&reader, first));
  run->kinds = kinds_compared(&reader);
  return FG_OK;
}
