/* The kinds of values that many keys have: how each is read and told. */
#include "book_keys.h"

#include <stdio.h>

fg_status fg_book_allocate(const fg_book_reader *reader, size_t size, void **block) {
  *block = fg_arena_allocate(&reader->book->whole->arena, &reader->book->allocator, size);
  return *block == NULL ? fg_refuse(reader->error, FG_NO_MEMORY) : FG_OK;
}

fg_status fg_book_keep(const fg_book_reader *reader, fg_string string, fg_string *kept) {
  *kept = fg_string_copy(&reader->book->whole->arena, &reader->book->allocator, string);
  return kept->text == NULL ? fg_refuse(reader->error, FG_NO_MEMORY) : FG_OK;
}

static fg_status key_text_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  return fg_book_keep(reader, text, fg_key_place(key, object));
}

static void key_text_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_optional_text(to, key->name, *(const fg_string *)fg_key_value(key, object));
}

static bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

fg_status fg_value_name(const fg_book_reader *reader, const fg_json *value, fg_string *name) {
  FG_TRY(fg_json_text(value, name, reader->error));
  bool valid = name->length > 0 && name->length <= FG_NAME_MAX;
  for (size_t i = 0; i < name->length && valid; i++) {
    valid = is_name_character(name->text[i]);
  }
  return valid ? FG_OK
               : fg_fail(reader->error, FG_INVALID, "", "expected a name: 1 to %d of a-z A-Z 0-9 . _ -", FG_NAME_MAX);
}

static fg_status key_name_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  fg_string name;
  FG_TRY(fg_value_name(reader, value, &name));
  return fg_book_keep(reader, name, fg_key_place(key, object));
}

/* Reads a result code as a service names it, or the beginning of codes. A '*' may stand at the end alone. */
static fg_status key_outcome_code_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                       void *object) {
  fg_string code;
  FG_TRY(fg_json_text(value, &code, reader->error));
  bool formed = code.length > 0 && code.length <= FG_OUTCOME_MAX;
  for (size_t i = 0; i < code.length && formed; i++) {
    formed = code.text[i] > ' ' && code.text[i] <= '~' && (code.text[i] != '*' || i + 1 == code.length);
  }
  return formed
             ? fg_book_keep(reader, code, fg_key_place(key, object))
             : fg_fail(reader->error, FG_INVALID, "",
                       "expected a code: 1 to %d printable characters of ASCII without blanks, '*' as the last alone",
                       FG_OUTCOME_MAX);
}

const fg_key_kind fg_kind_text = {key_text_read, key_text_tell};
const fg_key_kind fg_kind_name = {key_name_read, key_text_tell};
const fg_key_kind fg_kind_outcome_code = {key_outcome_code_read, key_text_tell};

static fg_status key_count_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  int64_t count = 0;
  FG_TRY(fg_json_integer(value, key->low, key->high, &count, reader->error));
  fg_key_set_number(key, object, count);
  return FG_OK;
}

/* Reads units of a meter: an integer, or its digits as a string. */
static fg_status key_units_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  int64_t units = 0;
  FG_TRY(fg_json_units(value, key->low, key->high, &units, reader->error));
  fg_key_set_number(key, object, units);
  return FG_OK;
}

/* Tells a number; a number below 0 stands for an absent key and is told as null. */
static void key_number_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_optional_count(to, key->name, fg_key_number(key, object));
}

static fg_status key_flag_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  if (!fg_json_is(value, FG_JSON_BOOLEAN)) {
    return fg_fail(reader->error, FG_INVALID, "", "expected true or false, not %s", fg_json_kind_name(value));
  }
  fg_key_set_number(key, object, value->is.boolean);
  return FG_OK;
}

static void key_flag_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_flag(to, key->name, fg_key_number(key, object) != 0);
}

static fg_status fail_choice(fg_error *error, const char *const *words) {
  char list[128];
  size_t used = 0;
  for (size_t i = 0; words[i] != NULL; i++) {
    const char *separator = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
    int length = snprintf(list + used, sizeof list - used, "%s\"%s\"", separator, words[i]);
    used += (size_t)length;
  }
  return fg_fail(error, FG_INVALID, "", "expected %s", list);
}

fg_status fg_value_list(const fg_book_reader *reader, const fg_json *value, const char *what, size_t item_size,
                        void **items) {
  size_t count = fg_json_length(value);
  return count < 1 || count > FG_LIST_MAX
             ? fg_fail(reader->error, FG_INVALID, "", "expected a list of 1 to %d %s", FG_LIST_MAX, what)
             : fg_book_allocate(reader, count * item_size, items);
}

fg_status fg_value_choice(const fg_book_reader *reader, const fg_json *value, const char *const *words,
                          int64_t *choice) {
  fg_string word = fg_json_string(value);
  for (int i = 0; word.text != NULL && words[i] != NULL; i++) {
    if (fg_string_is(word, words[i])) {
      *choice = i;
      return FG_OK;
    }
  }
  return fail_choice(reader->error, words);
}

static fg_status key_choice_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  int64_t choice = 0;
  FG_TRY(fg_value_choice(reader, value, key->words, &choice));
  fg_key_set_number(key, object, choice);
  return FG_OK;
}

static void key_choice_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  int64_t choice = fg_key_number(key, object);
  (void)book;
  if (choice < 0) {
    fg_tell_null(to, key->name);
  } else {
    fg_tell_word(to, key->name, key->words[choice]);
  }
}

static fg_status key_date_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  bool is_date = fg_date_parse(text.text, text.length, fg_key_place(key, object)) == FG_OK;
  return is_date ? FG_OK : fg_fail(reader->error, FG_INVALID, "", "expected a date such as \"2024-11-05\"");
}

static void key_date_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_optional_date(to, key->name, *(const fg_date *)fg_key_value(key, object));
}

const fg_key_kind fg_kind_count = {key_count_read, key_number_tell};
const fg_key_kind fg_kind_units = {key_units_read, key_number_tell};
const fg_key_kind fg_kind_flag = {key_flag_read, key_flag_tell};
const fg_key_kind fg_kind_choice = {key_choice_read, key_choice_tell};
const fg_key_kind fg_kind_date = {key_date_read, key_date_tell};

fg_status fg_value_price(const fg_book_reader *reader, const fg_json *value, fg_amount *price, bool *sold) {
  if (sold != NULL) {
    *sold = !fg_json_is(value, FG_JSON_NULL);
    if (!*sold) {
      return FG_OK;
    }
  }
  fg_string text = fg_json_string(value);
  if (text.text == NULL || text.text[0] == '-' || fg_amount_parse(text.text, text.length, price) != FG_OK) {
    return fg_fail(reader->error, FG_INVALID, "",
                   "expected a price of 0 or more as a decimal string with at most 12 decimals, such as \"0.24\"%s",
                   sold == NULL ? "" : ", or null where none is published");
  }
  return FG_OK;
}

static fg_status key_price_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  return fg_value_price(reader, value, fg_key_place(key, object), NULL);
}

static void key_price_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_amount(to, key->name, *(const fg_amount *)fg_key_value(key, object));
}

const fg_key_kind fg_kind_price = {key_price_read, key_price_tell};

/* Reads an object whose struct is part of the struct around it. */
static fg_status key_part_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  return fg_form_read(reader, key, FG_NONE, value, fg_key_place(key, object));
}

static void key_part_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  fg_form_tell(to, key->name, key->of, book, fg_key_value(key, object));
}

/* Tells the price of usage, or null: a product whose rules have prices may have none of its own. */
static void key_usage_price_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  if (((const fg_schedule *)fg_key_value(key, object))->tier_count > 0) {
    key_part_tell(to, key, book, object);
  } else {
    fg_tell_null(to, key->name);
  }
}

/* Reads an object into a struct of its own, to which a member of the struct around it points. */
static fg_status key_object_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  void **place = fg_key_place(key, object);
  FG_TRY(fg_book_allocate(reader, key->of->size, place));
  return fg_form_read(reader, key, FG_NONE, value, *place);
}

static void key_object_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const char *part = *(char *const *)fg_key_value(key, object);
  if (part == NULL || fg_is_withdrawn(key, part)) {
    fg_tell_null(to, key->name);
  } else {
    fg_form_tell(to, key->name, key->of, book, part);
  }
}

const fg_key_kind fg_kind_part = {key_part_read, key_part_tell};
const fg_key_kind fg_kind_usage_price = {key_part_read, key_usage_price_tell};
const fg_key_kind fg_kind_object = {key_object_read, key_object_tell};

/* Checks that an item has an id or code that no earlier item of the list has. */
static fg_status check_id(const fg_book_reader *reader, const fg_book_key *list, const char *items, uint32_t item) {
  const fg_book_key *id = &list->of->keys[0];
  const fg_string *own = fg_key_value(id, items + item * list->of->size);
  bool is_found_by_it = id->kind == &fg_kind_name || id->kind == &fg_kind_outcome_code;
  for (uint32_t i = 0; is_found_by_it && own->text != NULL && i < item && fg_is_read(reader, own); i++) {
    if (fg_string_equal(*own, *(const fg_string *)fg_key_value(id, items + i * list->of->size))) {
      return fg_fail(reader->error, FG_INVALID, id->name, "expected %s that %s[%u] has not",
                     id->kind == &fg_kind_name ? "an id" : "another code", list->name, i);
    }
  }
  return FG_OK;
}

/* Reports a fault of an item of a list, with a path that leads on from the item. */
static fg_status item_fault(const fg_book_reader *reader, const fg_book_key *list, uint32_t item, const void *place,
                            size_t size, fg_status status) {
  return fg_fault_at(reader, list, place, size, fg_within(reader->error, status, "[%u]", item));
}

static fg_status key_items_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                char *items) {
  size_t size = key->of->size;
  uint32_t count = 0;
  for (FG_EACH_ELEMENT(value, element)) {
    char *item = items + count * size;
    FG_TRY(item_fault(reader, key, count, item, size, fg_form_read(reader, key, count, element, item)));
    count++;
  }
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(item_fault(reader, key, i, NULL, 0, check_id(reader, key, items, i)));
  }
  return FG_OK;
}

static fg_status key_list_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                               void *object) {
  size_t count = fg_json_length(value);
  void **items = fg_key_place(key, object);
  if (!fg_json_is(value, FG_JSON_LIST) || count < (size_t)key->low || count > (size_t)key->high) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list of %lld to %lld objects", (long long)key->low,
                   (long long)key->high);
  }
  FG_TRY(fg_book_allocate(reader, count * key->of->size, items));
  FG_TRY(key_items_read(reader, key, value, *items));
  *(uint32_t *)(void *)((char *)object + key->count_offset) = (uint32_t)count;
  return FG_OK;
}

static void key_list_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const char *items = *(char *const *)fg_key_value(key, object);
  uint32_t count = *(const uint32_t *)(const void *)((const char *)object + key->count_offset);
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < count; i++) {
    const char *item = items + i * key->of->size;
    if (!fg_is_withdrawn(key, item)) {
      fg_form_tell(to, NULL, key->of, book, item);
    }
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_list = {key_list_read, key_list_tell};
