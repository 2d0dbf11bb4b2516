/* Objects of any form: their keys are read and told one after another. */
#include "book_keys.h"

void fg_key_set_number(const fg_book_key *key, void *object, int64_t number) {
  void *place = fg_key_place(key, object);
  switch (key->size) {
  case sizeof(int64_t): *(int64_t *)place = number; break;
  case sizeof(int32_t): *(int32_t *)place = (int32_t)number; break;
  default: *(bool *)place = number != 0; break;
  }
}

int64_t fg_key_number(const fg_book_key *key, const void *object) {
  const void *value = fg_key_value(key, object);
  switch (key->size) {
  case sizeof(int64_t): return *(const int64_t *)value;
  case sizeof(int32_t): return *(const int32_t *)value;
  default: return *(const bool *)value;
  }
}

/* ----------------------------------------------------------------------------------------------------- reading */

/* Refuses keys that the form does not have, before any other fault. */
static fg_status check_names(const fg_book_form *form, const fg_json *value, fg_error *error) {
  enum { KEYS_MAX = 40 };
  const char *names[KEYS_MAX];
  FG_ASSERT(form->key_count < KEYS_MAX);
  for (size_t i = 0; i < form->key_count; i++) {
    names[i] = form->keys[i].name;
  }
  names[form->key_count] = NULL;
  return fg_json_fields(value, names, error);
}

/* A key that is not there has its default. */
static void set_default(const fg_book_key *key, void *object) {
  if (key->text != NULL) {
    *(fg_string *)fg_key_place(key, object) = fg_string_of(key->text);
  } else if (key->number != 0) {
    fg_key_set_number(key, object, key->number);
  }
}

/* Refuses a key that does not belong to this object, because its value would be ignored. Which keys belong depends on
   the object's first key. */
static fg_status refuse_key(const fg_book_form *form, const fg_book_key *key, const void *object, fg_error *error) {
  const fg_book_key *first = &form->keys[0];
  return fg_fail(error, FG_INVALID, key->name, "there is no such field where \"%s\" is \"%s\"", first->name,
                 first->words[fg_key_number(first, object)]);
}

/* Whether books of this format have the key. */
static bool is_of_format(const fg_book_key *key, const fg_book *book) {
  int version = book->format + 1;
  return key->since <= version && (key->until == 0 || version <= key->until);
}

static fg_status read_key(const fg_book_reader *reader, const fg_book_form *form, const fg_book_key *key,
                          const fg_json *value, void *object) {
  if (!is_of_format(key, reader->book)) {
    return value == NULL
               ? FG_OK
               : fg_fail(reader->error, FG_INVALID, key->name,
                         "there is no such field in a book of format \"faregate-book/%d\"", reader->book->format + 1);
  }
  bool belongs = key->belongs == NULL || key->belongs(object);
  if (!belongs && value != NULL) {
    return refuse_key(form, key, object, reader->error);
  }
  if (belongs && key->required && value == NULL) {
    return fg_fail(reader->error, FG_INVALID, key->name, "missing");
  }
  if (value == NULL || (!key->required && fg_json_is(value, FG_JSON_NULL))) {
    set_default(key, object);
    return FG_OK;
  }
  return fg_within(reader->error, key->kind->read(reader, key, value, object), "%s", key->name);
}

fg_status fg_form_read(const fg_book_reader *reader, const fg_book_form *form, const fg_json *value, void *object) {
  FG_TRY(check_names(form, value, reader->error));
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    FG_TRY(read_key(reader, form, key, fg_json_get(value, key->name), object));
  }
  return form->check == NULL ? FG_OK : form->check(reader, object);
}

/* ----------------------------------------------------------------------------------------------------- telling */

void fg_form_tell(fg_teller *to, const char *key, const fg_book_form *form, const fg_book *book, const void *object) {
  fg_tell_begin_object(to, key);
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *each = &form->keys[i];
    if (is_of_format(each, book) && (each->belongs == NULL || each->belongs(object))) {
      each->kind->tell(to, each, book, object);
    }
  }
  fg_tell_end_object(to);
}
