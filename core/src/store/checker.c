#include "checker.h"

static bool is_stopped(const fg_checker *checker) { return __atomic_load_n(&checker->is_ending, __ATOMIC_ACQUIRE); }

/* Whether a transaction in the log has a page, which is then not read from the database. */
static bool has_log_page(fg_checker *checker, int64_t number) {
  fg_file file;
  fg_wal_walk *walk = &checker->walk;
  bool is_there = false;
  bool is_committed = false;
  if (fg_system_open(checker->log_name, FG_OPEN_READ, &file) != 0) {
    return false;
  }
  int error = fg_wal_walk_begin(walk, file);
  while (error == 0 && !is_committed && (error = fg_wal_walk_next(walk)) == 0) {
    is_there = is_there || fg_wal_frame_page(walk->bytes) == number;
    is_committed = is_there && fg_wal_is_commit(walk->bytes);
  }
  fg_system_close(&file);
  return is_committed;
}

/* Looks again at a page that seems damaged, inside the lock: it may have been written while it was read. A saver writes
   pages outside the lock, but none that the log does not have. */
static int confirm(fg_checker *checker, int64_t number, int64_t *bad) {
  static const fg_page_set none = {NULL, 0, 0};
  int error = fg_lock_enter(&checker->lock);
  if (error != 0) {
    return error;
  }
  error = fg_pages_find_bad(checker->lock.database, (fg_page_range){number, number}, &none, NULL, checker->room, bad);
  *bad = error == 0 && *bad != 0 && has_log_page(checker, number) ? 0 : *bad;
  fg_lock_leave(&checker->lock);
  return error;
}

/* Reads on from a page. What cannot be read is told when it is used. */
static int64_t check_some(fg_checker *checker, int64_t first, int64_t *bad) {
  static const fg_page_set none = {NULL, 0, 0};
  fg_page_range range = {first, fg_min_i64(first + FG_PAGES_AT_ONCE - 1, checker->store->page_count)};
  int error = fg_pages_find_bad(checker->lock.database, range, &none, NULL, checker->room, bad);
  if (error != 0) {
    *bad = 0;
    return range.last + 1;
  }
  if (*bad == 0) {
    return range.last + 1;
  }
  int64_t suspect = *bad;
  error = confirm(checker, suspect, bad);
  *bad = error == 0 ? *bad : 0;
  return error == ETIMEDOUT ? suspect : suspect + 1;
}

/* Half of the time is left to those who have something to do. */
static void check_all(void *argument) {
  fg_checker *checker = argument;
  int64_t bad = 0;
  for (int64_t page = 1; page <= checker->store->page_count && bad == 0 && !is_stopped(checker);) {
    int64_t began = fg_system_steady_ms();
    page = check_some(checker, page, &bad);
    int64_t took = fg_system_steady_ms() - began;
    if (took > 0) {
      fg_system_sleep_us(fg_min_i64(took, 100) * 1000);
    }
  }
  FG_ASSERT(bad <= UINT32_MAX); /* SQLite has no pages beyond */
  __atomic_store_n(&checker->bad, (uint32_t)bad, __ATOMIC_RELEASE);
  __atomic_store_n(&checker->is_done, true, __ATOMIC_RELEASE);
}

static void release_checker(fg_checker *checker) {
  const fg_allocator *allocator = &checker->store->allocator;
  fg_lock_close(&checker->lock);
  fg_release(allocator, checker->room, checker->room == NULL ? 0 : FG_PAGES_ROOM);
  *checker = (fg_checker){.store = NULL};
}

int fg_checker_start(fg_checker *checker, const fg_store *store) {
  *checker = (fg_checker){.store = store};
  fg_place_beside(&store->place, "-wal", checker->log_name);
  checker->room = fg_allocate(&store->allocator, FG_PAGES_ROOM);
  int error = fg_lock_open(&checker->lock, store->place.file, false, store->lock.wait_ms);
  error = error == 0 && checker->room == NULL ? ENOMEM : error;
  error = error == 0 ? fg_thread_start(&checker->thread, check_all, checker) : error;
  if (error != 0) {
    release_checker(checker);
  }
  return error;
}

fg_status fg_checker_tell(const fg_checker *checker, fg_error *error) {
  uint32_t bad = __atomic_load_n(&checker->bad, __ATOMIC_ACQUIRE);
  return FG_LIKELY(bad == 0) ? FG_OK : fg_store_tell_page(checker->store, bad, error);
}

void fg_checker_stop(fg_checker *checker) {
  if (checker->store != NULL) {
    __atomic_store_n(&checker->is_ending, true, __ATOMIC_RELEASE);
    fg_thread_join(&checker->thread);
    release_checker(checker);
  }
}

void fg_checker_abandon(fg_checker *checker) {
  if (checker->store != NULL) {
    fg_lock_abandon(&checker->lock);
  }
}
