/* Where a ledger's file is. A file may have many paths; the one without symbolic links is found once, so that handles
   with different paths meet, and the files beside it are still found when the current directory changes. */
#ifndef FG_STORE_PLACE_H
#define FG_STORE_PLACE_H

#include "../base/status.h"

enum { FG_PLACE_MAX = 512 }; ///< bytes of a path as SQLite allows, with the suffix of a file beside it and a final 0

typedef struct fg_place {
  char file[FG_PLACE_MAX]; ///< absolute, without symbolic links
} fg_place;

/* Resolves a path; only its last part may not exist. FG_INVALID if it is empty or too long, FG_LEDGER_NO_DIRECTORY,
   FG_LEDGER_MISSING for a symbolic link to nothing. */
fg_status fg_place_resolve(const char *path, fg_place *place, fg_error *error);

/* The path of a file beside the ledger, with a suffix such as "-wal". */
void fg_place_beside(const fg_place *place, const char *suffix, char name[FG_PLACE_MAX]);
/* The directory of the ledger's file, with a separator at its end. */
void fg_place_directory(const fg_place *place, char name[FG_PLACE_MAX]);
/* The last part of the path. */
const char *fg_place_name(const fg_place *place);

/* Computes a number for the file's name in its directory, at least 0 and below 2^40. Two mounts of one file have
   different numbers. Returns 0 or an errno. */
int fg_place_number(const fg_place *place, int64_t *number);

#endif
