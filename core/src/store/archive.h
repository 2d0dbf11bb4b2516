/* The commands that memory no longer has. */
#ifndef FG_STORE_ARCHIVE_H
#define FG_STORE_ARCHIVE_H

#include "../state/state.h"

struct fg_ledger;

/* What has an id that memory no longer has, from the file (fg_archive). */
fg_status fg_archive_find(void *ledger, fg_string id, fg_past *past);
/* What a command answered that may have looked: where that failed the core passes on the status, and here are its words. */
fg_status fg_archive_tell(const struct fg_ledger *ledger, fg_status status, fg_error *error);

#endif
