/* The commands that memory no longer has. */
#ifndef FG_STORE_ARCHIVE_H
#define FG_STORE_ARCHIVE_H

#include "../state/state.h"

/* What has an id that memory no longer has, from the file. */
const fg_past *fg_ledger_find(void *ledger, fg_string id);

#endif
