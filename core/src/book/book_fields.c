#include "book_fields.h"

#include <stdio.h>

const char *const fg_edge_words[] = {"lower", "upper", NULL};
const char *const fg_period_words[] = {"month", "day", NULL};
const char *const fg_issue_words[] = {"monthly", "opening", "claim", NULL};
const char *const fg_pack_words[] = {"usage", "materials", NULL};
const char *const fg_capacity_kind_words[] = {"rate", "slots", NULL};
const char *const fg_capacity_mode_words[] = {"manual", "automatic", NULL};
const char *const fg_rounding_words[] = {"none", "half_up", "half_even", "up", "down", NULL};
const char *const fg_validity_words[] = {"permanent", "days", "months", "years", "month", NULL};

void *fg_read_allocate(const fg_book_reader *reader, size_t size) {
  void *block = fg_arena_allocate(&reader->book->arena, &reader->book->allocator, size);
  if (block == NULL) {
    (void)fg_refuse(reader->error, FG_NO_MEMORY);
  }
  return block;
}

fg_status fg_read_field(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                        const fg_json **value) {
  const fg_json *found = fg_json_get(object, key);
  if (found == NULL && need == FG_REQUIRED) {
    return fg_fail(reader->error, FG_INVALID, key, "missing");
  }
  *value = need == FG_OPTIONAL && fg_json_is(found, FG_JSON_NULL) ? NULL : found;
  return FG_OK;
}

/* A string of the document as it stands there; text NULL if an optional field is absent. */
static fg_status read_string(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                             fg_string *string) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  *string = fg_string_of(NULL);
  return value == NULL ? FG_OK : fg_within(reader->error, fg_json_text(value, string, reader->error), "%s", key);
}

fg_status fg_keep_string(const fg_book_reader *reader, fg_string string, fg_string *kept) {
  fg_string copy = fg_string_copy(&reader->book->arena, &reader->book->allocator, string);
  if (copy.text == NULL) {
    return fg_refuse(reader->error, FG_NO_MEMORY);
  }
  *kept = copy;
  return FG_OK;
}

fg_status fg_read_text(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                       fg_string *text) {
  fg_string string;
  FG_TRY(read_string(reader, object, key, need, &string));
  return string.text == NULL ? FG_OK : fg_keep_string(reader, string, text);
}

static bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

fg_status fg_read_name(const fg_book_reader *reader, const fg_json *object, const char *key, fg_string *name) {
  fg_string string;
  FG_TRY(read_string(reader, object, key, FG_REQUIRED, &string));
  bool valid = string.length > 0 && string.length <= FG_NAME_MAX;
  for (size_t i = 0; i < string.length && valid; i++) {
    valid = is_name_character(string.text[i]);
  }
  if (!valid) {
    return fg_fail(reader->error, FG_INVALID, key, "expected a name: 1 to %d of a-z A-Z 0-9 . _ -", FG_NAME_MAX);
  }
  return fg_keep_string(reader, string, name);
}

fg_status fg_read_count(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need, int64_t low,
                        int64_t high, int64_t *count) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  return fg_within(reader->error, fg_json_integer(value, low, high, count, reader->error), "%s", key);
}

fg_status fg_read_units(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need, int64_t low,
                        int64_t high, int64_t *units) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  return fg_within(reader->error, fg_json_units(value, low, high, units, reader->error), "%s", key);
}

fg_status fg_read_flag(const fg_book_reader *reader, const fg_json *object, const char *key, bool *flag) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, FG_OPTIONAL, &value));
  if (value == NULL) {
    return FG_OK;
  }
  if (!fg_json_is(value, FG_JSON_BOOLEAN)) {
    return fg_fail(reader->error, FG_INVALID, key, "expected true or false, not %s", fg_json_kind_name(value));
  }
  *flag = value->is.boolean;
  return FG_OK;
}

static fg_status fail_choice(fg_error *error, const char *key, const char *const *words) {
  char list[128];
  size_t used = 0;
  for (size_t i = 0; words[i] != NULL; i++) {
    const char *separator = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
    int length = snprintf(list + used, sizeof list - used, "%s\"%s\"", separator, words[i]);
    used += (size_t)length;
  }
  return fg_fail(error, FG_INVALID, key, "expected %s", list);
}

fg_status fg_read_choice(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                         const char *const *words, int *choice) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  for (int i = 0; words[i] != NULL; i++) {
    if (fg_string_is(fg_json_string(value), words[i])) {
      *choice = i;
      return FG_OK;
    }
  }
  return fail_choice(reader->error, key, words);
}

fg_status fg_read_price(const fg_book_reader *reader, const fg_json *object, const char *key, fg_amount *price,
                        bool *sold) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, FG_REQUIRED, &value));
  if (sold != NULL) {
    *sold = !fg_json_is(value, FG_JSON_NULL);
    if (!*sold) {
      return FG_OK;
    }
  }
  fg_string text = fg_json_string(value);
  if (text.text == NULL || text.text[0] == '-' || fg_amount_parse(text.text, text.length, price) != FG_OK) {
    return fg_fail(reader->error, FG_INVALID, key,
                   "expected a price of 0 or more as a decimal string with at most 12 decimals, such as \"0.24\"%s",
                   sold == NULL ? "" : ", or null where none is published");
  }
  return FG_OK;
}

fg_status fg_read_date(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                       fg_date *date) {
  fg_string string = {NULL, 0};
  FG_TRY(read_string(reader, object, key, need, &string));
  if (string.text == NULL) {
    return FG_OK;
  }
  if (fg_date_parse(string.text, string.length, date) != FG_OK) {
    return fg_fail(reader->error, FG_INVALID, key, "expected a date such as \"2024-11-05\"");
  }
  return FG_OK;
}

fg_status fg_read_items(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                        size_t item_size, fg_item_reader *read_item, fg_items *list) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  *list = (fg_items){NULL, 0};
  if (value == NULL) {
    return FG_OK;
  }
  size_t count = fg_json_length(value);
  if (!fg_json_is(value, FG_JSON_LIST) || count > FG_LIST_MAX || (count == 0 && need == FG_REQUIRED)) {
    return fg_fail(reader->error, FG_INVALID, key, "expected a list of %d to %d objects", need == FG_REQUIRED,
                   FG_LIST_MAX);
  }
  char *items = fg_read_allocate(reader, count * item_size);
  if (items == NULL) {
    return FG_NO_MEMORY;
  }
  size_t i = 0;
  for (FG_EACH_ELEMENT(value, item)) {
    fg_status status = read_item(reader, item, items + i * item_size);
    FG_TRY(fg_within(reader->error, status, "%s[%zu]", key, i++));
  }
  *list = (fg_items){items, (uint32_t)count};
  return FG_OK;
}

fg_status fg_read_distinct(const fg_book_reader *reader, const char *key, const fg_items *list, size_t item_size) {
  const char *items = list->items;
  for (uint32_t i = 0; i < list->count; i++) {
    const fg_string *id = (const fg_string *)(const void *)(items + i * item_size);
    for (uint32_t j = 0; j < i; j++) {
      if (fg_string_equal(*id, *(const fg_string *)(const void *)(items + j * item_size))) {
        fg_status status = fg_fail(reader->error, FG_INVALID, "id", "expected an id that %s[%u] has not", key, j);
        return fg_within(reader->error, status, "%s[%u]", key, i);
      }
    }
  }
  return FG_OK;
}
