/* Refuses a name that is not among those that there are: the message says which these are, and which of them is the
   most similar one. */
#ifndef FG_KNOWN_NAMES_H
#define FG_KNOWN_NAMES_H

#include "status.h"

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
/* Refuses the name in the words of `none`, such as "there is no field of this name here". At least one name was
   added. */
fg_status fg_known_names_tell(const fg_known_names *names, fg_status status, const char *path, const char *none,
                              fg_error *error);

#endif
