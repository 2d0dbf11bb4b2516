/* The results of a run of bills as tables: invoices, their lines, and the events that were not billed. */
#include "columns.h"

#include <string.h>

bool pfg_add_named_column(pfg_table *table, const char *name, pfg_kind kind, const fg_book *book) {
  pfg_block *block = pfg_block_new(kind, 0);
  if (block == NULL) {
    return false;
  }
  block->scale = FG_MONEY_DECIMALS;
  block->book = fg_book_retain((fg_book *)(uintptr_t)book);
  table->columns[table->count++] = (struct pfg_table_column){name, block, NULL};
  return true;
}

typedef struct table_form {
  const char *name;
  pfg_kind kind;
} table_form;

static bool begin_table(pfg_table *table, const table_form *form, size_t count, const fg_book *book) {
  bool done = true;
  for (size_t i = 0; i < count && done; i++) {
    done = pfg_add_named_column(table, form[i].name, form[i].kind, book);
  }
  return done;
}

static void set_otherwise(pfg_table *table, const char *name, const char *otherwise) {
  for (size_t i = 0; i < table->count; i++) {
    if (strcmp(table->columns[i].name, name) == 0) {
      table->columns[i].otherwise = otherwise;
    }
  }
}

bool pfg_bill_tables_begin(pfg_bill_tables *tables, const fg_book *book) {
  static const table_form invoices[] = {{"account", PFG_TEXTS},  {"month", PFG_TEXTS},
                                        {"begin", PFG_TIMES},    {"issued", PFG_TIMES},
                                        {"total", PFG_DECIMALS}, {"balance_after", PFG_DECIMALS}};
  static const table_form lines[] = {{"account", PFG_TEXTS},       {"month", PFG_TEXTS},    {"begin", PFG_TIMES},
                                     {"book", PFG_TEXTS},          {"edition", PFG_TEXTS},  {"price", PFG_TEXTS},
                                     {"product", PFG_TEXTS},       {"meter", PFG_TEXTS},    {"kind", PFG_TEXTS},
                                     {"fee", PFG_TEXTS},           {"day", PFG_TEXTS},      {"units", PFG_INTEGERS},
                                     {"free", PFG_INTEGERS},       {"packs", PFG_INTEGERS}, {"unbilled", PFG_INTEGERS},
                                     {"unit_price", PFG_DECIMALS}, {"tier", PFG_INTEGERS},  {"unpriced", PFG_INTEGERS},
                                     {"amount", PFG_DECIMALS},     {"rule", PFG_TEXTS},     {"explanation", PFG_TEXTS}};
  _Static_assert(sizeof lines / sizeof *lines <= PFG_TABLE_COLUMNS_MAX, "there is room for the widest table");
  static const table_form months[] = {{"account", PFG_TEXTS},     {"month", PFG_TEXTS},     {"begin", PFG_TIMES},
                                      {"product", PFG_TEXTS},     {"meter", PFG_TEXTS},     {"units", PFG_INTEGERS},
                                      {"free", PFG_INTEGERS},     {"packs", PFG_INTEGERS},  {"postpaid", PFG_INTEGERS},
                                      {"unbilled", PFG_INTEGERS}, {"amount", PFG_DECIMALS}, {"settled", PFG_TIMES}};
  static const table_form adjustments[] = {
      {"account", PFG_TEXTS}, {"month", PFG_TEXTS}, {"at", PFG_TIMES}, {"units", PFG_INTEGERS}, {"reason", PFG_TEXTS}};
  static const table_form refusals[] = {{"row", PFG_INTEGERS},       {"account", PFG_TEXTS},     {"time", PFG_TIMES},
                                        {"product", PFG_TEXTS},      {"quantity", PFG_INTEGERS}, {"id", PFG_TEXTS},
                                        {"code", PFG_TEXTS},         {"rule", PFG_TEXTS},        {"message", PFG_TEXTS},
                                        {"first_row", PFG_INTEGERS}, {"first_time", PFG_TIMES}};
  static const table_form bad_rows[] = {{"row", PFG_INTEGERS},  {"column", PFG_TEXTS},      {"reason", PFG_TEXTS},
                                        {"text", PFG_TEXTS},    {"account", PFG_TEXTS},     {"time", PFG_TIMES},
                                        {"product", PFG_TEXTS}, {"quantity", PFG_INTEGERS}, {"id", PFG_TEXTS}};
  static const table_form events[] = {{"row", PFG_INTEGERS},  {"account", PFG_TEXTS},     {"time", PFG_TIMES},
                                      {"product", PFG_TEXTS}, {"quantity", PFG_INTEGERS}, {"id", PFG_TEXTS}};
  static const table_form repeats[] = {{"row", PFG_INTEGERS},       {"account", PFG_TEXTS},     {"time", PFG_TIMES},
                                       {"product", PFG_TEXTS},      {"quantity", PFG_INTEGERS}, {"id", PFG_TEXTS},
                                       {"first_row", PFG_INTEGERS}, {"first_time", PFG_TIMES}};
  memset(tables, 0, sizeof *tables);
  bool done = begin_table(&tables->lines, lines, sizeof lines / sizeof *lines, book);
  /* A line tells its kind only where it is not of usage, and units without a price only where it has some. */
  set_otherwise(&tables->lines, "kind", "usage");
  set_otherwise(&tables->lines, "unpriced", "0");
  return done && begin_table(&tables->invoices, invoices, sizeof invoices / sizeof *invoices, book) &&
         begin_table(&tables->months, months, sizeof months / sizeof *months, book) &&
         begin_table(&tables->adjustments, adjustments, sizeof adjustments / sizeof *adjustments, book) &&
         begin_table(&tables->refusals, refusals, sizeof refusals / sizeof *refusals, book) &&
         begin_table(&tables->bad_rows, bad_rows, sizeof bad_rows / sizeof *bad_rows, book) &&
         begin_table(&tables->repeats, repeats, sizeof repeats / sizeof *repeats, book) &&
         begin_table(&tables->later, events, sizeof events / sizeof *events, book);
}

void pfg_release_table(pfg_table *table) {
  for (size_t i = 0; i < table->count; i++) {
    pfg_block_release(table->columns[i].block);
  }
  table->count = 0;
}

void pfg_bill_tables_release(pfg_bill_tables *tables) {
  pfg_release_table(&tables->invoices);
  pfg_release_table(&tables->lines);
  pfg_release_table(&tables->months);
  pfg_release_table(&tables->adjustments);
  pfg_release_table(&tables->refusals);
  pfg_release_table(&tables->bad_rows);
  pfg_release_table(&tables->repeats);
  pfg_release_table(&tables->later);
}

/* Finds a column by its name; NULL if the table leaves it out. Rows name their columns in the same order each time, so
   the search begins after the last one found. */
static pfg_block *block_named(pfg_table *table, const char *name) {
  size_t place = table->likely;
  for (size_t i = 0; i < table->count; i++, place++) {
    place = place < table->count ? place : 0;
    const char *own = table->columns[place].name;
    if (own == name || (own[0] == name[0] && strcmp(own, name) == 0)) {
      table->likely = place + 1;
      return table->columns[place].block;
    }
  }
  return NULL;
}

/* Fills in what a row without a value has. */
static bool append_otherwise(pfg_block *block, const char *otherwise) {
  if (otherwise == NULL) {
    return pfg_append_null(block);
  }
  return block->kind == PFG_TEXTS ? pfg_append_text(block, (fg_string){otherwise, strlen(otherwise)})
                                  : pfg_append_integer(block, 0);
}

bool pfg_end_row(pfg_table *table) {
  bool done = true;
  table->rows++;
  table->likely = 0; /* the next row begins with the first column */
  for (size_t i = 0; i < table->count && done; i++) {
    struct pfg_table_column *column = &table->columns[i];
    done = column->block->length == table->rows || append_otherwise(column->block, column->otherwise);
  }
  return done;
}

bool pfg_put_text(pfg_table *table, const char *name, fg_string text) {
  pfg_block *block = block_named(table, name);
  return block == NULL || pfg_append_text(block, text);
}

static bool put_word(pfg_table *table, const char *name, const char *word) {
  return pfg_put_text(table, name, (fg_string){word, word == NULL ? 0 : strlen(word)});
}

bool pfg_put_integer(pfg_table *table, const char *name, int64_t value) {
  pfg_block *block = block_named(table, name);
  return block == NULL || pfg_append_integer(block, value);
}

static bool put_event(pfg_table *table, const fg_set_aside *what) {
  return pfg_put_integer(table, "row", what->row < 0 ? PFG_NO_INTEGER : what->row) &&
         pfg_put_text(table, "account", what->account) && pfg_put_integer(table, "time", what->at) &&
         pfg_put_text(table, "product", what->product) &&
         pfg_put_integer(table, "quantity", what->quantity == FG_NO_QUANTITY ? PFG_NO_INTEGER : what->quantity) &&
         pfg_put_text(table, "id", what->id);
}

/* Writes which row had the same id first. */
static bool put_first(pfg_table *table, const fg_set_aside *what) {
  return pfg_put_integer(table, "first_row", what->first_row < 0 ? PFG_NO_INTEGER : what->first_row) &&
         pfg_put_integer(table, "first_time", what->first_at);
}

bool pfg_add_bad_row(pfg_bill_tables *tables, const fg_set_aside *what) {
  pfg_table *table = &tables->bad_rows;
  return put_event(table, what) && put_word(table, "column", what->column) &&
         put_word(table, "reason", what->message) && pfg_put_text(table, "text", what->text) && pfg_end_row(table);
}

static bool add_refusal(pfg_bill_tables *tables, const fg_set_aside *what) {
  pfg_table *table = &tables->refusals;
  return put_event(table, what) && put_word(table, "code", fg_status_name(what->status)) &&
         put_word(table, "rule", what->rule) && put_word(table, "message", what->message) && put_first(table, what) &&
         pfg_end_row(table);
}

static bool add_set_aside(pfg_bill_tables *tables, const fg_set_aside *what) {
  switch (what->kind) {
  case FG_ASIDE_UNREADABLE: return pfg_add_bad_row(tables, what);
  case FG_ASIDE_REFUSED: return add_refusal(tables, what);
  case FG_ASIDE_REPEATED:
    return put_event(&tables->repeats, what) && put_first(&tables->repeats, what) && pfg_end_row(&tables->repeats);
  case FG_ASIDE_LATER: break;
  }
  return put_event(&tables->later, what) && pfg_end_row(&tables->later);
}

bool pfg_add_set_aside(pfg_bill_tables *tables, const fg_biller *biller) {
  size_t count = 0;
  const fg_set_aside *aside = fg_biller_set_aside(biller, &count);
  bool done = true;
  for (size_t i = 0; i < count && done; i++) {
    done = pfg_hears_at(i) && add_set_aside(tables, &aside[i]);
  }
  return done;
}

/* A visitor of the invoices of one account, or of its months. Objects of depth 1 become rows of `rows`; those within an
   invoice become lines or adjustments. Named objects within an object, and the parts of a line, are in no table. */
typedef struct invoice_visit {
  pfg_bill_tables *tables;
  pfg_table *rows, *items; ///< `items` is the table for the current list
  fg_string account;
  const char *book;
  char month[16];
  fg_time begin; ///< the beginning of a period that is no month; FG_NO_TIME: it is one
  int depth;
  int nested; ///< how many open objects are in no table
} invoice_visit;

static pfg_table *table_at(const invoice_visit *visit) { return visit->depth == 1 ? visit->rows : visit->items; }

static bool is_nested(const invoice_visit *visit) { return visit->nested > 0; }

/* Writes to a line or an adjustment which invoice it belongs to. */
static bool put_period(invoice_visit *visit, pfg_table *items) {
  bool is_month = visit->month[0] != '\0';
  return (!is_month || put_word(items, "month", visit->month)) &&
         (is_month || pfg_put_integer(items, "begin", visit->begin)) && put_word(items, "book", visit->book);
}

static bool on_begin_object(void *context, const char *key) {
  invoice_visit *visit = context;
  if (is_nested(visit) || key != NULL || visit->depth == 2) {
    visit->nested++;
    return true;
  }
  visit->depth++;
  pfg_table *table = table_at(visit);
  if (visit->depth == 1) {
    visit->month[0] = '\0';
    visit->begin = FG_NO_TIME;
  }
  return pfg_put_text(table, "account", visit->account) && (visit->depth == 1 || put_period(visit, table));
}

/* Writes the kind of a line, which follows from keys that lines of usage do not have. */
static bool put_kind(pfg_table *lines, const char *key, fg_string value) {
  if (key[0] == 'b' && strcmp(key, "bound") == 0) {
    return pfg_put_text(lines, "kind", value);
  }
  return key[0] != 'f' || strcmp(key, "fee") != 0 || put_word(lines, "kind", "fee");
}

static bool on_end_object(void *context) {
  invoice_visit *visit = context;
  if (is_nested(visit)) {
    visit->nested--;
    return true;
  }
  pfg_table *table = table_at(visit);
  visit->depth--;
  return pfg_end_row(table);
}

static bool on_begin_list(void *context, const char *key) {
  invoice_visit *visit = context;
  bool corrects = key != NULL && strcmp(key, "adjustments") == 0;
  visit->items = visit->depth > 1 ? visit->items : corrects ? &visit->tables->adjustments : &visit->tables->lines;
  return true;
}

static bool on_end_list(void *context) {
  (void)context;
  return true;
}

static bool on_text(void *context, const char *key, fg_string value) {
  invoice_visit *visit = context;
  if (is_nested(visit)) {
    return true;
  }
  if (visit->depth == 1 && strcmp(key, "month") == 0 && value.length < sizeof visit->month) {
    memcpy(visit->month, value.text, value.length);
    visit->month[value.length] = '\0';
  }
  pfg_table *table = table_at(visit);
  bool is_of_line = table == &visit->tables->lines;
  return (!is_of_line || put_kind(table, key, value)) && pfg_put_text(table, key, value);
}

static bool on_integer(void *context, const char *key, int64_t value) {
  return is_nested(context) || pfg_put_integer(table_at(context), key, value);
}

static bool on_money(void *context, const char *key, fg_money value) {
  pfg_block *block = is_nested(context) ? NULL : block_named(table_at(context), key);
  return block == NULL || pfg_append_money(block, value);
}

static bool on_time(void *context, const char *key, fg_time value) {
  invoice_visit *visit = context;
  if (!is_nested(visit) && visit->depth == 1 && strcmp(key, "begin") == 0) {
    visit->begin = value;
  }
  return on_integer(context, key, value);
}

static bool on_flag(void *context, const char *key, bool value) { return on_integer(context, key, value); }

static bool on_null(void *context, const char *key) {
  (void)context, (void)key; /* nothing to do, because the row is ended with its object */
  return true;
}

typedef fg_status telling(const fg_biller *biller, size_t index, const fg_visitor *visitor);

static fg_status add_told(pfg_bill_tables *tables, const fg_biller *biller, size_t account, pfg_table *rows,
                          telling *tell) {
  invoice_visit visit = {.tables = tables, .rows = rows};
  const fg_visitor visitor = {&visit,     on_begin_object, on_end_object, on_begin_list, on_end_list, on_text,
                              on_integer, on_money,        on_time,       on_flag,       on_null,     NULL};
  visit.book = fg_book_id(fg_account_book(fg_biller_account(biller, account, &visit.account)));
  return tell(biller, account, &visitor);
}

fg_status pfg_add_invoices(pfg_bill_tables *tables, const fg_biller *biller, size_t first, size_t end) {
  fg_status status = FG_OK;
  for (size_t i = first; i < end && status == FG_OK; i++) {
    status = add_told(tables, biller, i, &tables->invoices, fg_biller_invoices);
    status = status == FG_OK ? add_told(tables, biller, i, &tables->months, fg_biller_uses) : status;
  }
  return status;
}

PyObject *pfg_end_table(pfg_state *state, pfg_table *table, int scale) {
  PyObject *columns = PyDict_New();
  for (size_t i = 0; i < table->count && columns != NULL; i++) {
    pfg_block *block = table->columns[i].block;
    table->columns[i].block = NULL;
    if (block->kind == PFG_DECIMALS) {
      pfg_block_shrink(block, scale);
    }
    PyObject *column = pfg_new_column(state, block);
    if (column == NULL || PyDict_SetItemString(columns, table->columns[i].name, column) < 0) {
      Py_CLEAR(columns);
    }
    Py_XDECREF(column);
  }
  PyObject *made = columns == NULL ? NULL : pfg_new_table(columns);
  Py_XDECREF(columns);
  return made;
}

PyObject *pfg_bill_tables_end(pfg_state *state, pfg_bill_tables *tables, const fg_book *book) {
  const struct {
    const char *name;
    pfg_table *table;
  } all[] = {{"invoices", &tables->invoices},       {"lines", &tables->lines},       {"months", &tables->months},
             {"adjustments", &tables->adjustments}, {"refusals", &tables->refusals}, {"bad_rows", &tables->bad_rows},
             {"repeats", &tables->repeats},         {"later", &tables->later}};
  PyObject *dict = PyDict_New();
  for (size_t i = 0; i < sizeof all / sizeof *all && dict != NULL; i++) {
    PyObject *made = pfg_end_table(state, all[i].table, fg_book_scale(book));
    if (made == NULL || PyDict_SetItemString(dict, all[i].name, made) < 0) {
      Py_CLEAR(dict);
    }
    Py_XDECREF(made);
  }
  return dict;
}
