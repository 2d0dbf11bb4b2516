/* JSON documents: parsing with the place of every fault, and the readers all documents share. */
#ifndef FG_JSON_READ_H
#define FG_JSON_READ_H

#include <jansson.h>

#include "../base/status.h"

/* Parses a whole document, of any kind of value; the caller owns `*root`. FG_INVALID with line and column in the
   message and the path of the place for what is no JSON, has a key twice, invalid UTF-8, the character \u0000, an
   integer beyond 64 bits, or is nested deeper than 64; FG_NO_MEMORY. A real keeps its kind and loses its value. */
fg_status fg_json_parse(const char *text, size_t length, json_t **root, fg_error *error);

/* Answers `status`; puts a prefix before the path of a fault in the document, "packs[2]". */
fg_status fg_within(fg_error *error, fg_status status, const char *format, ...) FG_PRINTF(3, 4);

/* Checks that a value is an object with no fields but these (a list that ends in NULL). */
fg_status fg_json_fields(const json_t *value, const char *const *fields, fg_error *error);

/* A field, required: FG_INVALID naming it if it is missing. */
fg_status fg_json_require(const json_t *object, const char *key, const json_t **value, fg_error *error);

/* An integer from `low` to `high`, 0 or more; no boolean, no real. The path of a fault is empty: fg_within adds it. */
fg_status fg_json_integer(const json_t *value, int64_t low, int64_t high, int64_t *integer, fg_error *error);

/* The same, also as a string of its digits: tables of other languages hold no integers beyond 2^53. */
fg_status fg_json_units(const json_t *value, int64_t low, int64_t high, int64_t *units, fg_error *error);

/* A string, borrowed from the document. */
fg_status fg_json_text(const json_t *value, fg_string *text, fg_error *error);

/* What a value is, for messages: "a string". */
const char *fg_json_kind(const json_t *value);

/* FG_INVALID: a value of this kind cannot stand here. */
fg_status fg_json_not_allowed(fg_error *error, const char *path, const json_t *value);

/* The members of an object in the order of the document, for the head of a `for`: json_object_iter_key(at),
   json_object_iter_value(at). jansson's iterators want a pointer they could write through, and leave it alone. */
static inline json_t *fg_json_writable(const json_t *value) { return (json_t *)(uintptr_t)value; }
#define FG_EACH_MEMBER(object, at)                                                                                     \
  void *at = json_object_iter(fg_json_writable(object));                                                               \
  at != NULL;                                                                                                          \
  at = json_object_iter_next(fg_json_writable(object), at)

#endif
