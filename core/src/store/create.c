/* Makes a new ledger under a temporary name, and then gives it its own name, which must be free. Its lock is held while
   it is made. A file that a killed process left under a temporary name is not locked, so the next process that makes a
   ledger here removes it. */
#include "create.h"

#include <stdio.h>

#include "../base/clock.h"
#include "connection.h"
#include "disk.h"
#include "fault.h"
#include "header.h"
#include "lock.h"
#include "place.h"
#include "system.h"

#define NEW "-new-" ///< stands between the ledger's name and the process and instant
enum { NEW_MAX = 56, NAME_BYTES_MAX = 255 };

static fg_status fill_new(const fg_store_maker *maker, sqlite3 *database, const char *path, fg_error *error) {
  char statements[256];
  int reserved = FG_STAMP_SIZE;
  int result = sqlite3_file_control(database, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  if (result != SQLITE_OK) {
    return fg_store_sqlite_fault(database, result, path, error);
  }
  snprintf(statements, sizeof statements,
           "PRAGMA page_size = %d; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN; "
           "PRAGMA application_id = %d; PRAGMA user_version = %d",
           FG_PAGE_SIZE, FG_LEDGER_APPLICATION, FG_LEDGER_VERSION_NOW);
  FG_TRY(fg_store_execute(database, path, statements, error));
  FG_TRY(maker->fill(maker->context, database, error));
  FG_TRY(fg_store_execute(database, path, "COMMIT", error));
  result = sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(database, result, path, error);
}

static fg_status make_file(const char *name, const char *path, const fg_allocator *allocator,
                           const fg_store_maker *maker, fg_error *error) {
  fg_vfs *vfs = fg_allocate(allocator, sizeof *vfs);
  sqlite3 *database = NULL;
  if (vfs == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  vfs->watch = maker->watch;
  fg_status status = fg_connection_open(vfs, name, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &database, error);
  if (status == FG_OK) {
    status = fill_new(maker, database, path, error);
  }
  int result = sqlite3_close_v2(database);
  fg_vfs_unregister(vfs);
  fg_release(allocator, vfs, sizeof *vfs);
  return status != FG_OK || result == SQLITE_OK ? status : fg_store_sqlite_fault(NULL, result, path, error);
}

static void name_new(const fg_place *place, char name[FG_PLACE_MAX]) {
  char suffix[NEW_MAX];
  fg_time now = fg_clock_wall(&fg_system_clock);
  snprintf(suffix, sizeof suffix, NEW "%lld-%lld", (long long)fg_system_process(), (long long)now);
  fg_place_beside(place, suffix, name);
}

/* Removes the files of a temporary name, the file itself last, so that if this is interrupted the next maker still
   finds it. */
static void remove_new(const char *name) {
  char beside[FG_PLACE_MAX + 8];
  snprintf(beside, sizeof beside, "%s-wal", name);
  fg_system_remove(beside);
  snprintf(beside, sizeof beside, "%s-journal", name);
  fg_system_remove(beside);
  fg_system_remove(name);
}

static bool is_new_name(const char *name, const fg_place *place) {
  const char *last = fg_place_name(place);
  size_t length = strlen(last);
  if (strncmp(name, last, length) != 0 || strncmp(name + length, NEW, strlen(NEW)) != 0) {
    return false;
  }
  if (strlen(name + length) >= NEW_MAX) {
    return false;
  }
  const char *process = name + length + strlen(NEW);
  size_t digits = strspn(process, "0123456789");
  const char *instant = process + digits + 1;
  return digits > 0 && process[digits] == '-' && instant[0] != '\0' && instant[strspn(instant, "0123456789")] == '\0';
}

static void remove_abandoned(const char *name) {
  fg_lock lock;
  if (!fg_system_is_plain(name) || fg_lock_open(&lock, name, true, 0) != 0) {
    return;
  }
  bool is_abandoned = fg_lock_enter(&lock) == 0;
  if (is_abandoned) {
    remove_new(name);
  }
  fg_lock_close(&lock);
}

static void remove_if_abandoned(void *context, const char *name) {
  const fg_place *place = context;
  char whole[FG_PLACE_MAX];
  if (is_new_name(name, place)) {
    fg_place_beside(place, name + strlen(fg_place_name(place)), whole);
    remove_abandoned(whole);
  }
}

/* Removes what killed processes left under temporary names of this ledger. What cannot be removed stays, because nobody
   reads it. */
static void sweep(fg_place *place, const char *directory) { fg_system_list(directory, remove_if_abandoned, place); }

static int make_empty(const char *name) {
  fg_file file;
  int number = fg_system_open(name, FG_OPEN_NEW, &file);
  fg_system_close(&file);
  return number;
}

/* Makes an empty file and enters its lock. If another maker has taken the name, or has removed the file before it was
   locked, it tries again. Returns 0 or an errno. */
static int begin_file(const fg_place *place, char name[FG_PLACE_MAX], fg_lock *lock) {
  int number = EEXIST;
  while (number == ETIMEDOUT || number == ENOENT || number == EEXIST) {
    name_new(place, name);
    number = make_empty(name);
    if (number == EEXIST) {
      continue;
    }
    if (number != 0) { /* also ENOENT, because then the directory may be gone */
      return number;
    }
    number = fg_lock_open(lock, name, true, 0);
    number = number == 0 ? fg_lock_enter(lock) : number;
    number = number == 0 && !fg_system_exists(name) ? ENOENT : number;
    if (number != 0) {
      fg_lock_close(lock);
    }
  }
  return number;
}

static bool has_content(const char *name) {
  fg_file_look look;
  return fg_system_look_at(name, false, &look) == 0 && look.state.size > 0;
}

/* Refuses a name beside which files lie that would become the new ledger's. A log may hold the newest commands of a
   ledger that was moved away, and SQLite would write them into the new one. */
static fg_status check_beside(const fg_place *place, const char *path, fg_error *error) {
  static const char *const suffixes[] = {"-wal", "-mark", "-shm"};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    char name[FG_PLACE_MAX];
    fg_place_beside(place, suffixes[i], name);
    bool is_log = i == 0;
    if (!fg_system_exists(name) || (fg_system_is_plain(name) && !(is_log && has_content(name))) ||
        fg_system_exists(place->file)) { /* checked last, because another process may be making the ledger */
      continue;
    }
    return fg_fail(error, FG_LEDGER_EXISTS, "", "%s%s is there already, %s; move it away, and keep it", path,
                   suffixes[i], is_log ? "the log of a ledger that is gone" : "where a new ledger needs a file");
  }
  return FG_OK;
}

/* Refuses a name that is too long, because SQLite would only say that it cannot open the file. */
static fg_status check_new_length(const char *name, const char *path, fg_error *error) {
  bool is_short = strlen(strrchr(name, FG_SYSTEM_SEPARATOR) + 1) + strlen("-journal") <= NAME_BYTES_MAX;
  return is_short ? FG_OK : fg_store_system_fault(ENAMETOOLONG, path, error);
}

static fg_status give_name(const fg_store_maker *maker, const char *name, const fg_place *place, const char *path,
                           fg_error *error) {
  char directory[FG_PLACE_MAX];
  FG_TRY(maker->ready == NULL ? FG_OK : maker->ready(maker->context, error));
  fg_place_directory(place, directory);
  int number = fg_system_move_to_free_name(name, place->file);
  number = number == EEXIST && maker->may_be_there ? 0 : number;
  number = number == 0 ? fg_system_sync_directory(directory) : number;
  return number == 0 ? FG_OK : fg_store_system_fault(number, path, error);
}

fg_status fg_store_create(const char *path, const fg_allocator *allocator, const fg_store_maker *maker,
                          fg_error *error) {
  fg_lock lock;
  char name[FG_PLACE_MAX];
  char directory[FG_PLACE_MAX];
  fg_place place;
  FG_TRY(fg_place_resolve(path, &place, error));
  fg_place_directory(&place, directory);
  FG_TRY(fg_disk_check(directory, error));
  FG_TRY(check_beside(&place, path, error));
  name_new(&place, name);
  FG_TRY(check_new_length(name, path, error));
  sweep(&place, directory);
  int number = begin_file(&place, name, &lock);
  if (number != 0) {
    return fg_store_system_fault(number, path, error);
  }
  fg_status status = make_file(name, path, allocator, maker, error);
  status = status == FG_OK ? give_name(maker, name, &place, path, error) : status;
  remove_new(name); /* the temporary name is still there if the file could not be moved */
  fg_lock_close(&lock);
  return status;
}
