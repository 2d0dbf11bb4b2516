/* Where a ledger's file is. It may be reached by many names; the one that symbolic links lead to is found once, so that
   handles by different names meet, and what belongs beside the file is found also after a change of directory. */
#ifndef FG_STORE_PLACE_H
#define FG_STORE_PLACE_H

#include "../base/status.h"

enum { FG_PLACE_MAX = 512 }; ///< bytes of a path as in SQLite, with the suffix of a file beside it and a final 0

typedef struct fg_place {
  char file[FG_PLACE_MAX]; ///< absolute, without symbolic links
} fg_place;

/* Resolves a path, of which only the last part may be missing. FG_INVALID if it is empty or too long,
   FG_LEDGER_NO_DIRECTORY, FG_LEDGER_MISSING for a symbolic link to nothing. */
fg_status fg_place_resolve(const char *path, fg_place *place, fg_error *error);

/* The path of a file beside it, as "-wal". */
void fg_place_beside(const fg_place *place, const char *suffix, char name[FG_PLACE_MAX]);
/* The directory that it is in, with the separator at its end. */
void fg_place_directory(const fg_place *place, char name[FG_PLACE_MAX]);
/* The last part of the path. */
const char *fg_place_name(const fg_place *place);

/* A number for the name in its directory, at least 0 and below 2^40: two mounts of one file have different ones.
   Answers an errno or 0. */
int fg_place_number(const fg_place *place, int64_t *number);

#endif
