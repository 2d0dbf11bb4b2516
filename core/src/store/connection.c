#include "connection.h"

#include "fault.h"

/* The function that the triggers of a ledger call. Other programs do not have it, so they can read a ledger but not
   write to it. */
static void answer_yes(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  (void)values;
  sqlite3_result_int(context, 1);
}

/* Sets options that keep a crafted file from making SQLite run what it contains, or read beyond it. */
static void distrust(sqlite3 *database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_exec(database, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1 << 28);
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 1 << 14);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(database, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
}

enum { STEPS = 100 }; ///< of SQLite's machine, between which nobody is asked: some rows

fg_status fg_connection_open(fg_vfs *vfs, const char *file, const char *path, int flags, sqlite3 **database,
                             fg_error *error) {
  int result = fg_vfs_register(vfs);
  if (result == SQLITE_OK) {
    vfs->is_for_reading = (flags & SQLITE_OPEN_READONLY) != 0;
    vfs->phase = (flags & SQLITE_OPEN_CREATE) != 0 ? FG_VFS_CREATES : FG_VFS_READS;
    result = sqlite3_open_v2(file, database, flags | SQLITE_OPEN_NOMUTEX, vfs->name);
  }
  if (result == SQLITE_OK) {
    distrust(*database);
    sqlite3_progress_handler(*database, STEPS, vfs->watch == NULL ? NULL : fg_vfs_is_over, vfs);
    sqlite3_extended_result_codes(*database, 1);
    result = sqlite3_create_function(*database, "faregate_writes", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, answer_yes,
                                     NULL, NULL);
  }
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(*database, result, path, error);
}

fg_status fg_store_execute(sqlite3 *database, const char *path, const char *statements, fg_error *error) {
  int result = sqlite3_exec(database, statements, NULL, NULL, NULL);
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(database, result, path, error);
}
