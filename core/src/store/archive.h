/* Looks up commands that memory has dropped in the ledger's file. */
#ifndef FG_STORE_ARCHIVE_H
#define FG_STORE_ARCHIVE_H

#include "../state/past.h"

struct fg_ledger;

/* Finds the command that an id was used for, as an fg_archive does. */
fg_status fg_archive_find(void *ledger, fg_string id, fg_past *past);
/* Returns the status of a command that may have looked something up. If the look-up failed, the core knows only the
   status; this function fills in the message. */
fg_status fg_archive_tell(const struct fg_ledger *ledger, fg_status status, fg_error *error);

#endif
