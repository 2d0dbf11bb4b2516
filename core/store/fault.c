#include "system.h"

#include "store.h"

fg_status fg_store_system_fault(int number, const char *path, fg_error *error) {
  switch (number) {
  case ENOMEM: return fg_refuse(error, FG_NO_MEMORY);
  case ENOSPC:
  case EDQUOT: return fg_fail(error, FG_LEDGER_FULL, "", "%s: the disk is full", path);
  case EACCES:
  case EPERM:
  case EROFS: return fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s: %s", path, strerror(number));
  case EISDIR: return fg_fail(error, FG_LEDGER_NOT_A_FILE, "", "%s is a directory", path);
  case EBUSY: return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is open in another program", path);
  case ETIMEDOUT: return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is held by another handle for too long", path);
  default: return fg_fail(error, FG_LEDGER_IO, "", "%s: %s", path, strerror(number));
  }
}

fg_status fg_store_sqlite_fault(sqlite3 *database, int result, const char *path, fg_error *error) {
  const char *message = database == NULL ? sqlite3_errstr(result) : sqlite3_errmsg(database);
  int number = database == NULL ? 0 : sqlite3_system_errno(database);
  if (number == ENOSPC || number == EDQUOT) { /* the log is extended by more than SQLite looks at */
    result = SQLITE_FULL;
  }
  switch (result & 0xFF) {
  case SQLITE_NOMEM: return fg_refuse(error, FG_NO_MEMORY);
  case SQLITE_FULL: return fg_fail(error, FG_LEDGER_FULL, "", "%s: the disk is full", path);
  case SQLITE_BUSY:
  case SQLITE_LOCKED: return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is open in another program", path);
  case SQLITE_READONLY:
  case SQLITE_PERM: return fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s: %s", path, message);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB: return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: %s", path, message);
  default: return fg_fail(error, FG_LEDGER_IO, "", "%s: %s", path, message);
  }
}

fg_status fg_store_fault(const fg_store *store, int result, fg_error *error) {
  if (result == SQLITE_IOERR_DATA || sqlite3_extended_errcode(store->database) == SQLITE_IOERR_DATA) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: page %lld is torn or altered", store->path,
                   (long long)store->vfs.bad_page);
  }
  return fg_store_sqlite_fault(store->database, result, store->path, error);
}
