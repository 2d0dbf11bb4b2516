/* Look-ups of commands that memory no longer has, in the ledger's file. */
#ifndef FG_STORE_ARCHIVE_H
#define FG_STORE_ARCHIVE_H

#include "../state/past.h"

struct fg_ledger;

/* Finds what an id was used for (fg_archive). */
fg_status fg_archive_find(void *ledger, fg_string id, fg_past *past);
/* Answers the status of a command that may have looked something up. Where the look-up failed, the core knows the
   status alone; this fills in the message. */
fg_status fg_archive_tell(const struct fg_ledger *ledger, fg_status status, fg_error *error);

#endif
