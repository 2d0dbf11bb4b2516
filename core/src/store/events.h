/* What happened to a file, beside the commands in it: its runs (runs.c) began and ended, and so on. */
#ifndef FG_STORE_EVENTS_H
#define FG_STORE_EVENTS_H

#include <sqlite3.h>

#include "../base/civil.h"

/* `detail` may be NULL. Answers a result of SQLite, as the next one does. */
int fg_event_add(sqlite3 *database, const char *event, fg_time at, const char *detail);
/* The latest event that is one of `words`, a list like "'begun', 'ended'". The caller finalizes `*statement`; text is
   borrowed from it, its columns are event, detail and at, and it stands at a row exactly where `*found`. */
int fg_event_latest(sqlite3 *database, const char *words, sqlite3_stmt **statement, bool *found);

#endif
