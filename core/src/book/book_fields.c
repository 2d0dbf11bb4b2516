#include "book_fields.h"

#include <stdio.h>

const char *const fg_price_model_words[] = {
#define MODEL_WORD(NAME, name) #name,
    FG_PRICE_MODEL_LIST(MODEL_WORD)
#undef MODEL_WORD
        NULL};
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

fg_status fg_read_field(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need,
                        const json_t **value) {
  const json_t *found = json_object_get(object, key);
  if (found == NULL && need == FG_REQUIRED) {
    return fg_fail(reader->error, FG_INVALID, key, "missing");
  }
  *value = need == FG_OPTIONAL && json_is_null(found) ? NULL : found;
  return FG_OK;
}

/* A string of the document as it stands there; text NULL if an optional field is absent. */
static fg_status read_string(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need,
                             fg_string *string) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  *string = fg_string_of(NULL);
  return value == NULL ? FG_OK : fg_within(reader->error, fg_json_text(value, string, reader->error), "%s", key);
}

static fg_status keep_string(const fg_book_reader *reader, fg_string string, fg_string *kept) {
  fg_string copy = fg_string_copy(&reader->book->arena, &reader->book->allocator, string);
  if (copy.text == NULL) {
    return fg_refuse(reader->error, FG_NO_MEMORY);
  }
  *kept = copy;
  return FG_OK;
}

fg_status fg_read_text(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need,
                       fg_string *text) {
  fg_string string;
  FG_TRY(read_string(reader, object, key, need, &string));
  return string.text == NULL ? FG_OK : keep_string(reader, string, text);
}

static bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

fg_status fg_read_name(const fg_book_reader *reader, const json_t *object, const char *key, fg_string *name) {
  fg_string string;
  FG_TRY(read_string(reader, object, key, FG_REQUIRED, &string));
  bool valid = string.length > 0 && string.length <= FG_NAME_MAX;
  for (size_t i = 0; i < string.length && valid; i++) {
    valid = is_name_character(string.text[i]);
  }
  if (!valid) {
    return fg_fail(reader->error, FG_INVALID, key, "expected a name: 1 to %d of a-z A-Z 0-9 . _ -", FG_NAME_MAX);
  }
  return keep_string(reader, string, name);
}

fg_status fg_read_count(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need, int64_t low,
                        int64_t high, int64_t *count) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  return fg_within(reader->error, fg_json_integer(value, low, high, count, reader->error), "%s", key);
}

fg_status fg_read_units(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need, int64_t low,
                        int64_t high, int64_t *units) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  return fg_within(reader->error, fg_json_units(value, low, high, units, reader->error), "%s", key);
}

fg_status fg_read_flag(const fg_book_reader *reader, const json_t *object, const char *key, bool *flag) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, FG_OPTIONAL, &value));
  if (value == NULL) {
    return FG_OK;
  }
  if (!json_is_boolean(value)) {
    return fg_fail(reader->error, FG_INVALID, key, "expected true or false, not %s", fg_json_kind(value));
  }
  *flag = json_is_true(value);
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

fg_status fg_read_choice(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need,
                         const char *const *words, int *choice) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  const char *word = json_string_value(value);
  for (int i = 0; word != NULL && words[i] != NULL; i++) {
    if (strcmp(word, words[i]) == 0) {
      *choice = i;
      return FG_OK;
    }
  }
  return fail_choice(reader->error, key, words);
}

fg_status fg_read_price(const fg_book_reader *reader, const json_t *object, const char *key, fg_amount *price,
                        bool *sold) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, FG_REQUIRED, &value));
  if (sold != NULL) {
    *sold = !json_is_null(value);
    if (!*sold) {
      return FG_OK;
    }
  }
  const char *text = json_string_value(value);
  if (text == NULL || text[0] == '-' || fg_amount_parse(text, json_string_length(value), price) != FG_OK) {
    return fg_fail(reader->error, FG_INVALID, key,
                   "expected a price of 0 or more as a decimal string with at most 12 decimals, such as \"0.24\"%s",
                   sold == NULL ? "" : ", or null where none is published");
  }
  return FG_OK;
}

fg_status fg_read_date(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need,
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

fg_status fg_read_items(const fg_book_reader *reader, const json_t *object, const char *key, fg_need need,
                        size_t item_size, fg_item_reader *read_item, fg_items *list) {
  const json_t *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  *list = (fg_items){NULL, 0};
  if (value == NULL) {
    return FG_OK;
  }
  size_t count = json_array_size(value);
  if (!json_is_array(value) || count > FG_LIST_MAX || (count == 0 && need == FG_REQUIRED)) {
    return fg_fail(reader->error, FG_INVALID, key, "expected a list of %d to %d objects", need == FG_REQUIRED,
                   FG_LIST_MAX);
  }
  char *items = fg_read_allocate(reader, count * item_size);
  if (items == NULL) {
    return FG_NO_MEMORY;
  }
  for (size_t i = 0; i < count; i++) {
    fg_status status = read_item(reader, json_array_get(value, i), items + i * item_size);
    FG_TRY(fg_within(reader->error, status, "%s[%zu]", key, i));
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
