/* Reads a vendor's invoice: where its rows are, and which columns, kinds and months it has. */
#include "../base/known_names.h"
#include "reconcile_form.h"

/* Finds a list by name in an object, or in an object within it, because interfaces often wrap their answers. */
static const fg_json *list_in(const fg_json *object, const char *name) {
  const fg_json *found = fg_json_get(object, name);
  for (FG_EACH_MEMBER(object, member)) {
    found = found == NULL ? fg_json_get(&member->value, name) : found;
  }
  return found;
}

static fg_status read_level(fg_form_reader *reader, const fg_json *rows, const fg_json *step) {
  fg_reconciliation *run = reader->run;
  if (!fg_json_is(rows, FG_JSON_LIST)) {
    return rows == NULL ? fg_fail(run->error, FG_INVALID, "theirs", "expected a list of rows, there is none")
                        : fg_json_not_allowed(run->error, "theirs", rows);
  }
  for (FG_EACH_ELEMENT(rows, element)) {
    if (!fg_json_is(element, FG_JSON_OBJECT)) {
      fg_status status = fg_json_not_allowed(run->error, "", element);
      return fg_within(run->error, status, "theirs[%lld]", (long long)reader->row);
    }
    FG_ASSERT(reader->depth < FG_FORM_DEPTH_MAX); /* because a form's path has no more steps */
    reader->levels[reader->depth++] = element;
    if (step != NULL) {
      FG_TRY(read_level(reader, fg_json_get(element, step->is.string.text), step->next));
    } else {
      FG_TRY(fg_invoice_row_read(reader));
      reader->row++;
    }
    reader->depth--;
  }
  return FG_OK;
}

/* Refuses a column that the form names and that no row has, because its name is probably misspelled. */
static fg_status check_columns_found(const fg_form_reader *reader, const fg_json *first) {
  for (int i = 0; i < FG_COLUMN_COUNT; i++) {
    bool is_constant = fg_json_get(reader->constants, fg_form_columns[i]) != NULL;
    bool is_needed = i == FG_COLUMN_MONTH || (i == FG_COLUMN_PRODUCT && fg_bill_items(reader->run->whole) > 1) ||
                     reader->is_named[i];
    if (is_needed && !is_constant && reader->found[i] == 0 && reader->row > reader->run->left_out.count) {
      const char *name = reader->names[i] == NULL ? fg_form_columns[i] : reader->names[i];
      fg_known_names names = fg_known_names_for(fg_string_of(name));
      for (FG_EACH_MEMBER(first, member)) {
        fg_known_names_add(&names, fg_string_of(member->key));
      }
      fg_status status = fg_known_names_refuse(&names, FG_INVALID, name, NULL, reader->run->error);
      return fg_within(reader->run->error, status, "form.columns.%s", fg_form_columns[i]);
    }
  }
  return FG_OK;
}

/* The kinds that are compared. If there is no column of kinds, the invoice is of usage alone. */
static uint64_t kinds_compared(const fg_form_reader *reader) {
  uint64_t all = (UINT64_C(1) << FG_BILL_KIND_COUNT) - 1;
  uint64_t of_rows = 0;
  for (uint32_t i = 0; i < reader->run->cells.count; i++) {
    of_rows |= UINT64_C(1) << reader->run->cells.items[i].kind;
  }
  return reader->found[FG_COLUMN_KIND] > 0 ? all : of_rows;
}

static void find_invoice_months(fg_reconciliation *run) {
  for (uint32_t i = 0; i < run->cells.count; i++) {
    const fg_bill_cell *cell = &run->cells.items[i];
    run->first = cell->rows > 0 && (run->first < 0 || cell->month < run->first) ? cell->month : run->first;
    run->last = cell->rows > 0 && cell->month > run->last ? cell->month : run->last;
  }
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
    step = step->next; /* the outermost list itself was given, so its name is skipped */
  }
  FG_TRY(read_level(&reader, rows, step));
  FG_TRY(reader.is_short ? FG_NO_MEMORY : FG_OK);
  const fg_json *first = fg_json_first(rows);
  for (; step != NULL && first != NULL; step = step->next) {
    first = fg_json_first(fg_json_get(first, step->is.string.text));
  }
  if (!run->is_part) {
    FG_TRY(check_columns_found(&reader, first));
    run->kinds = kinds_compared(&reader);
    find_invoice_months(run);
  }
  return FG_OK;
}
