/* Between the first command of a run and its end the newest commands are in the log beside the ledger alone. The ledger
   itself says so: a copy that was made without its log, or whose log was deleted, is known by it. */
#include "system.h"

#include "ledger.h"

/* Whether the last run began and did not end. */
static int is_running(sqlite3 *database, bool *running) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(database, "SELECT event FROM runs ORDER BY seq DESC LIMIT 1", -1, &statement, NULL);
  result = result == SQLITE_OK ? sqlite3_step(statement) : result;
  *running = result == SQLITE_ROW && fg_string_is(fg_column_text(statement, 0), "begun");
  sqlite3_finalize(statement);
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static int add_event(sqlite3 *database, const char *event, fg_time at) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(database, "INSERT INTO runs (at, event) VALUES (?, ?)", -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_int64(statement, 1, at);
    sqlite3_bind_text(statement, 2, event, -1, SQLITE_STATIC);
    result = sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
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
    result = add_event(store->database, "begun", at);
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
    result = result == SQLITE_OK && running ? add_event(store->database, "ended", at) : result;
    store->keeps_log = result != SQLITE_OK;
  }
}
