#include "system.h"

#include "store.h"

#include <stdio.h>

/* --------------------------------------------------------------------------------------- before SQLite touches it */

/* Where the header of an SQLite database says what we need, in big-endian numbers. */
enum {
  HEADER_SIZE = 100,
  AT_PAGE_SIZE = 16,
  AT_FILE_FORMAT = 18,
  AT_RESERVED = 20,
  AT_PAGE_COUNT = 28,
  AT_SCHEMA_FORMAT = 44,
  AT_LARGEST_ROOT = 52,
  AT_ENCODING = 56,
  AT_VERSION = 60,
  AT_APPLICATION = 68
};

static uint32_t header_number(const unsigned char *header, int at, int size) {
  uint32_t number = 0;
  for (int i = 0; i < size; i++) {
    number = number << 8 | header[at + i];
  }
  return number;
}

/* From version 2 on every later version of the library reads what an earlier one wrote. */
static fg_status check_version(const char *path, uint32_t version, fg_error *error) {
  if (version == FG_LEDGER_VERSION_NOW) {
    return FG_OK;
  }
  return version < FG_LEDGER_VERSION_NOW
             ? fg_fail(error, FG_LEDGER_VERSION, "", "%s is a ledger of version %lu; this library reads version %d. "
                       "Export it with the faregate that wrote it and import the timeline with this one", path,
                       (unsigned long)version, FG_LEDGER_VERSION_NOW)
             : fg_fail(error, FG_LEDGER_VERSION, "", "%s is a ledger of version %lu; this library reads version %d. "
                       "Open it with a later faregate", path, (unsigned long)version, FG_LEDGER_VERSION_NOW);
}

/* What SQLite would go by, as fill_new makes it: a write-ahead log, no vacuum, UTF-8, pages of our size and stamps. */
static bool has_our_form(const unsigned char *header) {
  return header_number(header, AT_PAGE_SIZE, 2) == FG_PAGE_SIZE && header_number(header, AT_FILE_FORMAT, 2) == 0x0202 &&
         header[AT_RESERVED] == FG_STAMP_SIZE && header_number(header, AT_SCHEMA_FORMAT, 4) == 4 &&
         header_number(header, AT_LARGEST_ROOT, 4) == 0 && header_number(header, AT_ENCODING, 4) == SQLITE_UTF8;
}

static fg_status check_header(const char *path, const unsigned char *header, size_t size, fg_error *error) {
  bool is_sqlite = size == HEADER_SIZE && memcmp(header, "SQLite format 3", 16) == 0;
  if (!is_sqlite || header_number(header, AT_APPLICATION, 4) != FG_LEDGER_APPLICATION) {
    return fg_fail(error, FG_LEDGER_FOREIGN, "", "%s is not a ledger, but %s", path,
                   is_sqlite ? "the database of another application"
                   : size == 0 ? "an empty file"
                               : "some other file");
  }
  FG_TRY(check_version(path, header_number(header, AT_VERSION, 4), error));
  return has_our_form(header) ? FG_OK
                              : fg_fail(error, FG_LEDGER_CORRUPT, "",
                                        "%s: its header is altered; good up to command 0", path);
}

static fg_status check_kind(const char *path, const struct stat *file, fg_error *error) {
  if (!S_ISREG(file->st_mode)) {
    return fg_fail(error, FG_LEDGER_NOT_A_FILE, "", "%s is %s", path,
                   S_ISDIR(file->st_mode) ? "a directory" : "no plain file");
  }
  /* The mode of the file is what its owner meant, also where root could write it nevertheless. */
  bool is_writable = (file->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0 && access(path, W_OK) == 0;
  return is_writable ? FG_OK : fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s is read-only", path);
}

/* The directory a path is in. */
static void directory_of(const char *path, char *name, size_t size) {
  const char *slash = strrchr(path, '/');
  int length = slash == NULL || slash == path ? 1 : (int)(slash - path);
  snprintf(name, size, "%.*s", length, slash == NULL ? "." : path);
}

static fg_status check_disk(const char *path, fg_error *error) {
  const char *network = fg_lock_network(path);
  return network == NULL ? FG_OK
                         : fg_fail(error, FG_LEDGER_NETWORK, "",
                                   "%s is on a network disk (%s), where locks do not hold", path, network);
}

/* Everything that can be known of a file without a lock. */
static fg_status check_file(fg_store *store, fg_error *error) {
  struct stat status;
  unsigned char header[HEADER_SIZE];
  const char *path = store->path;
  if (stat(path, &status) != 0) {
    return fg_store_system_fault(errno, path, error);
  }
  FG_TRY(check_kind(path, &status, error));
  FG_TRY(check_disk(path, error));
  int number = fg_lock_open_database(&store->lock, path);
  if (number != 0) {
    return fg_store_system_fault(number, path, error);
  }
  ssize_t got = pread(store->lock.database, header, sizeof header, 0);
  return got < 0 ? fg_store_system_fault(errno, path, error) : check_header(path, header, (size_t)got, error);
}

bool fg_store_exists(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0;
}

const char *fg_store_name(const fg_store *store) {
  const char *slash = strrchr(store->path, '/');
  return slash == NULL ? store->path : slash + 1;
}

/* The commands since the last time the log was emptied are in it alone. */
static void look_for_log(fg_store *store) {
  char name[4096];
  struct stat status;
  int length = snprintf(name, sizeof name, "%s-wal", store->path);
  store->log_was_there = length > 0 && (size_t)length < sizeof name && stat(name, &status) == 0;
  store->had_log = store->log_was_there && status.st_size > 0;
}

/* Every page, and as many as the header says. */
static fg_status check_pages(const fg_store *store, fg_error *error) {
  struct stat status;
  unsigned char header[HEADER_SIZE];
  int file = store->lock.database;
  if (fstat(file, &status) != 0 || pread(file, header, sizeof header, 0) != (ssize_t)sizeof header) {
    return fg_store_system_fault(errno, store->path, error);
  }
  int64_t told = header_number(header, AT_PAGE_COUNT, 4);
  int64_t bad = fg_pages_find_bad(file, told);
  if (bad < 0) {
    return fg_store_system_fault(errno, store->path, error);
  }
  if (bad == 0 && status.st_size != told * FG_PAGE_SIZE) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s has %lld bytes, but should have %lld", store->path,
                   (long long)status.st_size, (long long)(told * FG_PAGE_SIZE));
  }
  if (bad > 0 && bad * FG_PAGE_SIZE > status.st_size) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s is truncated in or before page %lld", store->path, (long long)bad);
  }
  return bad == 0 ? FG_OK
                  : fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: page %lld (bytes %lld to %lld) is torn or altered",
                            store->path, (long long)bad, (long long)((bad - 1) * FG_PAGE_SIZE),
                            (long long)(bad * FG_PAGE_SIZE - 1));
}

/* ------------------------------------------------------------------------------------------------ opening, closing */

fg_status fg_store_run(sqlite3 *database, const char *path, const char *statements, fg_error *error) {
  int result = sqlite3_exec(database, statements, NULL, NULL, NULL);
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(database, result, path, error);
}

/* Triggers of a ledger ask this function, which other programs do not have: they can read a ledger, not write it. */
static void answer_yes(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  (void)values;
  sqlite3_result_int(context, 1);
}

/* A crafted file must not make SQLite run what it says, or read beyond it. */
static void distrust(sqlite3 *database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_exec(database, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1 << 28);
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 1 << 14);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(database, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
}

static fg_status open_database(fg_vfs *vfs, const char *path, int flags, sqlite3 **database, fg_error *error) {
  int result = fg_vfs_register(vfs);
  if (result == SQLITE_OK) {
    result = sqlite3_open_v2(path, database, flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs->name);
  }
  if (result == SQLITE_OK) {
    distrust(*database);
    sqlite3_extended_result_codes(*database, 1);
    result = sqlite3_create_function(*database, "faregate_writes", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, answer_yes,
                                     NULL, NULL);
  }
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(*database, result, path, error);
}

static fg_store *allocate_store(const char *path, const fg_allocator *allocator) {
  fg_store *store = fg_allocate(allocator, sizeof *store);
  if (store == NULL) {
    return NULL;
  }
  store->allocator = *allocator;
  store->lock = (fg_lock){.file = -1, .guard = -1, .database = -1};
  store->path_size = strlen(path) + 1;
  store->path = fg_allocate(allocator, store->path_size);
  if (store->path == NULL) {
    fg_release(allocator, store, sizeof *store);
    return NULL;
  }
  memcpy(store->path, path, store->path_size);
  return store;
}

static void free_store(fg_store *store) {
  fg_allocator allocator = store->allocator;
  fg_release(&allocator, store->path, store->path_size);
  fg_release(&allocator, store, sizeof *store);
}

static int count_log_pages(void *context, sqlite3 *database, const char *name, int pages) {
  fg_store *store = context;
  (void)database;
  (void)name;
  store->log_pages = pages;
  return SQLITE_OK;
}

/* How much of the log is in the database already is known to the handle alone that put it there. For others to know,
   the log is emptied; a handle that is alone begins it anew, which costs the disk less. */
void fg_store_tidy(fg_store *store) {
  enum { LOG_PAGES = 256 }; /* what the next handle reads when it enters: 1 MiB */
  if (store->log_pages >= LOG_PAGES) {
    int mode = fg_lock_is_alone(&store->lock) ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    store->log_pages = 0;
    /* A failure costs nothing: what is in the log is on the disk, and it is tried again. */
    (void)sqlite3_wal_checkpoint_v2(store->database, NULL, mode, NULL, NULL);
  }
}

/* Where there is no log every page can be checked before SQLite is asked at all. */
static fg_status open_inside(fg_store *store, bool damaged, fg_error *error) {
  int number = fg_lock_guard(&store->lock, store->path);
  if (number != 0) {
    return fg_store_system_fault(number, store->path, error);
  }
  look_for_log(store);
  if (!store->had_log) {
    fg_status status = check_pages(store, &store->damage);
    store->is_damaged = status == FG_LEDGER_CORRUPT;
    if (status != FG_OK && !(damaged && store->is_damaged)) {
      if (error != NULL) {
        *error = store->damage;
      }
      return status;
    }
  }
  FG_TRY(open_database(&store->vfs, store->path, 0, &store->database, error));
  sqlite3_wal_hook(store->database, count_log_pages, store); /* in the place of automatic checkpoints */
  return fg_store_run(store->database, store->path, "PRAGMA cache_size = -8192", error);
}

static fg_status enter_new(fg_store *store, int64_t wait_ms, fg_error *error) {
  FG_TRY(check_file(store, error));
  store->lock.wait_ms = wait_ms;
  int number = fg_lock_open(&store->lock, store->path);
  number = number == 0 ? fg_lock_enter(&store->lock) : number;
  store->is_inside = number == 0;
  return number == 0 ? FG_OK : fg_store_system_fault(number, store->path, error);
}

fg_status fg_store_open(const char *path, fg_store_mode mode, int64_t wait_ms, const fg_allocator *allocator,
                        fg_store **store, fg_error *error) {
  fg_store *fresh = allocate_store(path, allocator);
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = enter_new(fresh, wait_ms, error);
  status = status == FG_OK ? open_inside(fresh, mode == FG_STORE_READ, error) : status;
  if (status != FG_OK) {
    fg_store_close(fresh);
    return status;
  }
  *store = fresh;
  return FG_OK;
}

fg_status fg_store_accept(fg_store *store, fg_error *error) {
  store->is_accepted = true;
  if (!store->had_log) {
    return FG_OK; /* the pages were checked before */
  }
  int result = sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL);
  return result == SQLITE_OK ? check_pages(store, error) : fg_store_fault(store, result, error);
}

static void remove_beside(const fg_store *store, const char *suffix) {
  char name[4096];
  int length = snprintf(name, sizeof name, "%s%s", store->path, suffix);
  if (length > 0 && (size_t)length < sizeof name) {
    unlink(name);
  }
}

/* The last handle puts the log in its place and removes it: a ledger at rest is one file. */
void fg_store_close(fg_store *store) {
  if (store == NULL) {
    return;
  }
  bool may_write = (store->is_accepted || !store->had_log) && !store->keeps_log;
  bool is_last = store->database != NULL && store->is_inside && may_write && fg_lock_is_alone(&store->lock);
  store->vfs.may_take_all = is_last;
  sqlite3_close_v2(store->database);
  fg_vfs_unregister(&store->vfs);
  if (is_last) {
    remove_beside(store, "-shm");
  }
  fg_store_leave(store);
  fg_lock_close(&store->lock);
  free_store(store);
}

fg_status fg_store_enter(fg_store *store, bool *others_came, fg_error *error) {
  int number = fg_lock_enter(&store->lock);
  if (number != 0) {
    return fg_store_system_fault(number, store->path, error);
  }
  store->is_inside = true;
  number = fg_lock_take_turn(&store->lock, others_came);
  if (number != 0) {
    fg_store_leave(store);
    return fg_store_system_fault(number, store->path, error);
  }
  if (*others_came) {
    fg_vfs_forget_log(&store->vfs);
  }
  return FG_OK;
}

void fg_store_leave(fg_store *store) {
  if (store->is_inside) {
    store->is_inside = false;
    fg_lock_leave(&store->lock);
  }
}

void fg_store_abandon(fg_store *store) {
  fg_lock_close(&store->lock);
  /* The connection stays allocated: closing it would roll back or remove what the parent relies on, and the file system
     under it must stay with it. */
}

/* ------------------------------------------------------------------------------------------------------- creation */

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
  FG_TRY(fg_store_run(database, path, statements, error));
  FG_TRY(maker->fill(maker->context, database, error));
  FG_TRY(fg_store_run(database, path, "COMMIT", error));
  result = sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(database, result, path, error);
}

static fg_status make_file(const char *path, const fg_allocator *allocator, const fg_store_maker *maker,
                           fg_error *error) {
  fg_vfs *vfs = fg_allocate(allocator, sizeof *vfs);
  sqlite3 *database = NULL;
  if (vfs == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = open_database(vfs, path, SQLITE_OPEN_CREATE, &database, error);
  vfs->may_take_all = true;
  if (status == FG_OK) {
    status = fill_new(maker, database, path, error);
  }
  int result = sqlite3_close_v2(database);
  fg_vfs_unregister(vfs);
  fg_release(allocator, vfs, sizeof *vfs);
  return status != FG_OK || result == SQLITE_OK ? status : fg_store_sqlite_fault(NULL, result, path, error);
}

/* The directory's entry must be on the disk before the first command is acknowledged. */
static int sync_directory_of(const char *path) {
  char name[4096];
  directory_of(path, name, sizeof name);
  int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return errno;
  }
  int number = fsync(directory) == 0 ? 0 : errno;
  close(directory);
  return number;
}

fg_status fg_store_create(const char *path, const fg_allocator *allocator, const fg_store_maker *maker,
                          fg_error *error) {
  char name[4096];
  char directory[4096];
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  int length = snprintf(name, sizeof name, "%s-new-%ld-%lld%09ld", path, (long)getpid(), (long long)now.tv_sec,
                        now.tv_nsec);
  if (length < 0 || (size_t)length + sizeof "-wal" > sizeof name) {
    return fg_store_system_fault(ENAMETOOLONG, path, error);
  }
  directory_of(path, directory, sizeof directory);
  FG_TRY(check_disk(directory, error));
  fg_status status = make_file(name, allocator, maker, error);
  if (status == FG_OK && renameat2(AT_FDCWD, name, AT_FDCWD, path, RENAME_NOREPLACE) != 0 && errno != EEXIST) {
    status = fg_store_system_fault(errno, path, error);
  }
  unlink(name); /* where it was not moved */
  memcpy(name + length, "-wal", sizeof "-wal");
  unlink(name);
  int number = status == FG_OK ? sync_directory_of(path) : 0;
  return number == 0 ? status : fg_store_system_fault(number, path, error);
}
