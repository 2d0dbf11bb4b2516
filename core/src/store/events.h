/* The events of a ledger's file besides its commands: its runs (runs.c) begin and end, and so on. */
#ifndef FG_STORE_EVENTS_H
#define FG_STORE_EVENTS_H

#include <sqlite3.h>

#include "../base/civil.h"

/* Adds an event; `detail` may be NULL. Returns a result of SQLite, as does the next function. */
int fg_event_add(sqlite3 *database, const char *event, fg_time at, const char *detail);
/* Finds the latest event that is one of `words`, a list like "'begun', 'ended'". If `*found`, the statement stands at a
   row with the columns event, detail and at; the event is never NULL. Texts are borrowed from the statement, which the
   caller finalizes. */
int fg_event_latest(sqlite3 *database, const char *words, sqlite3_stmt **statement, bool *found);

#endif
