#include "book_keys.h"

#include "price_model.h"

/* Which schedules have a key: IF(…) in book_keys.def. */
static bool has_tiers(const void *schedule) { return fg_price_model_of(schedule)->has_tiers; }
static bool has_one_price(const void *schedule) { return !has_tiers(schedule); }
static bool has_per(const void *schedule) { return fg_price_model_of(schedule)->per_units; }

/* clang-format off */
#define FORM(name, help) static const fg_book_key name##_keys[] = {
#define END(name, its_check)                                                                                           \
  };                                                                                                                   \
  static const fg_book_form name##_form = {name##_keys, sizeof name##_keys / sizeof *name##_keys, sizeof(THIS),        \
                                           its_check};
#define KEY(key, of_kind, member, ...)                                                                                 \
  {.name = key, .kind = &fg_kind_##of_kind, .offset = offsetof(THIS, member), .size = sizeof((THIS *)NULL)->member,    \
   __VA_ARGS__},
#define SOURCE() KEY("source", text, source, TEXT(""), HELP(""))
#define REQUIRED .required = true
#define RANGE(least, most) .low = least, .high = most
#define DEFAULT(value) .number = value
#define TEXT(value) .text = value
#define WORDS(...) .words = (const char *const[]){__VA_ARGS__, NULL}
#define MODELS .words = fg_price_model_words
#define LIST(member, form) .count_offset = offsetof(THIS, member), .of = &form##_form
#define OF(form) .of = &form##_form
#define IF(condition) .belongs = condition
#define HELP(text)
#include "book_keys.def"
/* clang-format on */
#undef FORM
#undef KEY
#undef SOURCE
#undef END
#undef REQUIRED
#undef RANGE
#undef DEFAULT
#undef TEXT
#undef WORDS
#undef MODELS
#undef LIST
#undef OF
#undef IF
#undef HELP

const fg_book_form *fg_book_form_of_book(void) { return &book_form; }

/* ----------------------------------------------------------------------------------------------------- reading */

/* No key that the form does not have: they are refused before any other fault is. */
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

/* A value where an object has no such key would be ignored. The first key of the object has decided that. */
static fg_status refuse_key(const fg_book_form *form, const fg_book_key *key, const void *object, fg_error *error) {
  const fg_book_key *first = &form->keys[0];
  return fg_fail(error, FG_INVALID, key->name, "there is no such field where \"%s\" is \"%s\"", first->name,
                 first->words[fg_key_number(first, object)]);
}

static fg_status read_key(const fg_book_reader *reader, const fg_book_form *form, const fg_book_key *key,
                          const fg_json *value, void *object) {
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
    if (each->belongs == NULL || each->belongs(object)) {
      each->kind->tell(to, each, book, object);
    }
  }
  fg_tell_end_object(to);
}
