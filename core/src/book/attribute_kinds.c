/* The kinds of values that attributes have where a book declares them, and where an example gives them. */
#include "attributes.h"
#include "book_keys.h"
#include "attribute_kinds.h"

enum { ATTRIBUTE_TEXT_MAX = 128 };

static fg_status read_value_text(const fg_book_reader *reader, const fg_json *value, fg_string *kept) {
  fg_string text;
  FG_TRY(fg_json_text(value, &text, reader->error));
  return text.length > 0 && text.length <= ATTRIBUTE_TEXT_MAX
             ? fg_book_keep(reader, text, kept)
             : fg_fail(reader->error, FG_INVALID, "", "expected a text of 1 to %d bytes", ATTRIBUTE_TEXT_MAX);
}

static fg_status read_another_text(const fg_book_reader *reader, const fg_json *value, fg_text_index *index,
                                   fg_string *place) {
  FG_TRY(read_value_text(reader, value, place));
  int64_t same = fg_text_index_add(index);
  return same < 0 ? FG_OK : fg_fail(reader->error, FG_INVALID, "", "expected a text that [%d] has not", (int)same);
}

static fg_status key_attribute_values_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                           void *object) {
  fg_book_attribute *attribute = object;
  size_t count = fg_json_length(value);
  void *block = NULL;
  FG_TRY(fg_value_list(reader, value, "texts", sizeof(fg_string), &block));
  fg_string *texts = block;
  attribute->values = texts;
  if (!fg_text_index_begin(&attribute->found_by, texts, (uint32_t)count, &reader->book->whole->arena,
                           &reader->book->allocator)) {
    return fg_refuse(reader->error, FG_NO_MEMORY);
  }
  for (FG_EACH_ELEMENT(value, element)) {
    fg_status status = read_another_text(reader, element, &attribute->found_by, &texts[attribute->found_by.count]);
    status = fg_within(reader->error, status, "[%u]", attribute->value_count++);
    FG_TRY(fg_part_fault(reader, key, object, status));
  }
  return FG_OK;
}

static void key_attribute_values_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_book_attribute *attribute = object;
  (void)book;
  if (attribute->values == NULL) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_texts(to, key->name, attribute->values, attribute->value_count);
}

fg_status fg_attribute_read_value(const fg_book_reader *reader, const fg_book_attribute *attribute,
                                  const fg_json *value, int64_t *number) {
  const fg_range *range = &attribute->range;
  if (attribute->values != NULL) {
    fg_string text = fg_json_string(value);
    *number = text.text == NULL ? FG_NONE : fg_text_index_find(&attribute->found_by, text);
    return *number >= 0 ? FG_OK
                        : fg_fail(reader->error, FG_INVALID, "", "expected one of the values of the attribute \"%s\"",
                                  attribute->id.text);
  }
  FG_TRY(fg_json_units(value, 0, INT64_MAX, number, reader->error));
  return *number >= range->first && *number <= range->last
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected a value of the attribute \"%s\": %lld to %lld",
                       attribute->id.text, (long long)range->first, (long long)range->last);
}

void fg_attribute_tell_value(fg_teller *to, const char *key, const fg_book_attribute *attribute, int64_t number) {
  if (attribute->values != NULL) {
    fg_tell_text(to, key, attribute->values[number]);
  } else {
    fg_tell_integer(to, key, number);
  }
}

/* Whether the values that an attribute may have were read. */
static bool values_are_read(const fg_book_reader *reader, const fg_book_attribute *attribute) {
  return fg_is_read(reader, &attribute->values) && fg_is_read(reader, &attribute->whole) &&
         (attribute->values != NULL) != (attribute->whole != NULL) &&
         (attribute->whole == NULL ||
          (fg_is_read(reader, &attribute->whole->from) && fg_is_read(reader, &attribute->whole->below)));
}

static fg_range range_of(const fg_book_attribute *attribute) {
  const fg_whole *whole = attribute->whole;
  if (whole == NULL) {
    return (fg_range){0, (int64_t)attribute->value_count - 1};
  }
  return (fg_range){whole->from, whole->below < 0 ? INT64_MAX : whole->below - 1};
}

static fg_status key_attribute_default_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                            void *object) {
  fg_book_attribute *attribute = object;
  (void)key;
  attribute->has_default = true;
  attribute->range = range_of(attribute);
  return values_are_read(reader, attribute)
             ? fg_attribute_read_value(reader, attribute, value, &attribute->default_value)
             : FG_OK;
}

static void key_attribute_default_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_book_attribute *attribute = object;
  (void)book;
  if (attribute->has_default) {
    fg_attribute_tell_value(to, key->name, attribute, attribute->default_value);
  } else {
    fg_tell_null(to, key->name);
  }
}

const fg_key_kind fg_kind_attribute_values = {key_attribute_values_read, key_attribute_values_tell};
const fg_key_kind fg_kind_attribute_default = {key_attribute_default_read, key_attribute_default_tell};

fg_status fg_check_whole(const fg_book_reader *reader, void *object) {
  const fg_whole *whole = object;
  bool is_read = fg_is_read(reader, &whole->from) && fg_is_read(reader, &whole->below);
  if (!is_read || whole->below < 0 || whole->from < whole->below) {
    return FG_OK;
  }
  fg_status status = fg_fail(reader->error, FG_INVALID, "below", "empty range: expected more than \"from\"");
  return fg_fault_at(reader, NULL, &whole->below, sizeof whole->below, status);
}

fg_status fg_check_attribute(const fg_book_reader *reader, void *object) {
  fg_book_attribute *attribute = object;
  attribute->range = range_of(attribute);
  if (fg_string_is(attribute->id, "hour") || fg_string_is(attribute->id, "weekday")) {
    fg_status status = fg_fail(reader->error, FG_INVALID, "id",
                               "expected another name: every usage has the attribute \"%s\"", attribute->id.text);
    FG_TRY(fg_fault_at(reader, NULL, &attribute->id, sizeof attribute->id, status));
  }
  bool is_read = fg_is_read(reader, &attribute->values) && fg_is_read(reader, &attribute->whole);
  bool is_one = (attribute->values == NULL) != (attribute->whole == NULL);
  return !is_read || is_one ? FG_OK
                            : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "",
                                                          "expected \"values\" or \"whole\", one of them"));
}

/* Whether the ids of all attributes were read. Where one was not, an attribute that is not found may be the one. */
static bool attributes_are_read(const fg_book_reader *reader) {
  const fg_book *book = reader->book;
  bool all = fg_is_read(reader, &book->attributes);
  for (uint32_t i = 0; i < book->attribute_count && all; i++) {
    all = fg_is_read(reader, &book->attributes[i].id);
  }
  return all;
}

fg_status fg_attribute_find_read(const fg_book_reader *reader, fg_string name, int *place,
                                 const fg_book_attribute **found) {
  *place = fg_attribute_place(reader->book, name);
  *found = *place == FG_NONE ? NULL : fg_attribute_at(reader->book, (uint32_t)*place);
  if (*found == NULL && attributes_are_read(reader)) {
    return fg_fail(reader->error, FG_INVALID, "", "the book has no attribute of this name");
  }
  bool is_known = *found != NULL && fg_is_read(reader, &(*found)->id) && values_are_read(reader, *found);
  *found = is_known ? *found : NULL;
  return FG_OK;
}

static fg_status read_given_value(const fg_book_reader *reader, const fg_json *value, fg_attribute *given) {
  given->is_number = !fg_json_is(value, FG_JSON_STRING);
  return given->is_number ? fg_json_integer(value, 0, INT64_MAX, &given->number, reader->error)
                          : fg_book_keep(reader, fg_json_string(value), &given->text);
}

static fg_status key_given_attributes_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                           void *object) {
  fg_attributes *attributes = fg_key_place(key, object);
  void *block = NULL;
  FG_TRY(fg_json_object(value, reader->error));
  if (value->is.object.count > FG_ATTRIBUTES_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected at most %d attributes", FG_ATTRIBUTES_MAX);
  }
  FG_TRY(fg_book_allocate(reader, value->is.object.count * sizeof(fg_attribute), &block));
  fg_attribute *items = block;
  attributes->items = items;
  for (FG_EACH_MEMBER(value, member)) {
    fg_attribute *given = &items[attributes->count++];
    FG_TRY(fg_book_keep(reader, fg_string_of(member->key), &given->name));
    fg_status status = fg_within(reader->error, read_given_value(reader, &member->value, given), "%s", member->key);
    FG_TRY(fg_part_fault(reader, key, object, status));
  }
  return FG_OK;
}

static void key_given_attributes_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_attributes *attributes = fg_key_value(key, object);
  (void)book;
  if (attributes->items == NULL) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_attributes_tell(to, key->name, attributes);
}

const fg_key_kind fg_kind_given_attributes = {key_given_attributes_read, key_given_attributes_tell};
