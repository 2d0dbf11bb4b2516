/* JSON documents: parsing with the place of every fault, the values of a document, and the readers all documents
   share. */
#ifndef FG_JSON_READ_H
#define FG_JSON_READ_H

#include "../base/status.h"
#include "../base/tell.h"

typedef enum fg_json_kind {
  FG_JSON_NULL,
  FG_JSON_BOOLEAN,
  FG_JSON_INTEGER,
  FG_JSON_REAL, ///< a number with a fraction or exponent; its value is not kept, because no field takes one
  FG_JSON_STRING,
  FG_JSON_LIST,
  FG_JSON_OBJECT
} fg_json_kind;

typedef struct fg_json fg_json;
typedef struct fg_json_member fg_json_member;

/* A value of a document; nobody changes it once it is read. Elements and members stand in the order of the document. */
struct fg_json {
  fg_json_kind kind;
  uint32_t at;         ///< byte of the text that it begins with; UINT32_MAX where that is more
  const fg_json *next; ///< the element after this one, if it is one
  union {
    bool boolean;
    int64_t integer;
    fg_string string; ///< UTF-8 without a character 0, and a 0 behind it
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
  const char *key; ///< UTF-8 without a character 0, and a 0 behind it; no other member of the object has the same
  const fg_json_member *next;
  fg_json value;
};

/* A document and all memory that its values lie in: at most 20 bytes for each byte of the text, and 8 KiB. */
typedef struct fg_json_document {
  fg_json root;
  fg_arena arena;
  fg_allocator allocator;
} fg_json_document;

/* Parses a whole document, of any kind of value; the caller releases it, and may release one that was refused.
   FG_INVALID with line and column in the message and the path of the place for what is no JSON, has a key twice,
   invalid UTF-8, the character \u0000, an integer beyond 64 bits, or is nested deeper than 64; FG_NO_MEMORY. The
   document does not point into the text. */
fg_status fg_json_parse(fg_string text, const fg_allocator *allocator, fg_json_document *document, fg_error *error);
void fg_json_release(fg_json_document *document); ///< one that is all zero is empty

/* The same for one who tells line and column himself: the message of a fault is without them, and `*at` the byte of the
   text where it is. */
fg_status fg_json_parse_until(fg_string text, const fg_allocator *allocator, fg_json_document *document, size_t *at,
                              fg_error *error);

/* A place for people, from 1 on: columns count characters. fg_json_place_move goes from a place at byte `from` on to
   the byte `to`, which is not before it. */
typedef struct fg_json_place {
  int64_t line, column;
} fg_json_place;
void fg_json_place_move(fg_json_place *place, fg_string text, size_t from, size_t to);

/* Whether a number with a fraction or exponent, of which the value is not kept, is anywhere in a value. */
bool fg_json_has_real(const fg_json *value);
/* A copy whose memory is of another arena; false where memory is short. */
bool fg_json_copy(const fg_json *value, fg_arena *arena, const fg_allocator *allocator, fg_json *copy);
/* Tells a value that has no such number. */
void fg_json_tell(fg_teller *to, const char *key, const fg_json *value);

/* What a path of an error leads to, "packs[1].price", from a value on; the last value on its way that is there. */
const fg_json *fg_json_follow(const fg_json *value, const char *path);

/* Whether there is a value and it is of this kind. */
static inline bool fg_json_is(const fg_json *value, fg_json_kind kind) { return value != NULL && value->kind == kind; }
/* How many elements a list has, 0 for anything else. */
static inline size_t fg_json_length(const fg_json *value) {
  return fg_json_is(value, FG_JSON_LIST) ? value->is.list.count : 0;
}
/* A string, borrowed from the document; text NULL for anything else. */
static inline fg_string fg_json_string(const fg_json *value) {
  return fg_json_is(value, FG_JSON_STRING) ? value->is.string : (fg_string){NULL, 0};
}
/* The value of a member; NULL where there is none, or no object. It looks at one member after the other: a reader asks
   for the few fields it knows, however many the document has. */
const fg_json *fg_json_get(const fg_json *object, const char *key);

/* The elements of a list and the members of an object, for the head of a `for`; none of anything else. */
static inline const fg_json *fg_json_first(const fg_json *list) {
  return fg_json_is(list, FG_JSON_LIST) ? list->is.list.first : NULL;
}
static inline const fg_json_member *fg_json_first_member(const fg_json *object) {
  return fg_json_is(object, FG_JSON_OBJECT) ? object->is.object.first : NULL;
}
#define FG_EACH_ELEMENT(of, at)                                                                                        \
  const fg_json *at = fg_json_first(of);                                                                               \
  at != NULL;                                                                                                          \
  at = at->next
#define FG_EACH_MEMBER(of, at)                                                                                         \
  const fg_json_member *at = fg_json_first_member(of);                                                                 \
  at != NULL;                                                                                                          \
  at = at->next

/* Checks that a value is an object. */
fg_status fg_json_object(const fg_json *value, fg_error *error);

/* FG_INVALID: an object has no field of this name. */
fg_status fg_json_unknown_field(fg_error *error, const char *key);

/* Checks that a value is an object with no fields but these (a list that ends in NULL). */
fg_status fg_json_fields(const fg_json *value, const char *const *fields, fg_error *error);

/* A field, required: FG_INVALID naming it if it is missing. */
fg_status fg_json_require(const fg_json *object, const char *key, const fg_json **value, fg_error *error);

/* An integer from `low` to `high`, 0 or more; no boolean, no real. The path of a fault is empty: fg_within adds it. */
fg_status fg_json_integer(const fg_json *value, int64_t low, int64_t high, int64_t *integer, fg_error *error);

/* The same, also as a string of its digits, because numbers of some languages are exact up to 2^53 only. */
fg_status fg_json_units(const fg_json *value, int64_t low, int64_t high, int64_t *units, fg_error *error);

/* A string, borrowed from the document; text NULL where it is none. */
fg_status fg_json_text(const fg_json *value, fg_string *text, fg_error *error);

/* What a value is, for messages: "a string". */
const char *fg_json_kind_name(const fg_json *value);

/* FG_INVALID: a value of this kind cannot stand here. */
fg_status fg_json_not_allowed(fg_error *error, const char *path, const fg_json *value);

#endif
