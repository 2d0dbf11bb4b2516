/* A run is the time from the first command that a handle writes until the last handle closes. During it, the newest
   commands are only in the log beside the ledger. The ledger notes that a run has begun, so that a copy without the
   log, or a log that was deleted, is found out. The log is removed only here, after the end of the run is noted. */
#include "runs.h"

#include <stdio.h>

#include "events.h"
#include "tables.h"

/* Reads whether the last run has not ended, and whether its commands were acknowledged before they were synced. */
static int read_run(sqlite3 *database, bool *is_running, bool *is_grouped) {
  sqlite3_stmt *statement = NULL;
  bool found = false;
  int result = fg_event_latest(database, "'begun', 'grouped', 'ended'", &statement, &found);
  fg_string event = found ? fg_column_text(statement, 0) : (fg_string){NULL, 0};
  *is_grouped = found && fg_string_is(event, "grouped");
  *is_running = *is_grouped || (found && fg_string_is(event, "begun"));
  sqlite3_finalize(statement);
  return result;
}

static fg_status tell_log(const fg_store *store, const char *what, fg_error *error) {
  return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: its log, %s-wal, %s", store->path, fg_store_name(store), what);
}

/* Every transaction that another one follows was synced, unless the run was grouped: then a power failure may leave
   gaps between transactions. In that case, and for the end of the log, the mark says what was synced. */
fg_status fg_runs_check(fg_store *store, fg_error *error) {
  const fg_wal *log = &store->log;
  bool is_running = false;
  bool is_grouped = false;
  int result = read_run(store->database, &is_running, &is_grouped);
  if (result != SQLITE_OK) {
    return fg_store_fault(store, result, error);
  }
  if (is_running && !log->has_header) {
    return tell_log(store, log->is_there ? "is damaged at its beginning" : "is missing, with the newest commands",
                    error);
  }
  bool is_damaged = store->is_cut || (log->is_damaged && !is_grouped);
  if (is_damaged && log->bad_frame > 0) {
    char what[64];
    snprintf(what, sizeof what, "is damaged from byte %lld on",
             (long long)FG_WAL_HEADER + (long long)(log->bad_frame - 1) * FG_WAL_FRAME);
    return tell_log(store, what, error);
  }
  return is_damaged ? tell_log(store, "is cut off before its end, with the newest commands", error) : FG_OK;
}

/* The event is moved into the database at once, because in the log it would be lost with the log. */
int fg_runs_begin(fg_store *store, fg_time at) {
  bool is_running = false;
  bool is_grouped = false;
  if (store->is_run_begun) {
    return SQLITE_OK;
  }
  int result = read_run(store->database, &is_running, &is_grouped);
  bool is_new = store->is_grouped ? !is_grouped : !is_running;
  if (result == SQLITE_OK && is_new) {
    result = fg_event_add(store->database, store->is_grouped ? "grouped" : "begun", at, NULL);
  }
  if (result == SQLITE_OK) {
    int saved = fg_store_checkpoint(store, SQLITE_CHECKPOINT_PASSIVE);
    /* While the saver of another handle is at work the log cannot be saved here; that handle has begun the run. */
    result = saved == SQLITE_BUSY && !is_new ? SQLITE_OK : saved;
  }
  store->is_run_begun = result == SQLITE_OK;
  return result;
}

/* The log is emptied before it is removed. So a log that comes back after a power failure, or lies beside another name
   of the file, has no content. */
void fg_runs_end(fg_store *store, fg_time at) {
  bool is_running = false;
  bool is_grouped = false;
  if (store->vfs.phase != FG_VFS_WRITES || !fg_lock_is_alone(&store->lock)) {
    return;
  }
  int result = read_run(store->database, &is_running, &is_grouped);
  result = result == SQLITE_OK && is_running ? fg_event_add(store->database, "ended", at, NULL) : result;
  if (result == SQLITE_OK) {
    result = fg_store_checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE);
  }
  result = result == SQLITE_OK ? fg_vfs_sync_log(&store->vfs) : result;
  if (result == SQLITE_OK) {
    fg_store_clear_beside(store);
  }
}
