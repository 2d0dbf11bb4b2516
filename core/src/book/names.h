/* Refuses a name that a book does not have: the message says which names there are, and which of them is the most
   similar one. */
#ifndef FG_NAMES_H
#define FG_NAMES_H

#include "book.h"

/* The names of one kind that there are, collected one by one. */
typedef struct fg_known_names {
  fg_string given;
  char list[sizeof((fg_error *)NULL)->message]; ///< as many names as a message has room for
  size_t used, count;
  fg_string nearest;
  size_t distance; ///< edits between `given` and `nearest`
} fg_known_names;

static inline fg_known_names fg_known_names_for(fg_string given) { return (fg_known_names){.given = given}; }
void fg_known_names_add(fg_known_names *names, fg_string name);
/* Refuses the name. `of` says what it should be a name of, such as "product"; NULL if the path ends in the name and
   says so. */
fg_status fg_known_names_refuse(const fg_known_names *names, fg_status status, const char *path, const char *of,
                                fg_error *error);

/* FG_UNKNOWN_PRODUCT, FG_UNKNOWN_PACK and FG_UNKNOWN_METER, at a path. */
fg_status fg_no_such_product(const fg_book *book, fg_string given, const char *path, fg_error *error);
/* `of_usage`: packs of materials are not meant. */
fg_status fg_no_such_pack(const fg_product *product, fg_string given, bool of_usage, const char *path, fg_error *error);
fg_status fg_no_such_meter(const fg_book *book, const fg_product *product, fg_string given, const char *path,
                           fg_error *error);

#endif
