/* The kinds of values that only rules have: terms of a quantity, and factors. */
#include "book_keys.h"
#include "attributes.h"
#include "attribute_kinds.h"

static fg_status read_number_attribute(const fg_book_reader *reader, const fg_json *value, fg_operand *operand) {
  const fg_book_attribute *attribute = NULL;
  fg_string name;
  FG_TRY(fg_json_text(value, &name, reader->error));
  FG_TRY(fg_attribute_find_read(reader, name, &operand->attribute, &attribute));
  return attribute == NULL || attribute->values == NULL
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected an attribute of whole numbers: \"%s\" is a text",
                       attribute->id.text);
}

static fg_status key_measured_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  return read_number_attribute(reader, value, fg_key_place(key, object));
}

static fg_status read_operand(const fg_book_reader *reader, const fg_json *value, fg_operand *operand) {
  operand->attribute = FG_NONE;
  return fg_json_is(value, FG_JSON_INTEGER) ? fg_json_units(value, 0, INT64_MAX, &operand->number, reader->error)
                                            : read_number_attribute(reader, value, operand);
}

static fg_status key_operand_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                  void *object) {
  return read_operand(reader, value, fg_key_place(key, object));
}

static void tell_operand(fg_teller *to, const char *key, const fg_book *book, const fg_operand *operand) {
  if (operand->attribute < 0) {
    fg_tell_integer(to, key, operand->number);
  } else {
    fg_tell_text(to, key, fg_attribute_at(book, (uint32_t)operand->attribute)->id);
  }
}

static void key_operand_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  tell_operand(to, key->name, book, fg_key_value(key, object));
}

const fg_key_kind fg_kind_measured = {key_measured_read, key_operand_tell};
const fg_key_kind fg_kind_operand = {key_operand_read, key_operand_tell};

/* Reads a term: a number, the name of an attribute, or an object. */
static fg_status read_term(const fg_book_reader *reader, const fg_book_key *key, uint32_t item, const fg_json *value,
                           fg_quantity_term *term) {
  *term = (fg_quantity_term){.divide = 1, .less.attribute = FG_NONE};
  if (fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_form_read(reader, key, item, value, term);
  }
  if (!fg_json_is(value, FG_JSON_STRING) && !fg_json_is(value, FG_JSON_INTEGER)) {
    return fg_fail(reader->error, FG_INVALID, "",
                   "expected a whole number, the name of an attribute or an object, not %s", fg_json_kind_name(value));
  }
  return read_operand(reader, value, &term->of);
}

static fg_status key_terms_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  fg_quantity_terms *terms = fg_key_place(key, object);
  void *block = NULL;
  FG_TRY(fg_value_list(reader, value, "terms", sizeof(fg_quantity_term), &block));
  fg_quantity_term *items = block;
  terms->items = items;
  for (FG_EACH_ELEMENT(value, element)) {
    fg_quantity_term *term = &items[terms->count];
    fg_status status = read_term(reader, key, terms->count, element, term);
    FG_TRY(fg_fault_at(reader, key, term, sizeof *term, fg_within(reader->error, status, "[%u]", terms->count)));
    terms->count++;
  }
  return FG_OK;
}

static bool is_bare(const fg_quantity_term *term) {
  return term->less.attribute < 0 && term->less.number == 0 && term->least == 0 && term->divide == 1;
}

static void key_terms_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_quantity_terms *terms = fg_key_value(key, object);
  if (terms->items == NULL) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < terms->count; i++) {
    if (is_bare(&terms->items[i])) {
      tell_operand(to, NULL, book, &terms->items[i].of);
    } else {
      fg_form_tell(to, NULL, key->of, book, &terms->items[i]);
    }
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_terms = {key_terms_read, key_terms_tell};

static fg_status key_factor_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  fg_string text = fg_json_string(value);
  fg_amount *factor = fg_key_place(key, object);
  bool is_amount = text.text != NULL && fg_amount_parse(text.text, text.length, factor) == FG_OK;
  return is_amount && *factor > 0 ? FG_OK
                                  : fg_fail(reader->error, FG_INVALID, "",
                                            "expected a decimal string above 0 with at most 12 decimals, such as "
                                            "\"1.2\"");
}

static void key_factor_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  char text[FG_MONEY_TEXT_MAX];
  fg_amount factor = *(const fg_amount *)fg_key_value(key, object);
  (void)book;
  if (factor == 0) {
    fg_tell_null(to, key->name);
    return;
  }
  size_t length = fg_money_format(fg_money_of(factor), 0, text);
  fg_tell_text(to, key->name, (fg_string){text, length});
}

const fg_key_kind fg_kind_factor = {key_factor_read, key_factor_tell};
