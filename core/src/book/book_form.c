/* Reads and tells objects of any form, key by key. */
#include "book_keys.h"

#include "../json/write.h"

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

fg_status fg_fault_at(const fg_book_reader *reader, const fg_book_key *key, const void *place, size_t size,
                      fg_status status) {
  if (status != FG_INVALID || reader->faults == NULL) {
    return status;
  }
  if (key != NULL) {
    fg_error_prefix(reader->error, "%s", key->name);
  }
  const fg_json *value = fg_json_follow(reader->value, reader->error->path);
  for (const fg_book_reader *at = reader; at->around != NULL; at = at->around) {
    if (at->item != FG_NONE) {
      fg_error_prefix(reader->error, "[%lld]", (long long)at->item);
    }
    fg_error_prefix(reader->error, "%s", at->key->name);
  }
  fg_book_fault fault = {.offset = value->offset, .place = place, .size = size};
  return fg_book_faults_add(reader->faults, fault, reader->error);
}

static bool has_key(const fg_book_form *form, const char *name) {
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    if (key->name == NULL ? has_key(key->of, name) : strcmp(key->name, name) == 0) {
      return true;
    }
  }
  return false;
}

/* Looks for the key whose first letters agree with a name in more than `*most` places. */
static void find_resembling(const fg_book_form *form, const char *name, size_t *most, const char **found) {
  for (size_t i = 0; i < form->key_count; i++) {
    const char *key = form->keys[i].name;
    size_t alike = 0;
    if (key == NULL) {
      find_resembling(form->keys[i].of, name, most, found);
      continue;
    }
    while (key[alike] != '\0' && key[alike] == name[alike]) {
      alike++;
    }
    *found = alike > *most ? key : *found;
    *most = alike > *most ? alike : *most;
  }
}

/* Refuses a key that the form does not have, and suggests the most similar one if at least three letters agree. */
static fg_status unknown_key(const fg_book_form *form, const char *name, fg_error *error) {
  const char *meant = NULL;
  size_t most = 2;
  find_resembling(form, name, &most, &meant);
  return meant == NULL
             ? fg_json_unknown_field(error, name)
             : fg_fail(error, FG_INVALID, name, "there is no field of this name here; is \"%s\" meant?", meant);
}

/* Refuses all keys that the form does not have. This comes before any other fault of the object. */
static fg_status refuse_others(const fg_book_reader *reader, const fg_book_form *form) {
  for (FG_EACH_MEMBER(reader->value, member)) {
    if (!has_key(form, member->key)) {
      FG_TRY(fg_fault_of(reader, unknown_key(form, member->key, reader->error)));
    }
  }
  return FG_OK;
}

void fg_key_set_default(const fg_book_key *key, void *object) {
  if (key->text != NULL) {
    *(fg_string *)fg_key_place(key, object) = fg_string_of(key->text);
  } else if (key->number != 0) {
    fg_key_set_number(key, object, key->number);
  }
}

/* Refuses a key that does not belong to this object, because its value would be ignored. The object's first key decides
   which keys belong. */
static fg_status refuse_key(const fg_book_form *form, const void *object, fg_error *error) {
  const fg_book_key *first = &form->keys[0];
  return fg_fail(error, FG_INVALID, "", "there is no such field where \"%s\" is \"%s\"", first->name,
                 first->words[fg_key_number(first, object)]);
}

bool fg_key_is_of_format(const fg_book_key *key, const fg_book *book) {
  int version = book->format + 1;
  return key->since <= version && (key->until == 0 || version <= key->until);
}

/* Whether the members were read that decide if an object has a key: the book's format, and the object's first key. */
static bool is_decided(const fg_book_reader *reader, const fg_book_form *form, const fg_book_key *key,
                       const void *object) {
  bool is_of_all = key->since == 0 && key->until == 0 && key->required_until == 0;
  return (is_of_all || fg_is_read(reader, &reader->book->whole->format)) &&
         (key->belongs == NULL || fg_is_read(reader, fg_key_value(&form->keys[0], object)));
}

/* Reads the value of a key if it is there. Where the member was not read that decides whether the key belongs to the
   object, the key is read all the same, because its own faults do not depend on that member. */
static fg_status read_key(const fg_book_reader *reader, const fg_book_form *form, const fg_book_key *key,
                          const fg_json *value, void *object) {
  bool decided = is_decided(reader, form, key, object);
  bool of_format = !decided || fg_key_is_of_format(key, reader->book);
  bool belongs = of_format && (!decided || key->belongs == NULL || key->belongs(object));
  if (value != NULL && !of_format) {
    return fg_fail(reader->error, FG_INVALID, "", "there is no such field in a book of format \"faregate-book/%d\"",
                   reader->book->format + 1);
  }
  if (value != NULL && !belongs) {
    return refuse_key(form, object, reader->error);
  }
  bool is_required = key->required || reader->book->whole->format < key->required_until;
  if (value == NULL && belongs && decided && is_required) {
    return fg_fail(reader->error, FG_INVALID, "", "missing");
  }
  if (value == NULL || (!is_required && fg_json_is(value, FG_JSON_NULL))) {
    fg_key_set_default(key, object);
    return FG_OK;
  }
  return key->kind->read(reader, key, value, object);
}

/* Reads the keys of a form that another form includes, or refuses them all where this object does not have them. */
static fg_status read_included(const fg_book_reader *reader, const fg_book_key *include, void *object) {
  const fg_book_form *form = include->of;
  bool decided = fg_is_read(reader, fg_key_value(include, object));
  bool belongs = !decided || include->belongs == NULL || include->belongs(object);
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    const fg_json *value = fg_json_get(reader->value, key->name);
    bool is_read = belongs && (decided || value != NULL);
    fg_status status = is_read ? read_key(reader, form, key, value, object) : FG_OK;
    if (!belongs && value != NULL) {
      status = fg_fail(reader->error, FG_INVALID, "",
                       "there is no such field in a book that has editions: each has its own");
    }
    status = fg_fault_at(reader, key, fg_key_value(key, object), key->size, status);
    FG_TRY(fg_within(reader->error, status, "%s", key->name));
  }
  return belongs && form->check != NULL ? form->check(reader, object) : FG_OK;
}

static fg_status read_object(const fg_book_reader *reader, const fg_book_form *form, void *object) {
  FG_TRY(refuse_others(reader, form));
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    if (key->name == NULL) {
      FG_TRY(read_included(reader, key, object));
      continue;
    }
    fg_status status = read_key(reader, form, key, fg_json_get(reader->value, key->name), object);
    status = fg_fault_at(reader, key, fg_key_value(key, object), key->size, status);
    FG_TRY(fg_within(reader->error, status, "%s", key->name));
  }
  return form->check == NULL ? FG_OK : form->check(reader, object);
}

fg_status fg_form_read(const fg_book_reader *around, const fg_book_key *key, int64_t item, const fg_json *value,
                       void *object) {
  FG_TRY(fg_json_object(value, around->error));
  fg_book_reader reader = {around->book, around->error, around->faults, value, around, key, item};
  return read_object(&reader, key->of, object);
}

fg_status fg_form_read_edition(const fg_book_reader *around, const fg_book_key *key, int64_t item, const fg_json *value,
                               fg_book *edition) {
  FG_TRY(fg_json_object(value, around->error));
  fg_book_reader reader = {edition, around->error, around->faults, value, around, key, item};
  return read_object(&reader, key->of, edition);
}

fg_status fg_form_read_book(fg_book *book, const fg_json *value, fg_book_faults *faults, fg_error *error) {
  fg_book_reader reader = {book, error, faults, value, NULL, NULL, FG_NONE};
  fg_status status = fg_json_object(value, error);
  return status == FG_OK ? read_object(&reader, fg_book_form_of_book(), book) : fg_fault_of(&reader, status);
}

static void tell_key(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  bool is_there = to->rating_only ? !key->for_people : fg_key_is_of_format(key, book);
  if (is_there && (key->belongs == NULL || key->belongs(object))) {
    key->kind->tell(to, key, book, object);
  }
}

static void tell_keys(fg_teller *to, const fg_book_form *form, const fg_book *book, const void *object) {
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    if (key->name != NULL) {
      tell_key(to, key, book, object);
    } else if (key->belongs == NULL || key->belongs(object)) {
      tell_keys(to, key->of, book, object);
    }
  }
}

void fg_form_tell(fg_teller *to, const char *key, const fg_book_form *form, const fg_book *book, const void *object) {
  fg_tell_begin_object(to, key);
  tell_keys(to, form, book, object);
  fg_tell_end_object(to);
}

static fg_status write_key_value(const fg_book_key *key, const fg_book *book, const void *object, fg_text *text) {
  fg_json_writer writer = {.text = text};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_object(&to, NULL);
  key->kind->tell(&to, key, book, object);
  fg_tell_end_object(&to);
  return writer.status;
}

/* Whether two texts are one JSON value. */
static fg_status is_same_json(const fg_text texts[2], const fg_allocator *allocator, bool *same) {
  fg_json_document documents[2] = {0};
  fg_status status = FG_OK;
  for (int i = 0; i < 2 && status == FG_OK; i++) {
    status = fg_json_parse((fg_string){texts[i].text, texts[i].length}, allocator, &documents[i], NULL);
  }
  *same = status == FG_OK && fg_json_equal(&documents[0].root, &documents[1].root);
  fg_json_release(&documents[0]);
  fg_json_release(&documents[1]);
  return status;
}

/* Texts that differ are read, because an object that a book gave its keys, such as "sources", is told in the order in
   which they stood there, which says nothing. */
fg_status fg_key_is_same(const fg_book_key *key, const fg_book *a_book, const void *a, const fg_book *b_book,
                         const void *b, bool *same) {
  fg_text texts[2] = {{.allocator = a_book->allocator}, {.allocator = a_book->allocator}};
  fg_status status = write_key_value(key, a_book, a, &texts[0]);
  status = status == FG_OK ? write_key_value(key, b_book, b, &texts[1]) : status;
  *same = status == FG_OK &&
          fg_string_equal((fg_string){texts[0].text, texts[0].length}, (fg_string){texts[1].text, texts[1].length});
  if (status == FG_OK && !*same) {
    status = is_same_json(texts, &a_book->allocator, same);
  }
  fg_text_release(&texts[0]);
  fg_text_release(&texts[1]);
  return status;
}
