/* Reads the form of an invoice, which says where its rows are, what its columns mean, and which of our names its names
   stand for. Forms are data, so that another vendor needs no code. */
#include "reconcile_form.h"

const char *const fg_bill_kinds[FG_BILL_KIND_COUNT + 1] = {"usage", "pack",   "capacity", "bundle",
                                                           "fee",   "refund", NULL};

const char *const fg_form_columns[FG_COLUMN_COUNT + 1] = {"month", "product", "kind",     "currency", "units",
                                                          "free",  "packs",   "deducted", "charged",  "amount",
                                                          "gift",  "income",  "cash",     "voucher",  NULL};

static fg_status form_fails(const fg_form_reader *reader, const char *path, const char *what) {
  return fg_fail(reader->run->error, FG_INVALID, path, "expected %s", what);
}

static fg_status read_columns(fg_form_reader *reader, const fg_json *columns) {
  if (columns != NULL) {
    FG_TRY(fg_within(reader->run->error, fg_json_fields(columns, fg_form_columns, reader->run->error), "form.columns"));
  }
  for (int i = 0; i < FG_COLUMN_COUNT; i++) {
    const fg_json *name = fg_json_get(columns, fg_form_columns[i]);
    fg_string text = fg_json_string(name);
    if (name != NULL && text.text == NULL && !fg_json_is(name, FG_JSON_NULL)) {
      return fg_within(reader->run->error, form_fails(reader, fg_form_columns[i], "the name of a column"),
                       "form.columns");
    }
    reader->is_named[i] = text.text != NULL;
    reader->names[i] = text.text != NULL ? text.text : name == NULL ? fg_form_columns[i] : NULL;
  }
  return FG_OK;
}

static fg_status read_mark(const fg_form_reader *reader, const fg_json *form, const char *key, char otherwise,
                           char *mark) {
  const fg_json *value = fg_json_get(form, key);
  fg_string text = fg_json_string(value);
  *mark = value == NULL || fg_json_is(value, FG_JSON_NULL) ? otherwise : text.length == 1 ? *text.text : '\0';
  bool is_mark = *mark != '\0' && strchr(",. '_", *mark) != NULL;
  return is_mark ? FG_OK
                 : fg_within(reader->run->error, form_fails(reader, key, "one of , . ' _ and the blank"), "form");
}

/* Reads an object whose members are all texts. */
static fg_status read_names(const fg_form_reader *reader, const fg_json *form, const char *key, const fg_json **names) {
  *names = fg_json_get(form, key);
  if (*names != NULL && !fg_json_is(*names, FG_JSON_OBJECT)) {
    return fg_within(reader->run->error, fg_json_not_allowed(reader->run->error, key, *names), "form");
  }
  for (FG_EACH_MEMBER(*names, member)) {
    if (!fg_json_is(&member->value, FG_JSON_STRING)) {
      fg_status status = fg_json_not_allowed(reader->run->error, member->key, &member->value);
      return fg_within(reader->run->error, status, "form.%s", key);
    }
  }
  return FG_OK;
}

/* Checks that the form translates the vendor's words into kinds and products that exist. */
static fg_status check_names(const fg_form_reader *reader) {
  fg_error *error = reader->run->error;
  for (FG_EACH_MEMBER(reader->kinds, member)) {
    bool is_kind = false;
    for (int kind = 0; kind < FG_BILL_KIND_COUNT; kind++) {
      is_kind = is_kind || fg_string_is(member->value.is.string, fg_bill_kinds[kind]);
    }
    if (!is_kind) {
      return fg_fail(error, FG_INVALID, "form.kinds", "expected usage, pack, capacity, bundle, fee or refund for %s",
                     member->key);
    }
  }
  for (FG_EACH_MEMBER(reader->products, each)) {
    if (fg_bill_find_item(reader->run->whole, each->value.is.string) == UINT32_MAX) {
      return fg_fail(error, FG_UNKNOWN_PRODUCT, "form.products", "the price book has no product %s",
                     each->value.is.string.text);
    }
  }
  return FG_OK;
}

static fg_status read_path(fg_form_reader *reader, const fg_json *form) {
  reader->path = fg_json_get(form, "rows");
  bool is_list = reader->path == NULL ||
                 (fg_json_is(reader->path, FG_JSON_LIST) && fg_json_length(reader->path) <= FG_FORM_DEPTH_MAX);
  for (FG_EACH_ELEMENT(reader->path, step)) {
    is_list = is_list && fg_json_is(step, FG_JSON_STRING);
  }
  return is_list ? FG_OK : form_fails(reader, "form.rows", "a list of the names of lists, at most 8");
}

/* Reads to how many decimals the vendor rounds charges. */
static fg_status read_decimals(const fg_form_reader *reader, const fg_json *form) {
  fg_error *error = reader->run->error;
  const fg_json *decimals = fg_json_get(form, "decimals");
  int64_t digits = FG_MONEY_DECIMALS;
  if (decimals != NULL) {
    FG_TRY(fg_within(error, fg_json_integer(decimals, 0, FG_MONEY_DECIMALS, &digits, error), "form.decimals"));
  }
  reader->run->step = fg_power_of_ten(FG_MONEY_DECIMALS - (int)digits);
  return FG_OK;
}

fg_status fg_invoice_form_read(fg_form_reader *reader, const fg_json *form) {
  static const char *const fields[] = {"about",     "rows",      "columns", "products",    "kinds",    "only",
                                       "constants", "thousands", "decimal", "usage_later", "decimals", NULL};
  fg_error *error = reader->run->error;
  if (form != NULL) {
    FG_TRY(fg_within(error, fg_json_fields(form, fields, error), "form"));
  }
  FG_TRY(read_path(reader, form));
  FG_TRY(read_columns(reader, fg_json_get(form, "columns")));
  FG_TRY(read_names(reader, form, "products", &reader->products));
  FG_TRY(read_names(reader, form, "kinds", &reader->kinds));
  FG_TRY(read_names(reader, form, "only", &reader->only));
  FG_TRY(read_names(reader, form, "constants", &reader->constants));
  if (reader->constants != NULL) {
    FG_TRY(fg_within(error, fg_json_fields(reader->constants, fg_form_columns, error), "form.constants"));
  }
  FG_TRY(read_mark(reader, form, "thousands", ',', &reader->numbers.thousands));
  FG_TRY(read_mark(reader, form, "decimal", '.', &reader->numbers.decimal));
  FG_TRY(read_decimals(reader, form));
  const fg_json *later = fg_json_get(form, "usage_later");
  if (later != NULL) {
    FG_TRY(fg_within(error, fg_json_integer(later, 0, 12, &reader->usage_later, error), "form.usage_later"));
  }
  if (reader->numbers.thousands == reader->numbers.decimal) {
    return form_fails(reader, "form.decimal", "another mark than that of thousands");
  }
  return check_names(reader);
}
