/* Between the first command of a run and its end the newest commands are in the log beside the ledger alone. The ledger
   itself says so: a copy that was made without its log, or whose log was deleted, is known by it. */
#include "system.h"

#include "ledger.h"

/* Whether the last run began and did not end. */
static int is_running(sqlite3 *database, bool *running) {
  sqlite3_stmt *statement = NULL;
  bool found = false;
  int result = fg_event_latest(database, "'begun', 'ended'", &statement, &found);
  *running = found && fg_string_is(fg_column_text(statement, 0), "begun");
  sqlite3_finalize(statement);
  return result;
}

fg_status fg_runs_check(fg_store *store, fg_error *error) {
  bool running = false;
  int result = is_running(store->database, &running);
  if (result != SQLITE_OK) {
    return fg_store_fault(store, result, error);
  }
  return running && !store->log_was_there
             ? fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: its log, %s-wal, is missing, with the newest commands",
                       store->path, fg_store_name(store))
             : FG_OK;
}

/* The event is put in its place at once: in the log it would be lost with the log. */
int fg_runs_begin(fg_store *store, fg_time at) {
  bool running = false;
  if (store->is_run_begun) {
    return SQLITE_OK;
  }
  int result = is_running(store->database, &running);
  if (result == SQLITE_OK && !running) {
    result = fg_event_add(store->database, "begun", at, NULL);
    result = result == SQLITE_OK
                 ? sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL)
                 : result;
  }
  store->is_run_begun = result == SQLITE_OK;
  return result;
}

/* The last handle, which then empties the log and removes it. */
void fg_runs_end(fg_store *store, fg_time at) {
  bool running = false;
  if (fg_lock_is_alone(&store->lock)) {
    int result = is_running(store->database, &running);
    result = result == SQLITE_OK && running ? fg_event_add(store->database, "ended", at, NULL) : result;
    store->keeps_log = result != SQLITE_OK;
  }
}
