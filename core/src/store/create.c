/* A new ledger is made under a temporary name, and then given the name it is to have, which must be free. Its lock is
   held while it is made; a file that a killed process left under a temporary name is not locked, and the next maker
   removes it. */
#include "system.h"

#include <dirent.h>
#include <limits.h>

#include "create.h"

#include "connection.h"
#include "disk.h"
#include "fault.h"
#include "header.h"
#include "lock.h"
#include "place.h"

#define NEW "-new-" ///< between the name and a process and an instant
enum { NEW_MAX = 56 };

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
  fg_status status = fg_connection_open(vfs, name, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &database, error);
  if (status == FG_OK) {
    status = fill_new(maker, database, path, error);
  }
  int result = sqlite3_close_v2(database);
  fg_vfs_unregister(vfs);
  fg_release(allocator, vfs, sizeof *vfs);
  return status != FG_OK || result == SQLITE_OK ? status : fg_store_sqlite_fault(NULL, result, path, error);
}

/* Moves a file where there are no hard links: an empty file reserves the name until the rename. */
static int move_over_own(const char *from, const char *to) {
  int file = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) {
    return errno;
  }
  close(file);
  int number = rename(from, to) == 0 ? 0 : errno;
  if (number != 0) {
    unlink(to);
  }
  return number;
}

/* Gives a file another name, or answers EEXIST where that is taken. Answers 0 or an errno. Whoever opens the file while
   it has both names waits for the lock, which we hold, and then finds one name. */
static int move_to_free_name(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return errno;
  }
  int number = link(from, to) != 0 || unlink(from) != 0 ? errno : 0;
  bool has_links = number != EPERM && number != EOPNOTSUPP && number != ENOSYS && number != EMLINK;
  return has_links ? number : move_over_own(from, to);
}

/* The directory's entry must be on the disk before the first command is acknowledged. */
static int sync_directory(const char *name) {
  int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return errno;
  }
  int number = fsync(directory) == 0 ? 0 : errno;
  close(directory);
  return number;
}

static void name_new(const fg_place *place, char name[FG_PLACE_MAX]) {
  char suffix[NEW_MAX];
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(suffix, sizeof suffix, NEW "%ld-%lld%09ld", (long)getpid(), (long long)now.tv_sec, now.tv_nsec);
  fg_place_beside(place, suffix, name);
}

/* Removes the file last, so that whoever is stopped in between leaves a file that the next maker finds. */
static void remove_new(const char *name) {
  char beside[FG_PLACE_MAX + 8];
  snprintf(beside, sizeof beside, "%s-wal", name);
  unlink(beside);
  snprintf(beside, sizeof beside, "%s-journal", name);
  unlink(beside);
  unlink(name);
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
  struct stat status;
  fg_lock lock;
  if (lstat(name, &status) == 0 && S_ISREG(status.st_mode) && fg_lock_open(&lock, name, true, 0) == 0) {
    if (fg_lock_enter(&lock) == 0) {
      remove_new(name);
    }
    fg_lock_close(&lock);
  }
}

/* Removes what killed makers of this name have left. What cannot be removed stays; nobody reads it. */
static void sweep(const fg_place *place, const char *directory) {
  DIR *opened = opendir(directory);
  if (opened == NULL) {
    return;
  }
  for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
    char name[FG_PLACE_MAX];
    if (is_new_name(entry->d_name, place)) {
      fg_place_beside(place, entry->d_name + strlen(fg_place_name(place)), name);
      remove_abandoned(name);
    }
  }
  closedir(opened);
}

/* Makes an empty file and enters its lock; tries again where another maker has removed it before that. Answers 0 or an
   errno. */
static int begin_file(const fg_place *place, char name[FG_PLACE_MAX], fg_lock *lock) {
  int number = ETIMEDOUT;
  while (number == ETIMEDOUT || number == ENOENT) {
    struct stat status;
    name_new(place, name);
    int file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644); /* as SQLite makes it */
    if (file < 0) {
      return errno;
    }
    close(file);
    number = fg_lock_open(lock, name, true, 0);
    number = number == 0 ? fg_lock_enter(lock) : number;
    if (number == 0 && stat(name, &status) != 0) {
      number = errno;
    }
    if (number != 0) {
      fg_lock_close(lock);
    }
  }
  return number;
}

/* Refuses a name beside which files lie, because they would become the new ledger's. A log may hold the newest commands
   of a ledger that was moved away, and SQLite would write them into the new one. */
static fg_status check_beside(const fg_place *place, const char *path, fg_error *error) {
  static const char *const suffixes[] = {"-wal", "-mark", "-shm"};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    char name[FG_PLACE_MAX];
    struct stat status;
    fg_place_beside(place, suffixes[i], name);
    bool is_log = i == 0;
    if (lstat(name, &status) != 0 || (S_ISREG(status.st_mode) && !(is_log && status.st_size > 0)) ||
        fg_place_exists(place->file)) { /* asked last, because another process may be making it */
      continue;
    }
    return fg_fail(error, FG_LEDGER_EXISTS, "", "%s%s is there already, %s; move it away, and keep it", path,
                   suffixes[i], is_log ? "the log of a ledger that is gone" : "where a new ledger needs a file");
  }
  return FG_OK;
}

/* Refuses a name that is too long, because SQLite would say no more than that it cannot open the file. */
static fg_status check_new_length(const char *name, const char *path, fg_error *error) {
  bool is_short = strlen(strrchr(name, '/') + 1) + strlen("-journal") <= NAME_MAX;
  return is_short ? FG_OK : fg_store_system_fault(ENAMETOOLONG, path, error);
}

static fg_status give_name(const fg_store_maker *maker, const char *name, const fg_place *place, const char *path,
                           fg_error *error) {
  char directory[FG_PLACE_MAX];
  FG_TRY(maker->ready == NULL ? FG_OK : maker->ready(maker->context, error));
  fg_place_directory(place, directory);
  int number = move_to_free_name(name, place->file);
  number = number == EEXIST && maker->may_be_there ? 0 : number;
  number = number == 0 ? sync_directory(directory) : number;
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
  if (access(directory, W_OK) != 0) { /* SQLite would say no more than that it cannot open the file */
    return fg_store_system_fault(errno, path, error);
  }
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
  remove_new(name); /* it is still there if it was not moved */
  fg_lock_close(&lock);
  return status;
}
