/* The runs of a ledger: each lasts from the first command that a handle writes until the last handle closes. */
#ifndef FG_STORE_RUNS_H
#define FG_STORE_RUNS_H

#include "store.h"

/* FG_LEDGER_CORRUPT if a run has not ended and its log is gone, or if the log lacks something that was in it. */
fg_status fg_runs_check(fg_store *store, fg_error *error);
/* Notes that a run begins, before the first command that a handle writes. Returns a result of SQLite. */
int fg_runs_begin(fg_store *store, fg_time at);
/* Ends the run when the last handle closes, inside the lock: moves the log's content into the database and removes the
   log, so that a ledger that nobody has open is one file. If this fails, the log stays for the next handle. A store
   that was not accepted for writing is left as it is. */
void fg_runs_end(fg_store *store, fg_time at);

#endif
