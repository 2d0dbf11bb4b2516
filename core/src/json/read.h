/* JSON documents: they are parsed with the place of every fault. The functions that read their values are shared by all
   kinds of documents. */
#ifndef FG_JSON_READ_H
#define FG_JSON_READ_H

#include "../base/status.h"
#include "../base/tell.h"
#include "../base/watch.h"

typedef enum fg_json_kind {
  FG_JSON_NULL,
  FG_JSON_BOOLEAN,
  FG_JSON_INTEGER,
  FG_JSON_REAL, ///< a number with a fraction or exponent, whose value is not kept, because no field takes one
  FG_JSON_STRING,
  FG_JSON_LIST,
  FG_JSON_OBJECT
} fg_json_kind;

typedef struct fg_json fg_json;
typedef struct fg_json_member fg_json_member;

/* A value of a document, which nobody changes once it is read. Elements and members are in the order of the
   document. */
struct fg_json {
  fg_json_kind kind;
  uint32_t offset;     ///< byte of the text at which it begins; UINT32_MAX if that is more
  const fg_json *next; ///< the next element, if this one is in a list
  union {
    bool boolean;
    int64_t integer;
    fg_string string; ///< UTF-8 without a character 0, and with a final 0
    struct {
      const fg_json *first;
      size_t count;
    } list;
    struct {
      const fg_json_member *first;
      size_t count;
    } object;
  } is;
};

struct fg_json_member {
  /* UTF-8 without a character 0, and with a final 0; no other member of the object has the same key. */
  const char *key;
  const fg_json_member *next;
  fg_json value;
};

/* A document, and the memory of all its values: at most 20 bytes for each byte of the text, and 8 KiB. */
typedef struct fg_json_document {
  fg_json root;
  fg_arena arena;
  fg_allocator allocator;
} fg_json_document;

/* Parses a document whose root is any kind of value. The caller releases the document, and may also release one that
   was refused. FG_INVALID, with line and column in the message and the path of the place, if the text is no JSON, has a
   key twice, invalid UTF-8, the character \u0000 or an integer beyond 64 bits, or is nested deeper than 64;
   FG_NO_MEMORY. A byte order mark before the text is passed, as RFC 8259 allows. The document does not point into the
   text. */
fg_status fg_json_parse(fg_string text, const fg_allocator *allocator, fg_json_document *document, fg_error *error);
void fg_json_release(fg_json_document *document); ///< a document that is all zero is empty

/* Parses as fg_json_parse does, and also ends early with FG_WATCH_OVER. `watch` may be NULL. */
fg_status fg_json_parse_watched(fg_string text, const fg_allocator *allocator, fg_watch *watch,
                                fg_json_document *document, fg_error *error);

/* Parses as fg_json_parse_watched does, for a caller that tells line and column itself: the message of a fault is
   without them, and `*offset` becomes the byte of the text where the fault is. */
fg_status fg_json_parse_until(fg_string text, const fg_allocator *allocator, fg_watch *watch,
                              fg_json_document *document, size_t *offset, fg_error *error);

/* A place in a text as people count it, from 1 on, in columns of characters. fg_json_place_move moves it from byte
   `from` to byte `to`, which is not before it. */
typedef struct fg_json_place {
  int64_t line, column;
} fg_json_place;
void fg_json_place_move(fg_json_place *place, fg_string text, size_t from, size_t to);

/* Whether a value contains a number with a fraction or exponent, whose value is not kept. */
bool fg_json_has_real(const fg_json *value);
/* Copies a value to memory of another arena; false when memory is short. */
bool fg_json_copy(const fg_json *value, fg_arena *arena, const fg_allocator *allocator, fg_json *copy);
/* Whether two values are the same: lists in their order, objects in any. No number in them has a fraction or
   exponent. */
bool fg_json_equal(const fg_json *a, const fg_json *b);
/* Tells a value that contains no number with a fraction or exponent. */
void fg_json_tell(fg_teller *to, const char *key, const fg_json *value);

/* Follows a path of an error such as "packs[1].price" from a value on; answers the last value on the way that
   exists. */
const fg_json *fg_json_follow(const fg_json *value, const char *path);

/* Whether there is a value, and it is of this kind. */
static inline bool fg_json_is(const fg_json *value, fg_json_kind kind) { return value != NULL && value->kind == kind; }
/* How many elements a list has; 0 for any other value. */
static inline size_t fg_json_length(const fg_json *value) {
  return fg_json_is(value, FG_JSON_LIST) ? value->is.list.count : 0;
}
/* A string, whose bytes the document owns; text is NULL for any other value. */
static inline fg_string fg_json_string(const fg_json *value) {
  return fg_json_is(value, FG_JSON_STRING) ? value->is.string : (fg_string){NULL, 0};
}
/* The value of a member of an object; NULL if there is none, or if `object` is no object. Members are searched one
   after another, because a reader asks only for the few fields that it knows. */
const fg_json *fg_json_get(const fg_json *object, const char *key);

/* Walk through the elements of a list or the members of an object, as the head of a `for`; any other value has none. */
static inline const fg_json *fg_json_first(const fg_json *list) {
  return fg_json_is(list, FG_JSON_LIST) ? list->is.list.first : NULL;
}
static inline const fg_json_member *fg_json_first_member(const fg_json *object) {
  return fg_json_is(object, FG_JSON_OBJECT) ? object->is.object.first : NULL;
}
#define FG_EACH_ELEMENT(of, each)                                                                                      \
  const fg_json *each = fg_json_first(of);                                                                             \
  each != NULL;                                                                                                        \
  each = each->next
#define FG_EACH_MEMBER(of, each)                                                                                       \
  const fg_json_member *each = fg_json_first_member(of);                                                               \
  each != NULL;                                                                                                        \
  each = each->next

/* Checks that a value is an object. FG_INVALID. */
fg_status fg_json_object(const fg_json *value, fg_error *error);

/* Tells that an object has no field of this name. FG_INVALID. */
fg_status fg_json_unknown_field(fg_error *error, const char *key);

/* Checks that a value is an object which has no fields but these; the list ends in NULL. FG_INVALID. */
fg_status fg_json_fields(const fg_json *value, const char *const *fields, fg_error *error);

/* Finds a required field. FG_INVALID with its name if it is missing. */
fg_status fg_json_require(const fg_json *object, const char *key, const fg_json **value, fg_error *error);

/* Reads an integer from `low` to `high`; `low` is at least 0. FG_INVALID with an empty path, to which fg_within
   adds. */
fg_status fg_json_integer(const fg_json *value, int64_t low, int64_t high, int64_t *integer, fg_error *error);

/* Reads an integer as fg_json_integer does, or as a string of its digits, because in some languages numbers are exact
   only up to 2^53. */
fg_status fg_json_units(const fg_json *value, int64_t low, int64_t high, int64_t *units, fg_error *error);

/* Reads a string, whose bytes the document owns. If the value is no string, text is NULL. FG_INVALID. */
fg_status fg_json_text(const fg_json *value, fg_string *text, fg_error *error);

/* What kind a value is of, for messages: "a string". */
const char *fg_json_kind_name(const fg_json *value);

/* Tells that a value of this kind is not allowed at a path. FG_INVALID. */
fg_status fg_json_not_allowed(fg_error *error, const char *path, const fg_json *value);

#endif
