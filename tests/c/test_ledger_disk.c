/* Disks that fail, fill up, or lose power with writes that were not synced: through a file system of SQLite's that
   stands below the ledger's own. */
#define _GNU_SOURCE /* realpath, preadv */
#include "ledger_support.h"
#include "pread_name.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { USES = 100, SECTOR = 512 };

typedef struct change {
  sqlite3_int64 offset;
  int size; ///< -1: truncated to `offset`
  unsigned char *bytes;
} change;

/* What a file would be after a cut: what was synced, and perhaps some of what was not. */
typedef struct shadow {
  char path[512];
  unsigned char *synced;
  sqlite3_int64 synced_size;
  bool was_synced;
  change *changes;
  size_t change_count;
} shadow;

static struct disk {
  sqlite3_vfs api;
  sqlite3_vfs *base;
  long operations; ///< writes, truncations, syncs and deletions so far
  long fail_at;    ///< 0: never
  bool for_good;
  bool drops;               ///< what a failed sync was to write is not written by a later one, as on Linux
  bool cuts_reads;          ///< a read that is to fail gives half of its bytes first
  int failure;              ///< SQLITE_IOERR or SQLITE_FULL
  long reads, fail_read_at; ///< of both SQLite's and the library's own; 0: never
  long looks, fail_look_at; ///< at files, by the library; 0: never
  int opens_to_read;        ///< files of this kind, where they were to be written, as SQLite does if the system refuses
  bool is_watched;
  shadow shadows[4];
  void (*before)(void);  ///< called before each operation while it is watched
  pthread_mutex_t mutex; ///< the saver of a ledger writes from a thread of its own
  pthread_t caller;
  long caller_syncs;   ///< syncs in the thread of the test
  long saved, emptied; ///< pages of the database, and headers of a log, that another thread has written
  bool fails_to_save;  ///< such pages cannot be written
  bool is_saver_held;  ///< other threads wait before they write; atomic
  long held_at_sync;   ///< if they have written so many pages, they wait before they sync; 0: no; atomic
  bool is_cutting;     ///< what a cut of power would leave is being looked at, in whichever thread
} disk;

static struct cut {
  int acknowledged; ///< commands that must be there
  int given;        ///< commands that may be there
  int cuts;
  int step;
  unsigned random;
} cut;

typedef struct disk_file {
  sqlite3_file api;
  shadow *shadow; ///< NULL: not watched
  sqlite3_file base[];
} disk_file;

static sqlite3_file *base_of(sqlite3_file *file) { return ((disk_file *)file)->base; }

static bool fails(void) {
  disk.operations++;
  if (disk.is_watched && disk.before != NULL) {
    disk.before();
  }
  return disk.fail_at != 0 && (disk.operations == disk.fail_at || (disk.for_good && disk.operations > disk.fail_at));
}

static bool is_caller(void) { return pthread_equal(pthread_self(), disk.caller) != 0; }

/* Counts what another thread writes; true if that fails. */
static bool is_kept_from_saving(int size, sqlite3_int64 offset) {
  if (is_caller() || disk.is_cutting) {
    return false;
  }
  disk.saved += size == 4096;
  if (size == 32 &&
      offset == 0) { /* inside the lock, so that all commands are saved but for one that may wait for it */
    disk.emptied++;
    cut.acknowledged = cut.given - 1 > cut.acknowledged ? cut.given - 1 : cut.acknowledged;
  }
  return disk.fails_to_save;
}

static bool read_fails(void) {
  disk.reads++;
  return disk.fail_read_at != 0 &&
         (disk.reads == disk.fail_read_at || (disk.for_good && disk.reads > disk.fail_read_at));
}

/* Stands before the system's. */
ssize_t PREAD(int file, void *bytes, size_t size, off_t offset) {
  bool failed = read_fails();
  if (failed && disk.cuts_reads && disk.reads == disk.fail_read_at && size > 1) {
    disk.fail_read_at++; /* the rest is asked for, and cannot be read */
    size /= 2;
  } else if (failed) {
    errno = EIO;
    return -1;
  }
  struct iovec part = {bytes, size};
  return preadv(file, &part, 1, offset);
}

/* With musl the library asks the system itself. */
#ifdef __GLIBC__
int statx(int folder, const char *name, int flags, unsigned asked, struct statx *found) {
  disk.looks++;
  if (disk.fail_look_at != 0 && disk.looks == disk.fail_look_at) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_statx, folder, name, flags, asked, found);
}
#endif

static void remember(shadow *of, sqlite3_int64 offset, int size, const void *bytes) {
  if (of == NULL || !disk.is_watched) {
    return;
  }
  of->changes = realloc(of->changes, (of->change_count + 1) * sizeof *of->changes);
  change *added = &of->changes[of->change_count++];
  *added = (change){offset, size, NULL};
  if (size > 0) {
    added->bytes = malloc((size_t)size);
    memcpy(added->bytes, bytes, (size_t)size);
  }
}

/* More than `size`, in steps: the sanitizers copy all that there is each time. */
static size_t room_for(sqlite3_int64 size) { return ((size_t)size / 262144 + 1) * 262144; }

static void resize(unsigned char **bytes, sqlite3_int64 *size, sqlite3_int64 wanted) {
  if (*bytes == NULL || room_for(wanted) != room_for(*size)) {
    *bytes = realloc(*bytes, room_for(wanted));
  }
  if (wanted > *size) {
    memset(*bytes + *size, 0, (size_t)(wanted - *size));
  }
  *size = wanted;
}

static void put(unsigned char **bytes, sqlite3_int64 *size, const change *from, int first, int length) {
  if (from->offset + first + length > *size) {
    resize(bytes, size, from->offset + first + length);
  }
  memcpy(*bytes + from->offset + first, from->bytes + first, (size_t)length);
}

static void forget_changes(shadow *of) {
  for (size_t i = 0; i < of->change_count; i++) {
    free(of->changes[i].bytes);
  }
  free(of->changes);
  of->changes = NULL;
  of->change_count = 0;
}

static void settle(shadow *of) {
  for (size_t i = 0; of != NULL && i < of->change_count; i++) {
    const change *from = &of->changes[i];
    if (from->size < 0) {
      resize(&of->synced, &of->synced_size, from->offset);
    } else {
      put(&of->synced, &of->synced_size, from, 0, from->size);
    }
  }
  if (of != NULL) {
    of->was_synced = true;
    forget_changes(of);
  }
}

static int write_alone(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  if (is_kept_from_saving(size, offset)) {
    return SQLITE_IOERR_WRITE;
  }
  if (fails()) { /* half of it came through, in whole sectors as everywhere here */
    sqlite3_int64 came = (offset + size / 2) / SECTOR * SECTOR - offset;
    base_of(file)->pMethods->xWrite(base_of(file), bytes, came > 0 ? (int)came : 0, offset);
    return disk.failure == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  remember(((disk_file *)file)->shadow, offset, size, bytes);
  return base_of(file)->pMethods->xWrite(base_of(file), bytes, size, offset);
}

static int disk_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  while (!is_caller() && __atomic_load_n(&disk.is_saver_held, __ATOMIC_ACQUIRE)) {
    usleep(1000);
  }
  pthread_mutex_lock(&disk.mutex);
  int result = write_alone(file, bytes, size, offset);
  pthread_mutex_unlock(&disk.mutex);
  return result;
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size) {
  if (fails()) {
    return SQLITE_IOERR_TRUNCATE;
  }
  remember(((disk_file *)file)->shadow, size, -1, NULL);
  return base_of(file)->pMethods->xTruncate(base_of(file), size);
}

/* What is real here is the order, not the disk: nothing is synced, so that the tests are quick. */
static int disk_sync(sqlite3_file *file, int flags) {
  (void)flags;
  for (long pages = 1; !is_caller() && pages > 0;) {
    pages = __atomic_load_n(&disk.held_at_sync, __ATOMIC_ACQUIRE);
    if (pages == 0 || disk.saved < pages) {
      break;
    }
    usleep(1000);
  }
  pthread_mutex_lock(&disk.mutex);
  disk.caller_syncs += is_caller();
  bool failed = fails();
  shadow *of = ((disk_file *)file)->shadow;
  if (!failed) {
    settle(of);
  } else if (disk.drops && of != NULL) {
    forget_changes(of);
  }
  pthread_mutex_unlock(&disk.mutex);
  return failed ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int disk_close(sqlite3_file *file) { return base_of(file)->pMethods->xClose(base_of(file)); }
static int disk_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
  return !disk.cuts_reads && read_fails() ? SQLITE_IOERR_READ
                                          : base_of(file)->pMethods->xRead(base_of(file), bytes, size, offset);
}
static int disk_size(sqlite3_file *file, sqlite3_int64 *size) {
  return base_of(file)->pMethods->xFileSize(base_of(file), size);
}
static int disk_lock(sqlite3_file *file, int level) { return base_of(file)->pMethods->xLock(base_of(file), level); }
static int disk_unlock(sqlite3_file *file, int level) { return base_of(file)->pMethods->xUnlock(base_of(file), level); }
static int disk_reserved(sqlite3_file *file, int *reserved) {
  return base_of(file)->pMethods->xCheckReservedLock(base_of(file), reserved);
}
static int disk_control(sqlite3_file *file, int operation, void *argument) {
  return base_of(file)->pMethods->xFileControl(base_of(file), operation, argument);
}
static int disk_sector(sqlite3_file *file) {
  (void)file;
  return SECTOR;
}
static int disk_traits(sqlite3_file *file) { return base_of(file)->pMethods->xDeviceCharacteristics(base_of(file)); }

static shadow *shadow_of(const char *path) {
  for (size_t i = 0; i < sizeof disk.shadows / sizeof *disk.shadows; i++) {
    shadow *found = &disk.shadows[i];
    if (found->path[0] == '\0' || strcmp(found->path, path) == 0) {
      snprintf(found->path, sizeof found->path, "%s", path);
      return found;
    }
  }
  fail_msg("too many files");
  return NULL;
}

static int disk_open(sqlite3_vfs *api, const char *name, sqlite3_file *file, int flags, int *out_flags) {
  static const sqlite3_io_methods methods = {
      1,         disk_close,  disk_read,     disk_write,   disk_truncate, disk_sync,   disk_size,
      disk_lock, disk_unlock, disk_reserved, disk_control, disk_sector,   disk_traits, NULL,
      NULL,      NULL,        NULL,          NULL,         NULL};
  disk_file *opened = (disk_file *)file;
  (void)api;
  if ((flags & disk.opens_to_read) != 0 && (flags & SQLITE_OPEN_READWRITE) != 0) {
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  opened->shadow = disk.is_watched && name != NULL ? shadow_of(name) : NULL;
  int result = disk.base->xOpen(disk.base, name, opened->base, flags, out_flags);
  opened->api.pMethods = opened->base->pMethods == NULL ? NULL : &methods;
  return result;
}

static int disk_delete(sqlite3_vfs *api, const char *name, int sync_directory) {
  (void)api;
  return fails() ? SQLITE_IOERR_DELETE : disk.base->xDelete(disk.base, name, sync_directory);
}
static int disk_access(sqlite3_vfs *api, const char *name, int flags, int *answer) {
  (void)api;
  return disk.base->xAccess(disk.base, name, flags, answer);
}
static int disk_path(sqlite3_vfs *api, const char *name, int size, char *path) {
  (void)api;
  return disk.base->xFullPathname(disk.base, name, size, path);
}
static int disk_random(sqlite3_vfs *api, int size, char *bytes) {
  (void)api;
  return disk.base->xRandomness(disk.base, size, bytes);
}
static int disk_sleep(sqlite3_vfs *api, int microseconds) {
  (void)api;
  return disk.base->xSleep(disk.base, microseconds);
}
static int disk_time(sqlite3_vfs *api, double *days) {
  (void)api;
  return disk.base->xCurrentTime(disk.base, days);
}
static int disk_error(sqlite3_vfs *api, int size, char *text) {
  (void)api;
  return disk.base->xGetLastError(disk.base, size, text);
}

static int install_disk(void **state) {
  (void)state;
  pthread_mutexattr_t again;
  pthread_mutexattr_init(&again);
  pthread_mutexattr_settype(&again, PTHREAD_MUTEX_RECURSIVE); /* a cut of power opens a ledger in the middle */
  pthread_mutex_init(&disk.mutex, &again);
  pthread_mutexattr_destroy(&again);
  disk.caller = pthread_self();
  disk.base = sqlite3_vfs_find("unix");
  disk.api = (sqlite3_vfs){.iVersion = 1,
                           .szOsFile = (int)sizeof(disk_file) + disk.base->szOsFile,
                           .mxPathname = disk.base->mxPathname,
                           .zName = "torment",
                           .xOpen = disk_open,
                           .xDelete = disk_delete,
                           .xAccess = disk_access,
                           .xFullPathname = disk_path,
                           .xRandomness = disk_random,
                           .xSleep = disk_sleep,
                           .xCurrentTime = disk_time,
                           .xGetLastError = disk_error};
  return sqlite3_vfs_register(&disk.api, 1);
}

static int remove_disk(void **state) {
  (void)state;
  return sqlite3_vfs_unregister(&disk.api);
}

static void stop_failing(void) {
  disk.fail_at = disk.operations = 0;
  disk.for_good = false;
}

/* The ledger of a test. ledger_path keeps only its latest answers, and a cut of power asks for many. */
static const char *booth_path(void) {
  static char path[512];
  snprintf(path, sizeof path, "%s", ledger_path("booth.db"));
  return path;
}

/* What was acknowledged under each id: 0 not, 1 yes. */
static char acknowledged[USES + 1];

static const char *id_of(int number) {
  static char id[16];
  snprintf(id, sizeof id, "u%d", number);
  return id;
}

/* A session over a disk that may fail; what fails is tried again, as a host would. Answers how many were not
   acknowledged in the end. */
static int live(const char *path, int tries) {
  fg_handle *ledger = NULL;
  int missing = 0;
  memset(acknowledged, 0, sizeof acknowledged);
  for (int i = 0; i < tries && ledger == NULL; i++) {
    fg_error error = {0};
    fg_status status = fg_ledger_open(path, NULL, &ledger, &error);
    assert_true(status == FG_OK || status == FG_LEDGER_IO || status == FG_LEDGER_FULL);
  }
  for (int number = 1; number <= USES; number++) {
    for (int i = 0; i < tries && ledger != NULL && !acknowledged[number]; i++) {
      fg_status status = use_one(ledger, number, id_of(number), NULL);
      assert_true(status == FG_OK || status == FG_LEDGER_IO || status == FG_LEDGER_FULL);
      acknowledged[number] = status == FG_OK;
    }
    missing += !acknowledged[number];
  }
  (void)fg_handle_close(ledger, NULL);
  return missing;
}

/* All that was acknowledged is there, and nothing is there twice. */
static void assert_nothing_lost(const char *path) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  if (fg_ledger_open(path, NULL, &ledger, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  int there = 0;
  int64_t before = command_count(ledger);
  for (int number = 1; number <= USES; number++) {
    fg_outcome outcome;
    assert_int_equal(use_one(ledger, USES + number, id_of(number), &outcome), FG_OK);
    assert_true(outcome.repeated || !acknowledged[number]);
    there += outcome.repeated;
  }
  assert_int_equal(before, there + 1);
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), USES);
  json_decref(statement);
  close_ledger(ledger);
}

/* The n-th operation of a session fails, for every n until none is left to fail. */
static void fail_each_in_turn(int failure, bool for_good) {
  const char *first = ledger_path("first.db");
  const char *path = booth_path();
  bool was_reached = true;
  long step = or_in_short(1, 17);
  stop_failing();
  fill_ledger(first, 0);
  for (long n = 1; was_reached; n += step) {
    copy_ledger(first, path);
    disk.failure = failure;
    disk.operations = 0;
    disk.fail_at = n;
    disk.for_good = for_good;
    int missing = live(path, 3);
    was_reached = disk.operations >= n;
    stop_failing();
    if (!for_good || !was_reached) {
      assert_int_equal(missing, 0);
    }
    assert_nothing_lost(path);
    if (n % 50 == 1) {
      assert_good(path);
    }
  }
}

static void test_a_write_fails_once(void **state) {
  (void)state;
  fail_each_in_turn(SQLITE_IOERR, false);
}

static void test_the_disk_fails_for_good(void **state) {
  (void)state;
  fail_each_in_turn(SQLITE_IOERR, true);
}

static void test_the_disk_is_full_once(void **state) {
  (void)state;
  fail_each_in_turn(SQLITE_FULL, false);
}

static void test_the_disk_stays_full(void **state) {
  (void)state;
  fail_each_in_turn(SQLITE_FULL, true);
}

/* A disk on which a file cannot be looked at does not say that the file is gone. */
static void test_looks_fail(void **state) {
  (void)state;
#ifndef __GLIBC__
  skip(); /* nothing of the test stands before the system */
#endif
  bool was_reached = true;
  stop_failing();
  fill_ledger(ledger_path("first.db"), 0);
  for (long n = 1; was_reached; n += n < 20 ? 1 : 23) {
    copy_ledger(ledger_path("first.db"), booth_path());
    disk.looks = 0;
    disk.fail_look_at = n;
    assert_int_equal(live(booth_path(), 3), 0);
    was_reached = disk.looks >= n;
    disk.fail_look_at = 0;
    assert_nothing_lost(booth_path());
  }
}

/* A file that could be opened only to be read is no file to go on with: when the disk is well again, so is the
   handle. */
static void test_files_cannot_be_opened_to_be_written(void **state) {
  (void)state;
  char path[512];
  fg_error error = {0};
  fg_handle *ledger = NULL;
  stop_failing();
  snprintf(path, sizeof path, "%s", booth_path());
  leave_killed(path);
  disk.opens_to_read = SQLITE_OPEN_MAIN_DB;
  assert_int_equal(fg_ledger_open(path, NULL, &ledger, &error), FG_LEDGER_IO);
  disk.opens_to_read = SQLITE_OPEN_WAL;
  ledger = open_ledger(path, 0);
  assert_int_equal(use_one(ledger, 20, "u20", NULL), FG_LEDGER_IO);
  disk.opens_to_read = 0;
  assert_int_equal(use_one(ledger, 20, "u20", NULL), FG_OK);
  assert_int_equal(command_count(ledger), 6);
  close_ledger(ledger);
  assert_good(path);
}

static void head_of(fg_handle *ledger, char head[64]) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
  assert_int_equal(fg_handle_uncertain(ledger, &visitor, NULL), FG_OK); /* sees what others have done */
  json_decref(builder.root);
  visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
  assert_int_equal(fg_handle_describe(ledger, &visitor), FG_OK);
  snprintf(head, 64, "%s", json_string_value(json_object_get(builder.root, "head")));
  json_decref(builder.root);
}

/* A command that could not be synced is taken back, although who only looks has seen it, and another one takes its
   place. */
static void test_a_look_at_what_is_taken_back(void **state) {
  (void)state;
  const fg_ledger_options looking = {.read_only = true};
  char heads[3][64];
  stop_failing();
  fill_ledger(booth_path(), 0);
  fg_handle *ledger = open_ledger(booth_path(), 0);
  fg_handle *look = NULL;
  assert_int_equal(use_one(ledger, 1, "u1", NULL), FG_OK);
  assert_int_equal(fg_ledger_open(booth_path(), &looking, &look, NULL), FG_OK);
  disk.failure = SQLITE_IOERR;
  disk.operations = 0;
  disk.fail_at = 2; /* its sync, and whatever is tried then */
  disk.for_good = true;
  assert_int_equal(use_one(ledger, 2, "u2", NULL), FG_LEDGER_IO);
  stop_failing();
  head_of(look, heads[0]);
  assert_int_equal(command_count(look), 3);
  assert_int_equal(use_one(ledger, 3, "u3", NULL), FG_OK);
  head_of(ledger, heads[1]);
  head_of(look, heads[2]);
  assert_int_equal(command_count(look), 3);
  assert_string_not_equal(heads[0], heads[1]);
  assert_string_equal(heads[1], heads[2]);
  close_ledger(look);
  close_ledger(ledger);
}

/* A new ledger is there as a whole or not at all. */
static void test_creation_fails(void **state) {
  (void)state;
  const char *path = ledger_path("new.db");
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book};
  bool was_reached = true;
  for (long n = 1; was_reached; n++) {
    fg_handle *ledger = NULL;
    stop_failing();
    disk.failure = SQLITE_FULL;
    disk.fail_at = n;
    disk.for_good = true;
    fg_status status = fg_ledger_open(path, &options, &ledger, NULL);
    was_reached = disk.operations >= n;
    assert_true(status == FG_OK || status == FG_LEDGER_FULL || status == FG_LEDGER_IO);
    fg_handle_close(ledger, NULL);
    stop_failing();
    if (file_exists(path)) {
      assert_good(path);
      assert_int_equal(unlink(path), 0);
    }
    (void)unlink(ledger_path("new.db-wal"));
    (void)unlink(ledger_path("new.db-mark"));
  }
  fg_book_release(book);
}

static void fail_reads_from(long n, bool for_good) {
  disk.reads = 0;
  disk.fail_read_at = n;
  disk.for_good = for_good;
}

static bool stop_failing_reads(void) {
  bool was_reached = disk.reads >= disk.fail_read_at;
  disk.fail_read_at = 0;
  disk.for_good = false;
  return was_reached;
}

static bool verify_unreadable(const char *path, long n, bool for_good) {
  fg_error error = {0};
  json_builder builder;
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  fail_reads_from(n, for_good);
  fg_status status = fg_ledger_verify(path, NULL, NULL, &visitor, &error);
  bool was_reached = stop_failing_reads();
  if (status != FG_LEDGER_IO && (status != FG_OK || !json_is_true(json_object_get(builder.root, "ok")))) {
    const char *problem = status == FG_OK ? json_string_value(json_object_get(builder.root, "problem")) : error.message;
    fail_msg("verify, read %ld: %s: %s", n, fg_status_name(status), problem);
  }
  json_decref(builder.root);
  fg_book_release(book);
  return was_reached;
}

static bool open_unreadable(const char *path, long n, bool for_good) {
  fg_error error = {0};
  fg_handle *ledger = NULL;
  fail_reads_from(n, for_good);
  fg_status status = fg_ledger_open(path, NULL, &ledger, &error);
  bool was_reached = stop_failing_reads();
  if (status != FG_OK && status != FG_LEDGER_IO) {
    fail_msg("open, read %ld: %s: %s", n, fg_status_name(status), error.message);
  }
  if (status == FG_OK) {
    close_ledger(ledger);
  }
  return was_reached;
}

/* A disk that cannot be read says nothing of the ledger: it is told as a failing disk, and not as damage. */
static void assert_told_as_unreadable(void) {
  char killed[512];
  char path[512];
  snprintf(killed, sizeof killed, "%s", ledger_path("killed.db"));
  snprintf(path, sizeof path, "%s", booth_path());
  stop_failing();
  leave_killed(killed);
  for (int for_good = 0; for_good < 2; for_good++) {
    uint64_t before = picture_of_files();
    long n = 1;
    while (verify_unreadable(killed, n, for_good)) {
      n++;
    }
    assert_true(n > 10);
    assert_true(picture_of_files() == before);
    bool was_reached = true;
    for (n = 1; was_reached; n++) {
      copy_ledger(killed, path);
      was_reached = open_unreadable(path, n, for_good);
      assert_int_equal(try_to_open(path, NULL), FG_OK);
      assert_good(path);
    }
  }
}

static void test_reads_fail(void **state) {
  (void)state;
  assert_told_as_unreadable();
}

/* Linux answers a read with what comes before the first sector that it cannot read. That is not the file's end. */
static void test_reads_fail_in_the_middle(void **state) {
  (void)state;
  disk.cuts_reads = true;
  assert_told_as_unreadable();
  disk.cuts_reads = false;
}

static unsigned next_random(void) {
  cut.random = cut.random * 1664525 + 1013904223;
  return cut.random >> 8;
}

/* Of what was not synced, each sector came through or not, whatever the order it was written in; of one file few, of
   another many. */
static void write_after_cut(const shadow *of, const char *path) {
  const unsigned odds = 1 + next_random() % 7;
  unsigned char *bytes = NULL;
  sqlite3_int64 size = 0;
  unlink(path);
  bool is_there = of->was_synced || (of->change_count > 0 && next_random() % 2 == 0);
  bool is_removed = !file_exists(of->path) && next_random() % 2 == 0; /* which nobody waits for to be on the disk */
  if (!is_there || is_removed) {
    return;
  }
  resize(&bytes, &size, of->synced_size);
  memcpy(bytes, of->synced == NULL ? (const unsigned char *)"" : of->synced, (size_t)of->synced_size);
  for (size_t i = 0; i < of->change_count; i++) {
    const change *from = &of->changes[i];
    if (from->size < 0 && next_random() % 2 == 0) {
      resize(&bytes, &size, from->offset);
    }
    for (int first = 0; first < from->size; first += SECTOR) {
      if (next_random() % 8 < odds) {
        put(&bytes, &size, from, first, from->size - first < SECTOR ? from->size - first : SECTOR);
      }
    }
  }
  write_file(path, (const char *)bytes, (size_t)size);
  free(bytes);
}

/* What is found after a cut: the first m commands, and all that were acknowledged among them. */
static void check_after_cut(void) {
  const char *path = ledger_path("cut.db");
  fg_handle *ledger = NULL;
  fg_error error = {0};
  if (fg_ledger_open(path, NULL, &ledger, &error) != FG_OK) {
    fail_msg("cut %d: %s", cut.cuts, error.message);
  }
  int64_t there = command_count(ledger) - 1;
  if (there < cut.acknowledged) {
    fail_msg("cut %d: %lld commands of %d that were acknowledged", cut.cuts, (long long)there, cut.acknowledged);
  }
  assert_true(there <= cut.given);
  json_t *statement = statement_of(fg_handle_account(ledger));
  assert_int_equal(json_integer_value(json_at(statement, "/products/image/month/total")), there);
  json_decref(statement);
  if (cut.cuts % 5 == 0) { /* and it goes on */
    assert_int_equal(use_one(ledger, 100000, "after", NULL), FG_OK);
  }
  close_ledger(ledger);
  if (cut.cuts % 50 == 0) {
    assert_good(path);
  }
}

static void cut_power_now(void) {
  disk.is_watched = false;
  disk.is_cutting = true;
  for (int i = 0; i < 3; i++) {
    char path[600];
    for (size_t j = 0; j < sizeof disk.shadows / sizeof *disk.shadows && disk.shadows[j].path[0] != '\0'; j++) {
      const char *suffix = strstr(disk.shadows[j].path, "booth.db") + strlen("booth.db");
      snprintf(path, sizeof path, "%s%s", ledger_path("cut.db"), suffix);
      write_after_cut(&disk.shadows[j], path);
    }
    check_after_cut();
    cut.cuts++;
  }
  disk.is_cutting = false;
  disk.is_watched = true;
}

static void cut_power(void) {
  if (disk.operations % cut.step == 0) {
    cut_power_now();
  }
}

static const char *whole_path(const char *path) {
  static char whole[4096];
  assert_non_null(realpath(path, whole));
  return whole;
}

static void watch(const char *path) {
  size_t length = 0;
  memset(disk.shadows, 0, sizeof disk.shadows);
  shadow *of = shadow_of(whole_path(path));
  char *bytes = read_file(path, &length);
  resize(&of->synced, &of->synced_size, (sqlite3_int64)length);
  memcpy(of->synced, bytes, length);
  free(bytes);
  of->was_synced = true;
  disk.before = cut_power;
  disk.is_watched = true;
}

static void stop_watching(void) {
  disk.is_watched = false;
  disk.before = NULL;
  for (size_t i = 0; i < sizeof disk.shadows / sizeof *disk.shadows; i++) {
    forget_changes(&disk.shadows[i]);
    free(disk.shadows[i].synced);
  }
}

static void live_under_cuts(int64_t group_ms) {
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  cut = (struct cut){.step = or_in_short(1, 13), .random = 1};
  watch(path);
  fg_handle *ledger = open_ledger(path, group_ms);
  for (int number = 1; number <= USES; number++) {
    cut.given = number;
    assert_int_equal(use_one(ledger, number, id_of(number), NULL), FG_OK);
    if (group_ms > 0 && number % 10 == 0) {
      assert_int_equal(fg_handle_flush(ledger, NULL), FG_OK);
    }
    cut.acknowledged = group_ms == 0 || number % 10 == 0 ? number : cut.acknowledged;
  }
  close_ledger(ledger);
  assert_true(cut.cuts > 50);
  stop_watching();
}

static void test_power_goes_at_any_instant(void **state) {
  (void)state;
  live_under_cuts(0);
}

static long dies_at;

static void die(void) {
  if (disk.operations >= dies_at) {
    _exit(0);
  }
}

/* A process that ends in the middle of any operation leaves the others their ledger. */
static void test_a_process_ends_at_any_instant(void **state) {
  (void)state;
  const char *path = booth_path();
  int ended = 0;
  stop_failing();
  fill_ledger(path, 0);
  fg_handle *first = open_ledger(path, 0);
  for (int n = 1; ended == 0; n++) {
    assert_int_equal(use_one(first, 2 * n, id_of(n), NULL), FG_OK);
    pid_t child = fork();
    if (child == 0) {
      disk.before = die;
      disk.is_watched = true;
      disk.operations = 0;
      dies_at = n;
      fg_handle *own = open_ledger(path, 0);
      _exit(use_one(own, 2 * n + 1, "theirs", NULL) == FG_OK ? 1 : 2);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) < 2);
  }
  assert_int_equal(use_one(first, 10000, "last", NULL), FG_OK);
  close_ledger(first);
  assert_good(path);
}

/* The bound of what a cut loses is the group. */
static void test_power_goes_within_a_group(void **state) {
  (void)state;
  live_under_cuts(1000000);
}

/* What a killed process wrote and had not synced is told as there. Where it is given again and answered, a cut of power
   does not take it away any more. */
static void test_power_goes_after_a_kill(void **state) {
  (void)state;
  const char *path = booth_path();
  for (int64_t group_ms = 0; group_ms <= 1000000; group_ms += 1000000) {
    fg_outcome outcome;
    stop_failing();
    leave_killed(path);
    cut = (struct cut){.random = 1};
    watch(path);
    disk.before = NULL;
    shadow *log = shadow_of(whole_path(ledger_path("booth.db-wal")));
    size_t length = 0;
    char *bytes = read_file(ledger_path("booth.db-wal"), &length);
    remember(log, 0, (int)length, bytes);
    free(bytes);
    fg_handle *ledger = open_ledger(path, group_ms);
    assert_int_equal(log->change_count, group_ms == 0); /* with a group the run is begun at once, and that is synced */
    assert_int_equal(use_one(ledger, 20, "last", &outcome), FG_OK);
    assert_true(outcome.repeated);
    assert_int_equal(log->change_count, 0);
    assert_true(log->was_synced && log->synced_size >= (sqlite3_int64)length); /* the run is noted in it too */
    disk.is_watched = false;
    close_ledger(ledger);
    stop_watching();
  }
}

static void fail_next_operation(void) {
  disk.failure = SQLITE_IOERR;
  disk.operations = 0;
  disk.fail_at = 1;
}

/* What a handle acknowledged in a group may not be on the disk after a sync has failed, whichever thread it failed in.
   So nothing is acknowledged any more: no new command, and no repetition of one that was written. */
static void test_a_sync_fails_in_a_group(void **state) {
  (void)state;
  const char *path = booth_path();
  for (int is_repeated = 0; is_repeated < 2; is_repeated++) {
    stop_failing();
    leave_killed(path);
    fg_handle *ledger = open_ledger(path, 1000000);
    assert_int_equal(use_one(ledger, 20, "u20", NULL), FG_OK);
    fail_next_operation();
    /* The log that the killed process left is synced before its last command is answered again. */
    assert_int_equal(is_repeated ? use_one(ledger, 21, "last", NULL) : fg_handle_flush(ledger, NULL), FG_LEDGER_IO);
    stop_failing();
    assert_int_equal(use_one(ledger, 22, "u22", NULL), FG_LEDGER_IO);
    assert_int_equal(use_one(ledger, 23, "u22", NULL), FG_LEDGER_IO);
    assert_int_equal(use_one(ledger, 24, "u20", NULL), FG_LEDGER_IO);
    assert_int_equal(fg_handle_flush(ledger, NULL), FG_LEDGER_IO);
    assert_int_equal(fg_handle_close(ledger, NULL), FG_LEDGER_IO);
    assert_good(path);
  }
}

/* A command that could not be synced is in the log that all handles read, but a later sync does not write it any more:
   what another handle acknowledges after it must not depend on it. */
static void test_power_goes_after_a_failed_sync(void **state) {
  (void)state;
  const char *path = booth_path();
  for (int64_t group_ms = 0; group_ms <= 1000000; group_ms += 1000000) {
    stop_failing();
    unlink(path);
    fill_ledger(path, 0);
    cut = (struct cut){.random = 1, .step = 1};
    watch(path);
    disk.before = NULL;
    fg_handle *ledger = open_ledger(path, group_ms);
    fg_handle *other = open_ledger(path, 0);
    assert_int_equal(use_one(ledger, 1, "u1", NULL), FG_OK);
    assert_int_equal(use_one(other, 2, "u2", NULL), FG_OK);
    disk.drops = true;
    if (group_ms > 0) {
      assert_int_equal(use_one(ledger, 3, "u3", NULL), FG_OK);
      fail_next_operation();
      assert_int_equal(fg_handle_flush(ledger, NULL), FG_LEDGER_IO);
      stop_failing();
      assert_int_equal(use_one(ledger, 4, "u4", NULL), FG_LEDGER_IO);
    } else {
      fail_next_operation();
      disk.fail_at = 2; /* after the write */
      assert_int_equal(use_one(ledger, 3, "u3", NULL), FG_LEDGER_IO);
      stop_failing();
    }
    assert_int_equal(use_one(other, 5, "u5", NULL), FG_OK);
    cut.acknowledged = group_ms > 0 ? 4 : 3;
    cut.given = 5;
    cut_power();
    assert_int_equal(cut.cuts, 3);
    disk.drops = false;
    disk.is_watched = false;
    (void)fg_handle_close(ledger, NULL);
    close_ledger(other);
    stop_watching();
    assert_good(path);
  }
}

/* Waits until another thread has begun the log anew so often, or for two minutes: a machine may be slow or busy. */
static bool await_emptied(long times) {
  for (int i = 0; i < 120000; i++) {
    pthread_mutex_lock(&disk.mutex);
    bool done = disk.emptied >= times;
    pthread_mutex_unlock(&disk.mutex);
    if (done) {
      return true;
    }
    usleep(1000);
  }
  return false;
}

static void use_in_group(fg_handle *ledger, int number) {
  char id[16];
  snprintf(id, sizeof id, "u%d", number);
  cut.given = number;
  assert_int_equal(use_one(ledger, number, id, NULL), FG_OK);
}

/* The log is moved into the database three times over while power may go: also when it was begun anew, and the disk has
   its new frames, but neither its header nor what they were written over. */
static void test_power_goes_while_the_log_is_saved(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  disk.emptied = 0;
  cut = (struct cut){.step = or_in_short(3, 17), .random = 1};
  watch(path);
  fg_handle *ledger = open_ledger(path, 1000000);
  for (int number = 1; number <= 480; number++) {
    use_in_group(ledger, number);
    if (number % 150 == 0) {
      assert_true(await_emptied(number / 150));
    }
    if (number % 150 == 15) { /* before it the log holds nothing that was synced */
      assert_int_equal(fg_handle_flush(ledger, NULL), FG_OK);
      cut.acknowledged = number;
    }
  }
  close_ledger(ledger);
  assert_true(cut.cuts > 50);
  stop_watching();
  assert_good(path);
}

/* The same with a second handle, which syncs each of its commands, and whose checkpoints and the saver's take turns. */
static void test_power_goes_while_the_log_of_two_is_saved(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  disk.emptied = 0;
  cut = (struct cut){.step = or_in_short(11, 37), .random = 2};
  watch(path);
  fg_handle *saves = open_ledger(path, 1000000);
  fg_handle *other = open_ledger(path, 0);
  for (int number = 1; number <= 320; number++) {
    bool is_synced = number % 9 == 0;
    use_in_group(is_synced ? other : saves, number);
    cut.acknowledged = is_synced ? number : cut.acknowledged;
    if (number % 160 == 0) {
      assert_true(await_emptied(number / 160));
    }
  }
  close_ledger(saves);
  close_ledger(other);
  assert_true(cut.cuts > 50);
  stop_watching();
  assert_good(path);
}

/* From its opening to its end no command of a group waits for the disk, and the log stays short all the same. */
static void test_no_caller_syncs(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  fg_handle *ledger = open_ledger(path, 1000000);
  disk.emptied = disk.caller_syncs = disk.saved = 0;
  for (int number = 1; number <= 1000; number++) {
    use_in_group(ledger, number);
    if (number % 250 == 0) {
      assert_true(await_emptied(number / 250));
    }
  }
  assert_int_equal(disk.caller_syncs, 0);
  assert_true(disk.saved > 1000);
  struct stat log;
  assert_int_equal(stat(ledger_path("booth.db-wal"), &log), 0);
  assert_true(log.st_size < 8 << 20);
  close_ledger(ledger);
  assert_good(path);
}

/* A database that another thread cannot write: commands are acknowledged all the same, and in the end the caller moves
   the log by itself. */
static void test_saving_fails(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  fg_handle *ledger = open_ledger(path, 1000000);
  struct stat log;
  disk.emptied = 0;
  disk.fails_to_save = true;
  for (int number = 1; number <= 6000; number++) {
    use_in_group(ledger, number);
  }
  assert_int_equal(stat(ledger_path("booth.db-wal"), &log), 0);
  assert_true(log.st_size < 40 << 20);
  assert_int_equal(disk.emptied, 0);
  disk.fails_to_save = false;
  usleep(1100000);
  for (int number = 6001; number <= 6200; number++) {
    use_in_group(ledger, number);
  }
  assert_true(await_emptied(1));
  close_ledger(ledger);
  assert_good(path);
}

static long operations_by_now(void) {
  pthread_mutex_lock(&disk.mutex);
  long operations = disk.operations;
  pthread_mutex_unlock(&disk.mutex);
  return operations;
}

static void fail_from(long operation, bool for_good) {
  pthread_mutex_lock(&disk.mutex);
  disk.failure = SQLITE_IOERR;
  disk.operations = 0;
  disk.fail_at = operation;
  disk.for_good = for_good;
  pthread_mutex_unlock(&disk.mutex);
}

/* What was acknowledged, and nothing that was not given, is there when a handle with a group is closed, whatever its
   closing says. Where that says that all is well, a cut of power takes nothing away any more. */
static void assert_closed(const char *path, fg_status closed, long fail_at) {
  const int answered = cut.acknowledged;
  cut.acknowledged = closed == FG_OK ? answered : 0;
  cut_power_now();
  disk.is_watched = false;
  fg_handle *again = open_ledger(path, 0);
  int there = (int)command_count(again) - 1;
  if (there < answered || there > cut.given) {
    fail_msg("operation %ld: %d commands of %d that were acknowledged", fail_at, there, answered);
  }
  close_ledger(again);
  stop_watching();
}

/* Uses while the disk fails at one operation of whichever thread, once or from then on, with a second handle or without
   one. */
static void save_on_failing_disk(const char *path, long fail_at, bool has_other) {
  cut = (struct cut){.random = (unsigned)fail_at};
  watch(path);
  disk.before = NULL;
  fg_handle *saves = open_ledger(path, 1000000);
  fg_handle *other = has_other ? open_ledger(path, 0) : NULL;
  const int begun = (int)command_count(saves);
  int answered = 0;
  fg_status status = FG_OK;
  for (int number = 0; number < 200 && status == FG_OK; number++) {
    char id[32];
    if (number == 120) {
      fail_from(fail_at, fail_at % 2 == 0);
    }
    snprintf(id, sizeof id, "f%d", begun + number);
    fg_handle *by = has_other && number % 23 == 22 ? other : saves;
    status = use_one(by, begun + number, id, NULL);
    answered += status == FG_OK;
    usleep(number < 120 ? 0 : 300);
  }
  const useconds_t attempt = 250000;                       /* the saver waits so long at most before it goes on */
  for (long before = -1; before != operations_by_now();) { /* until the saver has come to its end */
    before = operations_by_now();
    usleep(has_other || fail_at == LONG_MAX ? attempt : 50000);
  }
  fg_status closed = fg_handle_close(saves, NULL);
  assert_true(closed == FG_OK || (closed == FG_LEDGER_IO && disk.operations >= fail_at));
  fg_handle_close(other, NULL);
  stop_failing();
  cut.acknowledged = begun - 1 + answered;
  cut.given = cut.acknowledged + (status != FG_OK);
  assert_closed(path, closed, fail_at);
}

/* Whatever fails of what the saver and the callers write and sync, no command is lost and none is told as damage. */
static void test_an_operation_fails_while_the_log_is_saved(void **state) {
  (void)state;
  const char *path = booth_path();
  const long step = or_in_short(13, 67);
  stop_failing();
  fill_ledger(path, 0);
  disk.emptied = 0;
  disk.drops = true;
  for (int has_other = 0; has_other < 2; has_other++) {
    for (long fail_at = 1; fail_at < 450; fail_at += step) { /* to save takes some 350 operations */
      save_on_failing_disk(path, fail_at, has_other != 0);
    }
  }
  for (int more = 0; more < 50 && disk.emptied == 0; more++) { /* a busy machine may not have let the saver in */
    save_on_failing_disk(path, LONG_MAX, false);               /* nothing fails, so that it comes to its end */
  }
  disk.drops = false;
  assert_true(disk.emptied > 0);
  assert_good(path);
}

/* Closes a handle with a group after so many commands, while the disk fails at one operation of that. Returns whether
   there were so many operations. */
static bool close_on_failing_disk(const char *path, int uses, long fail_at, bool for_good) {
  cut = (struct cut){.random = (unsigned)fail_at};
  copy_ledger(ledger_path("first.db"), path);
  watch(path);
  disk.before = NULL;
  fg_handle *ledger = open_ledger(path, 1000000);
  for (int number = 1; number <= uses; number++) {
    use_in_group(ledger, number);
  }
  fail_from(fail_at, for_good);
  fg_status closed = fg_handle_close(ledger, NULL);
  bool was_reached = disk.operations >= fail_at;
  assert_true(closed == FG_OK || (closed == FG_LEDGER_IO && was_reached));
  assert_true(closed == FG_LEDGER_IO || fail_at > 1 || uses > 100); /* the first operation syncs the commands */
  stop_failing();
  cut.acknowledged = uses;
  assert_closed(path, closed, fail_at);
  return was_reached;
}

/* Whatever fails while a handle with a group is closed, also with its saver at work, all that it has acknowledged is
   there afterwards. Closing tells an error where a cut of power could still take that away. */
static void test_an_operation_fails_while_a_group_is_closed(void **state) {
  (void)state;
  const long step = or_in_short(1, 7);
  stop_failing();
  fill_ledger(ledger_path("first.db"), 0);
  disk.drops = true;
  for (int uses = 5; uses <= 155; uses += 150) { /* the second many fill the log so that it is saved */
    for (int for_good = 0; for_good < 2; for_good++) {
      long fail_at = 1;
      while (close_on_failing_disk(booth_path(), uses, fail_at, for_good != 0)) {
        fail_at += step;
      }
      assert_true(fail_at > 5);
    }
  }
  disk.drops = false;
}

/* Two handles with savers and one without, in one process: each sees all that the others did, whoever moved the log. */
static void test_savers_side_by_side(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  fg_handle *ledgers[] = {open_ledger(path, 1000000), open_ledger(path, 50), open_ledger(path, 0)};
  disk.emptied = 0;
  for (int number = 1; number <= 900; number++) {
    use_in_group(ledgers[number / 7 % 3], number);
  }
  assert_true(await_emptied(1));
  for (int i = 0; i < 3; i++) {
    fg_outcome outcome;
    assert_int_equal(use_one(ledgers[i], 1000, "u1", &outcome), FG_OK);
    assert_true(outcome.repeated);
    assert_int_equal(command_count(ledgers[i]), 901);
    close_ledger(ledgers[i]);
  }
  assert_good(path);
}

/* Another handle adds a command while the log is saved, and this one asks a question after it. So this one was inside
   last, but the latest commit is not its own: the log must not be begun anew before that is saved too. */
static void test_question_while_the_log_is_saved(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  fg_handle *saves = open_ledger(path, 1000000);
  fg_handle *other = open_ledger(path, 0);
  fg_outcome outcome;
  disk.emptied = 0;
  __atomic_store_n(&disk.is_saver_held, true, __ATOMIC_RELEASE);
  for (int number = 1; number <= 200; number++) {
    use_in_group(saves, number);
  }
  use_in_group(other, 201);
  assert_int_equal(use_one(saves, 202, "u201", &outcome), FG_OK);
  assert_true(outcome.repeated);
  __atomic_store_n(&disk.is_saver_held, false, __ATOMIC_RELEASE);
  assert_true(await_emptied(1));
  assert_int_equal(use_one(saves, 203, "u201", &outcome), FG_OK);
  assert_true(outcome.repeated);
  close_ledger(other);
  close_ledger(saves);
  assert_good(path);
}

/* A copy of a backup is put over the open file while the log is saved, after some pages were: the next command tells
   it, and the log, which may be all that is left, is not begun anew. */
static void test_overwritten_while_the_log_is_saved(void **state) {
  (void)state;
  const char *path = booth_path();
  const char *backup = ledger_path("backup.db");
  stop_failing();
  fill_ledger(path, 0);
  copy_file(path, backup);
  fg_handle *saves = open_ledger(path, 1000000);
  disk.emptied = disk.saved = 0;
  __atomic_store_n(&disk.held_at_sync, 1, __ATOMIC_RELEASE);
  for (int number = 1; number <= 200; number++) {
    use_in_group(saves, number);
  }
  for (int i = 0; i < 5000 && __atomic_load_n(&disk.saved, __ATOMIC_ACQUIRE) == 0; i++) {
    usleep(1000);
  }
  usleep(50000); /* the instant of a write is known to some milliseconds */
  copy_file(backup, path);
  use_in_group(saves, 201); /* nothing is known of it yet */
  __atomic_store_n(&disk.held_at_sync, 0, __ATOMIC_RELEASE);
  fg_status status = FG_OK;
  for (int number = 202; number < 260 && status == FG_OK; number++) {
    usleep(20000);
    char id[24];
    snprintf(id, sizeof id, "u%d", number);
    status = use_one(saves, number, id, NULL);
  }
  assert_int_equal(status, FG_LEDGER_REPLACED);
  assert_int_equal(disk.emptied, 0);
  assert_int_equal(fg_handle_close(saves, NULL), FG_LEDGER_REPLACED);
}

/* Whoever comes after the marks were removed takes no turn that the saver could see, so this must not begin the log
   anew any more. */
static void test_marks_are_removed_while_the_log_is_saved(void **state) {
  (void)state;
  const char *path = booth_path();
  stop_failing();
  fill_ledger(path, 0);
  fg_handle *saves = open_ledger(path, 1000000);
  fg_outcome outcome;
  disk.emptied = 0;
  __atomic_store_n(&disk.is_saver_held, true, __ATOMIC_RELEASE);
  for (int number = 1; number <= 200; number++) {
    use_in_group(saves, number);
  }
  assert_int_equal(unlink(ledger_path("booth.db-mark")), 0);
  fg_handle *other = open_ledger(path, 0);
  use_in_group(other, 201);
  __atomic_store_n(&disk.is_saver_held, false, __ATOMIC_RELEASE);
  usleep(300000);
  assert_int_equal(use_one(saves, 202, "u202", NULL), FG_LEDGER_REPLACED);
  fg_handle_close(saves, NULL);
  assert_int_equal(disk.emptied, 0);
  close_ledger(other);
  other = open_ledger(path, 0);
  assert_int_equal(use_one(other, 203, "u201", &outcome), FG_OK);
  assert_true(outcome.repeated);
  close_ledger(other);
  assert_good(path);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, make_ledger_directory, drop_ledger_directory)

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_TEST(test_a_write_fails_once),
      LEDGER_TEST(test_the_disk_fails_for_good),
      LEDGER_TEST(test_the_disk_is_full_once),
      LEDGER_TEST(test_the_disk_stays_full),
      LEDGER_TEST(test_a_look_at_what_is_taken_back),
      LEDGER_TEST(test_looks_fail),
      LEDGER_TEST(test_files_cannot_be_opened_to_be_written),
      LEDGER_TEST(test_reads_fail),
      LEDGER_TEST(test_reads_fail_in_the_middle),
      LEDGER_TEST(test_creation_fails),
      LEDGER_TEST(test_power_goes_at_any_instant),
      LEDGER_TEST(test_power_goes_within_a_group),
      LEDGER_TEST(test_a_process_ends_at_any_instant),
      LEDGER_TEST(test_power_goes_after_a_kill),
      LEDGER_TEST(test_a_sync_fails_in_a_group),
      LEDGER_TEST(test_power_goes_after_a_failed_sync),
      LEDGER_TEST(test_power_goes_while_the_log_is_saved),
      LEDGER_TEST(test_power_goes_while_the_log_of_two_is_saved),
      LEDGER_TEST(test_no_caller_syncs),
      LEDGER_TEST(test_saving_fails),
      LEDGER_TEST(test_an_operation_fails_while_the_log_is_saved),
      LEDGER_TEST(test_an_operation_fails_while_a_group_is_closed),
      LEDGER_TEST(test_savers_side_by_side),
      LEDGER_TEST(test_question_while_the_log_is_saved),
      LEDGER_TEST(test_marks_are_removed_while_the_log_is_saved),
      LEDGER_TEST(test_overwritten_while_the_log_is_saved),
  };
  return cmocka_run_group_tests(tests, install_disk, remove_disk);
}
