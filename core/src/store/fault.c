#include "fault.h"

#include "system.h"

fg_status fg_store_system_fault(int number, const char *path, fg_error *error) {
  switch (number) {
  case ENOMEM: return fg_refuse(error, FG_NO_MEMORY);
  case ECANCELED: return fg_refuse(error, FG_STOPPED);
  case ENOSPC:
  case EDQUOT: return fg_fail(error, FG_LEDGER_FULL, "", "%s: the disk is full", path);
  case EACCES:
  case EPERM: return fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s may not be written by this user", path);
  case EROFS: return fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s is on a disk that is read-only", path);
  case EEXIST: return fg_fail(error, FG_LEDGER_EXISTS, "", "%s is there already", path);
  case EISDIR: return fg_fail(error, FG_LEDGER_NOT_A_FILE, "", "%s is a directory", path);
  case ENOENT: return fg_fail(error, FG_LEDGER_MISSING, "", "there is no ledger %s", path);
  case ENOTDIR: return fg_fail(error, FG_LEDGER_NO_DIRECTORY, "", "there is no directory for %s", path);
  case ELOOP: return fg_fail(error, FG_LEDGER_MISSING, "", "the symbolic links of %s lead in a circle", path);
  case ENAMETOOLONG: return fg_fail(error, FG_INVALID, "path", "a name in the path is too long: %.100s", path);
  case EBUSY: return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is open in another program", path);
  case ETIMEDOUT: return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is held by another handle for too long", path);
  case EXDEV: return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is open under another name (a mount of the file)", path);
  case ESTALE:
    return fg_fail(error, FG_LEDGER_LOCKED, "", "a handle is open on the file that was at %s before this one", path);
  default: return fg_fail(error, FG_LEDGER_IO, "", "%s: %s", path, strerror(number));
  }
}

/* Whether an error number of the system says more than SQLite, which may only say that something failed. */
static bool tells_more(int number) {
  /* The log is extended in more ways than those in which SQLite checks for a full disk. */
  return number == ENOSPC || number == EDQUOT || number == EROFS;
}

fg_status fg_store_sqlite_fault(sqlite3 *database, int result, const char *path, fg_error *error) {
  const char *message = database == NULL ? sqlite3_errstr(result) : sqlite3_errmsg(database);
  int primary = result & 0xFF;
  bool has_number = database != NULL && (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN);
  int number = has_number ? fg_system_number(sqlite3_system_errno(database)) : 0;
  if (result == SQLITE_IOERR_NOMEM) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  if (result == SQLITE_IOERR_DATA || (database != NULL && sqlite3_extended_errcode(database) == SQLITE_IOERR_DATA)) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: a page is torn or altered", path);
  }
  if (tells_more(number)) {
    return fg_store_system_fault(number, path, error);
  }
  switch (primary) {
  case SQLITE_NOMEM: return fg_refuse(error, FG_NO_MEMORY);
  case SQLITE_INTERRUPT: return fg_refuse(error, FG_STOPPED);
  case SQLITE_FULL: return fg_store_system_fault(ENOSPC, path, error);
  case SQLITE_BUSY:
  case SQLITE_LOCKED: return fg_store_system_fault(EBUSY, path, error);
  case SQLITE_READONLY:
  case SQLITE_PERM: return fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s: %s", path, message);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB: return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: %s", path, message);
  default: return fg_fail(error, FG_LEDGER_IO, "", "%s: %s", path, message);
  }
}
