#include "open.h"

#include <stdio.h>

#include "connection.h"
#include "disk.h"
#include "fault.h"
#include "header.h"
#include "system.h"
#include "turn.h"

/* From so many bytes on, a ledger is opened before all of it is read, unless the host says otherwise. */
enum { LARGE = 32 * 1024 * 1024 };

static fg_status check_kind(const fg_store *store, const fg_file_look *file, fg_error *error) {
  if (file->kind != FG_FILE_PLAIN) {
    return fg_fail(error, FG_LEDGER_NOT_A_FILE, "", "%s is %s", store->path,
                   file->kind == FG_FILE_DIRECTORY ? "a directory" : "no plain file");
  }
  /* The mode of the file decides, because its owner set it, even if the user is root and could write nevertheless. */
  return store->mode == FG_STORE_READ || !file->is_read_only
             ? FG_OK
             : fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s is read-only", store->path);
}

static fg_status refuse_access(const fg_store *store, int number, fg_error *error) {
  bool is_denied = (number == EACCES || number == EPERM) && fg_system_is_denied(store->place.file);
  return is_denied ? fg_fail(error, FG_LEDGER_DENIED, "", "%s may not be read by this user", store->path)
                   : fg_store_system_fault(number, store->path, error);
}

/* Opens the file and enters its lock. If the file was moved or replaced meanwhile, or is still empty because it is
   being made (create.c), it is opened again. */
static fg_status come_in(fg_store *store, int64_t wait_ms, fg_error *error) {
  enum { TRIES = 20 };
  fg_file_look found;
  for (int tries = 0; tries < TRIES; tries++) {
    int number = fg_system_look_at(store->place.file, false, &found);
    if (number != 0) {
      return refuse_access(store, number, error);
    }
    FG_TRY(check_kind(store, &found, error));
    number = fg_lock_open(&store->lock, store->place.file, store->mode == FG_STORE_WRITE, wait_ms);
    if (number != 0) {
      return refuse_access(store, number, error);
    }
    store->lock.watch = store->vfs.watch;
    number = fg_lock_enter(&store->lock);
    store->is_inside = number == 0;
    number = number == 0 ? fg_system_look_inside(store->lock.database, &store->opened) : number;
    if (number != 0) {
      return fg_store_system_fault(number, store->path, error);
    }
    bool is_there = fg_system_look_at(store->place.file, false, &found) == 0;
    if (is_there && fg_file_is_same(&found, &store->opened) && (found.state.size > 0 || tries + 1 == TRIES)) {
      return FG_OK;
    }
    store->is_inside = false;
    fg_lock_close(&store->lock);
    fg_system_sleep_us(1000);
  }
  return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is replaced again and again", store->path);
}

/* Checks that the file has only one name, because its log would not be found under another one. */
static fg_status check_name(fg_store *store, fg_error *error) {
  int64_t number = 0;
  if (store->opened.names > 1) {
    return fg_fail(error, FG_LEDGER_LINKED, "", "%s has %u names (hard links), where one log is beside one name",
                   store->path, (unsigned)store->opened.names);
  }
  int result = fg_place_number(&store->place, &number);
  result = result == 0 ? fg_lock_take_name(&store->lock, number) : result;
  result = result == 0 ? fg_lock_keep_door(&store->lock) : result;
  return result == 0 ? FG_OK : fg_store_system_fault(result, store->path, error);
}

static fg_status check_header(const fg_store *store, fg_error *error) {
  unsigned char header[FG_HEADER_SIZE];
  size_t got = 0;
  int number = fg_system_read(store->lock.database, header, sizeof header, 0, &got);
  return number != 0 ? fg_store_system_fault(number, store->path, error)
                     : fg_header_check(store->path, header, got, error);
}

/* Refuses a file beside the ledger that is not a plain file of ours, such as a symbolic link. */
static fg_status refuse_beside(const fg_store *store, const char *suffix, int number, bool to_read, fg_error *error) {
  char name[FG_PLACE_MAX];
  if (to_read && (number == EACCES || number == EPERM)) {
    return fg_fail(error, FG_LEDGER_DENIED, "", "%s%s may not be read by this user", store->path, suffix);
  }
  if (number == ELOOP) {
    return fg_fail(error, FG_LEDGER_NOT_A_FILE, "", "%s%s is a symbolic link", store->path, suffix);
  }
  snprintf(name, sizeof name, "%s%s", store->path, suffix);
  return fg_store_system_fault(number, name, error);
}

/* Reads up to which frame of which log the database says that it has everything. If its first page is torn, it says
   nothing; the log then has that page. */
static int read_saved(const fg_store *store, fg_wal_place *saved) {
  unsigned char page[FG_PAGE_SIZE];
  size_t got = 0;
  int number = fg_system_read(store->lock.database, page, sizeof page, 0, &got);
  bool is_told = number == 0 && got == sizeof page && fg_page_is_whole(page, 1);
  *saved = is_told ? fg_header_saved(page) : (fg_wal_place){.frame = 0};
  return number;
}

/* Ignores a log that ends before the frame up to which the database has it. Such a log was begun anew, and a power cut
   has lost its new header: the frames that are left of the old log are older than the database. */
static int pass_over_void(fg_store *store, uint32_t marked) {
  fg_wal *log = &store->log;
  fg_wal_place saved;
  int number = read_saved(store, &saved);
  bool is_void = log->has_header && memcmp(saved.salts, log->end.salts, sizeof saved.salts) == 0 &&
                 log->end.frame < saved.frame;
  if (is_void) {
    fg_wal_release(log, &store->allocator);
    log->end.frame = log->page_count = log->bad_frame = 0;
    log->is_damaged = false;
    store->void_log = saved;
  }
  store->is_cut = marked > (is_void ? saved.frame : log->end.frame);
  return number;
}

/* Reads the log, and finds out whether it has everything that the mark says. */
static fg_status look_at_log(fg_store *store, fg_error *error) {
  char name[FG_PLACE_MAX];
  uint32_t marked = 0;
  fg_place_beside(&store->place, "-wal", name);
  fg_file file;
  int number = fg_system_open(name, FG_OPEN_READ, &file);
  if (number != 0 && number != ENOENT) {
    return refuse_beside(store, "-wal", number, true, error);
  }
  number = fg_wal_read(file, &store->allocator, &store->log);
  fg_system_close(&file);
  if (number != 0) {
    return fg_store_system_fault(number, store->path, error);
  }
  if (store->log.has_header) {
    fg_place_beside(&store->place, "-mark", name);
    number = fg_mark_read(name, store->log.end.salts, &marked);
  }
  if (number != 0) {
    return refuse_beside(store, "-mark", number, true, error);
  }
  number = pass_over_void(store, marked);
  store->is_log_foreign = store->log.end.frame > 0;
  return number == 0 ? FG_OK : fg_store_system_fault(number, store->path, error);
}

static fg_status tell_bad_page(const fg_store *store, int64_t bad, fg_error *error) {
  return bad * FG_PAGE_SIZE > store->opened.state.size
             ? fg_fail(error, FG_LEDGER_CORRUPT, "", "%s is truncated in or before page %lld", store->path,
                       (long long)bad)
             : fg_store_tell_page(store, bad, error);
}

/* Checks the pages, and their number. Pages that the log has too are skipped, because they are not read from the
   database. If only pages that are used are to be checked, those are that the file lacks; the others are when SQLite
   reads them (vfs.h), and by the checker (checker.h). */
static fg_status check_pages(fg_store *store, fg_error *error) {
  unsigned char header[FG_HEADER_SIZE];
  fg_file file = store->lock.database;
  int64_t size = store->opened.state.size;
  int64_t bad = 0;
  size_t got = 0;
  int number = fg_system_read(file, header, sizeof header, 0, &got);
  if (number != 0 || got < sizeof header) {
    return fg_store_system_fault(number == 0 ? EIO : number, store->path, error);
  }
  bool has_log = store->log.page_count > 0;
  store->page_count = has_log ? store->log.page_count : fg_header_page_count(header);
  unsigned char *room = fg_allocate(&store->allocator, FG_PAGES_ROOM);
  if (room == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_page_range range = {store->checks_used ? size / FG_PAGE_SIZE + 1 : 1, store->page_count};
  number = fg_pages_find_bad(file, range, &store->log.pages, store->vfs.watch, room, &bad);
  fg_release(&store->allocator, room, FG_PAGES_ROOM);
  if (number != 0) {
    return fg_store_system_fault(number, store->path, error);
  }
  if (bad == 0 && !has_log && size != store->page_count * FG_PAGE_SIZE) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s has %lld bytes, but should have %lld", store->path,
                   (long long)size, (long long)(store->page_count * FG_PAGE_SIZE));
  }
  return bad == 0 ? FG_OK : tell_bad_page(store, bad, error);
}

static fg_store *allocate_store(const char *path, fg_store_mode mode, const fg_allocator *allocator) {
  fg_store *store = fg_allocate(allocator, sizeof *store);
  if (store == NULL) {
    return NULL;
  }
  store->allocator = *allocator;
  store->mode = mode;
  store->mark = FG_NO_FILE;
  store->lock = (fg_lock){.guard = FG_NO_FILE, .database = FG_NO_FILE, .name = -1};
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
  fg_wal_release(&store->log, &allocator);
  fg_release(&allocator, store->path, store->path_size);
  fg_release(&allocator, store, sizeof *store);
}

static int count_log_pages(void *context, sqlite3 *database, const char *name, int pages) {
  fg_store *store = context;
  (void)database;
  (void)name;
  __atomic_store_n(&store->log_pages, (uint32_t)pages, __ATOMIC_RELEASE);
  __atomic_store_n(&store->is_end_known, true, __ATOMIC_RELEASE);
  return SQLITE_OK;
}

static fg_status connect(fg_store *store, fg_error *error) {
  int flags = store->mode == FG_STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  FG_TRY(fg_connection_open(&store->vfs, store->place.file, store->path, flags, &store->database, error));
  store->vfs.void_log = store->void_log;
  sqlite3_wal_hook(store->database, count_log_pages, store); /* replaces SQLite's automatic checkpoints */
  return fg_store_execute(store->database, store->path, "PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY", error);
}

/* Checks everything that can be known of a ledger without SQLite, and then connects. */
static fg_status open_inside(fg_store *store, fg_error *error) {
  FG_TRY(check_header(store, error));
  FG_TRY(check_name(store, error));
  FG_TRY(look_at_log(store, error));
  fg_status status = check_pages(store, &store->damage);
  store->is_damaged = status == FG_LEDGER_CORRUPT;
  if (status != FG_OK && !(store->is_damaged && store->mode == FG_STORE_READ)) {
    if (error != NULL) {
      *error = store->damage;
    }
    return status;
  }
  return connect(store, error);
}

static fg_status open_as(const char *path, fg_store_mode mode, fg_store_check check, int64_t wait_ms,
                         const fg_allocator *allocator, fg_watch *watch, fg_store **store, fg_error *error) {
  fg_place place;
  FG_TRY(fg_place_resolve(path, &place, error));
  FG_TRY(fg_disk_check(place.file, error));
  fg_store *fresh = allocate_store(path, mode, allocator);
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fresh->place = place;
  fresh->vfs.watch = watch;
  fg_status status = come_in(fresh, wait_ms, error);
  fresh->checks_used = check == FG_STORE_CHECK_USED ||
                       (check == FG_STORE_CHECK_BY_SIZE && fresh->opened.state.size >= LARGE);
  status = status == FG_OK ? open_inside(fresh, error) : status;
  if (status != FG_OK) {
    fg_store_close(fresh);
    return status;
  }
  *store = fresh;
  return FG_OK;
}

fg_status fg_store_open_checking(const char *path, fg_store_mode mode, fg_store_check check, int64_t wait_ms,
                                 const fg_allocator *allocator, fg_store **store, fg_error *error) {
  return open_as(path, mode, check, wait_ms, allocator, NULL, store, error);
}

fg_status fg_store_open(const char *path, fg_store_mode mode, const fg_allocator *allocator, fg_watch *watch,
                        fg_store **store, fg_error *error) {
  return open_as(path, mode, FG_STORE_CHECK_ALL, 5000, allocator, watch, store, error);
}

/* Opens the file of marks, and locks the byte that keeps other programs out. */
static fg_status open_beside(fg_store *store, fg_error *error) {
  char name[FG_PLACE_MAX];
  fg_place_beside(&store->place, "-mark", name);
  int number = fg_mark_open(name, store->lock.database, &store->mark);
  number = number == 0 ? fg_system_look_inside(store->mark, &store->marks) : number;
  if (number != 0) {
    return refuse_beside(store, "-mark", number, false, error);
  }
  fg_place_beside(&store->place, "-shm", name);
  number = fg_lock_guard(&store->lock, name);
  return number == 0       ? FG_OK
         : number == ELOOP ? refuse_beside(store, "-shm", number, false, error)
                           : fg_store_system_fault(number, store->path, error);
}

fg_status fg_store_accept(fg_store *store, bool is_grouped, fg_error *error) {
  /* With a write-ahead log, NORMAL leaves commits to be synced later, by the group, and never writes them out of
     order. */
  FG_TRY(fg_store_execute(store->database, store->path,
                          is_grouped ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", error));
  fg_status status = open_beside(store, error);
  status = status == FG_OK ? fg_store_take_first_turn(store, error) : status;
  if (status != FG_OK) {
    if (!store->log.is_there) {
      fg_store_clear_beside(store);
    }
    return status;
  }
  store->is_grouped = is_grouped;
  fg_vfs_accept(&store->vfs, store->mark, store->lock.session);
  return FG_OK;
}

void fg_store_close(fg_store *store) {
  if (store == NULL) {
    return;
  }
  sqlite3_close_v2(store->database);
  fg_vfs_unregister(&store->vfs);
  fg_store_leave(store);
  fg_system_close(&store->mark);
  fg_lock_close(&store->lock);
  free_store(store);
}

void fg_store_abandon(fg_store *store) {
  fg_system_close(&store->mark);
  fg_lock_abandon(&store->lock);
  /* The connection stays allocated, because closing it would roll back or remove what the parent relies on. The file
     system that it uses must stay, too. */
}
