#include "saver.h"

#include "header.h"
#include "turn.h"

enum {
  MOST_PAGES = 16 * FG_LOG_PAGES, /* of the log, after which its end is saved inside the lock */
  PAUSE_MS = 100,                 /* between two attempts */
  REST_MS = 1000                  /* after a failure */
};

static bool is_ending(fg_saver *saver) {
  fg_mutex_lock(&saver->mutex);
  bool ending = saver->is_ending;
  fg_mutex_unlock(&saver->mutex);
  return ending;
}

/* Whether the database is as the saver left it. While it saves, nobody else may write there, and the commands that come
   do not look, because the state is noted as unknown. */
static bool is_as_left(fg_saver *saver) {
  fg_file_look found;
  bool is_seen = fg_system_look_inside(saver->lock.database, &found) == 0;
  saver->is_overwritten = saver->is_overwritten || (is_seen && fg_file_state_differs(&saver->written, &found.state));
  return is_seen && !saver->is_overwritten;
}

static bool note_written(fg_saver *saver) {
  fg_file_look found;
  bool is_seen = fg_system_look_inside(saver->lock.database, &found) == 0;
  saver->written = is_seen ? found.state : saver->written;
  return is_seen;
}

static bool write_page(fg_saver *saver, unsigned char page[FG_PAGE_SIZE], int64_t number) {
  fg_page_stamp(page, number);
  return saver->database->pMethods->xWrite(saver->database, page, FG_PAGE_SIZE, (number - 1) * FG_PAGE_SIZE) ==
         SQLITE_OK;
}

static bool sync_database(fg_saver *saver) {
  return saver->database->pMethods->xSync(saver->database, SQLITE_SYNC_FULL) == SQLITE_OK;
}

/* Copies the frames up to `end`, which ends a transaction, into the database, and syncs it. A page that occurs several
   times is written several times, which costs little because only the sync reaches the disk. */
static bool copy_frames(fg_saver *saver, uint32_t end) {
  fg_wal_walk *walk = &saver->walk;
  /* The log is synced before the database, because a power cut would otherwise leave half of a transaction. */
  if (fg_group_sync(saver->group) != SQLITE_OK || !is_as_left(saver)) {
    return false;
  }
  while (walk->frame < end && !is_ending(saver)) {
    if (fg_wal_walk_next(walk) != 0) {
      return false;
    }
    uint32_t number = fg_wal_frame_page(walk->bytes);
    if (!write_page(saver, walk->bytes + FG_WAL_FRAME_HEADER, number)) {
      return false;
    }
    saver->has_first_page = saver->has_first_page || number == 1;
  }
  return note_written(saver) && walk->frame == end && sync_database(saver);
}

/* Finds the end of the log, inside the lock. If no other handle was inside since this one's latest commit, that is the
   end, because a frame that follows was taken back. Otherwise the log is read; all handles must then read it again, so
   that none takes a frame back that was found here. It is not enough that this handle was inside last: it may have come
   after a commit of another one, and have committed nothing. */
static bool find_end(fg_saver *saver, uint32_t *end) {
  int64_t last = 0;
  fg_file_state database;
  fg_store *store = saver->store;
  if (fg_mark_read_turn(store->mark, &last, &database) != 0) {
    return false;
  }
  if (last == store->lock.session && __atomic_load_n(&store->is_end_known, __ATOMIC_ACQUIRE)) {
    *end = __atomic_load_n(&store->log_pages, __ATOMIC_ACQUIRE);
    return true;
  }
  fg_wal_walk ahead = saver->walk;
  int number = fg_mark_put_turn(store->mark, FG_MARK_READ_AGAIN);
  *end = ahead.frame;
  while (number == 0) {
    number = fg_wal_walk_next(&ahead);
    *end = number == 0 && fg_wal_is_commit(ahead.bytes) ? ahead.frame : *end;
  }
  return number == ENODATA;
}

/* Notes in the first page that the database has the log up to where it was copied, and syncs it. The log has that page
   too, so no handle reads it from the database, and nothing is lost if a power cut tears it. */
static bool put_down_saved(fg_saver *saver) {
  unsigned char page[FG_PAGE_SIZE];
  fg_wal_place place = {.frame = saver->walk.frame};
  size_t got = 0;
  memcpy(place.salts, saver->walk.salts, sizeof place.salts);
  if (!saver->has_first_page || fg_system_read(saver->lock.database, page, sizeof page, 0, &got) != 0 ||
      got != sizeof page) {
    return false;
  }
  fg_header_put_saved(page, &place);
  return is_as_left(saver) && write_page(saver, page, 1) && note_written(saver) && sync_database(saver);
}

/* Begins the log anew, inside the lock, when the database has everything of it. */
static bool begin_log_anew(fg_saver *saver) {
  unsigned char header[FG_WAL_HEADER];
  unsigned char random[4];
  size_t got = 0;
  fg_store *store = saver->store;
  sqlite3_vfs *base = store->vfs.base;
  base->xRandomness(base, sizeof random, (char *)random);
  if (!is_as_left(saver) || fg_system_read(saver->read_log, header, sizeof header, 0, &got) != 0 ||
      got != sizeof header || fg_mark_put_turn(store->mark, FG_MARK_EMPTIED) != 0) {
    return false;
  }
  fg_wal_renew(header, random);
  fg_wal_file_note_emptied(&store->vfs.log, fg_wal_salts(header));
  bool is_done = saver->log->pMethods->xWrite(saver->log, header, FG_WAL_HEADER, 0) == SQLITE_OK;
  (void)fg_store_put_down_database(store); /* if this fails, the state stays noted as unknown, which does no harm */
  return is_done;
}

/* Enters the lock, unless a file of the ledger was removed or replaced: then the turns of others may be noted in
   another file of marks than this one's. */
static bool enter_in_place(fg_saver *saver) {
  if (fg_lock_enter(&saver->lock) != 0) {
    return false;
  }
  bool is_in_place = fg_store_is_in_place(saver->store);
  if (!is_in_place) {
    fg_lock_leave(&saver->lock);
  }
  return is_in_place;
}

typedef enum progress { FAILED, BEHIND, DONE } progress;

/* Copies the log up to `end`, and begins it anew if that is still its end. Otherwise sets `end` to the new one. */
static progress save_round(fg_saver *saver, uint32_t *end) {
  uint32_t now = *end;
  if (!copy_frames(saver, *end)) {
    return FAILED;
  }
  *end = __atomic_load_n(&saver->store->log_pages, __ATOMIC_ACQUIRE);
  if (*end > saver->walk.frame) {
    return BEHIND;
  }
  if (!put_down_saved(saver) || !enter_in_place(saver)) {
    return FAILED;
  }
  progress reached = !find_end(saver, &now)    ? FAILED
                     : now > saver->walk.frame ? BEHIND
                     : now < saver->walk.frame ? FAILED
                     : begin_log_anew(saver)   ? DONE
                                               : FAILED;
  fg_lock_leave(&saver->lock);
  *end = now;
  return reached;
}

/* Copies the rest of the log inside the lock, so that no command comes meanwhile, and begins it anew. */
static progress save_inside(fg_saver *saver) {
  uint32_t end = 0;
  if (!enter_in_place(saver)) {
    return FAILED;
  }
  bool is_done = find_end(saver, &end) && end >= saver->walk.frame && copy_frames(saver, end) &&
                 put_down_saved(saver) && begin_log_anew(saver);
  fg_lock_leave(&saver->lock);
  return is_done ? DONE : FAILED;
}

/* Waits, and then for the next command, because the longest time without one begins right after it. */
static void await_quiet(fg_saver *saver) {
  int64_t now = fg_system_steady_ms();
  fg_mutex_lock(&saver->mutex);
  while (!saver->is_ending && fg_system_steady_ms() < now + PAUSE_MS) {
    fg_signal_wait_until(&saver->changed, &saver->mutex, now + PAUSE_MS);
  }
  saver->has_news = false;
  while (!saver->is_ending && !saver->has_news && fg_system_steady_ms() < now + 2 * PAUSE_MS) {
    fg_signal_wait_until(&saver->changed, &saver->mutex, now + 2 * PAUSE_MS);
  }
  fg_mutex_unlock(&saver->mutex);
}

/* Whether other handles may have been inside. They read the log in each of their turns, so it is kept short for
   them. */
static bool has_others(const fg_saver *saver) {
  int64_t last = 0;
  fg_file_state database;
  return fg_mark_read_turn(saver->store->mark, &last, &database) != 0 || last != saver->store->lock.session;
}

static progress save(fg_saver *saver) {
  uint32_t end = __atomic_load_n(&saver->store->log_pages, __ATOMIC_ACQUIRE);
  progress reached = BEHIND;
  for (bool is_first = true; reached == BEHIND && !is_ending(saver); is_first = false) {
    if (!is_first && (end >= MOST_PAGES || has_others(saver))) {
      return save_inside(saver);
    }
    if (!is_first) {
      await_quiet(saver);
      end = __atomic_load_n(&saver->store->log_pages, __ATOMIC_ACQUIRE);
    }
    reached = save_round(saver, &end);
  }
  return reached;
}

/* Notes the state that the database should have, so that the next command finds it in another one. */
static void tell_overwritten(fg_saver *saver) {
  if (saver->is_overwritten && fg_lock_enter(&saver->lock) == 0) {
    (void)fg_mark_put_database(saver->store->mark, &saver->written); /* else damage is found in pages and chain */
    fg_lock_leave(&saver->lock);
  }
}

static void save_when_asked(void *argument) {
  fg_saver *saver = argument;
  fg_mutex_lock(&saver->mutex);
  while (!saver->is_ending) {
    if (!saver->is_busy) {
      fg_signal_wait(&saver->changed, &saver->mutex);
      continue;
    }
    fg_mutex_unlock(&saver->mutex);
    progress reached = save(saver);
    tell_overwritten(saver);
    fg_lock_end_saving(&saver->lock);
    fg_mutex_lock(&saver->mutex);
    saver->is_busy = false;
    saver->rests_until_ms = reached == DONE ? 0 : fg_system_steady_ms() + REST_MS;
  }
  fg_mutex_unlock(&saver->mutex);
}

static bool open_below(const fg_saver *saver, const char *name, int kind, sqlite3_file *file) {
  int flags = SQLITE_OPEN_READWRITE | kind;
  int opened = flags;
  sqlite3_vfs *base = saver->store->vfs.base;
  int result = base->xOpen(base, name, file, flags, &opened);
  return result == SQLITE_OK && (opened & SQLITE_OPEN_READONLY) == 0;
}

static void close_below(sqlite3_file *file) {
  if (file->pMethods != NULL) {
    file->pMethods->xClose(file);
    file->pMethods = NULL;
  }
}

/* Opens the log, if that was not done before. It is the same file as long as the ledger is open. */
static bool reach_log_below(fg_saver *saver) {
  if (saver->log->pMethods == NULL && !open_below(saver, saver->log_name, SQLITE_OPEN_WAL, saver->log)) {
    close_below(saver->log);
    return false;
  }
  return saver->read_log != FG_NO_FILE || fg_system_open(saver->log_name, FG_OPEN_READ, &saver->read_log) == 0;
}

static bool begin_saving(fg_saver *saver) {
  static const fg_file_state unknown = {0, 0, 0};
  if (fg_lock_begin_saving(&saver->lock) != 0) {
    return false;
  }
  saver->has_first_page = saver->is_overwritten = false;
  bool is_begun = reach_log_below(saver) && fg_wal_walk_begin(&saver->walk, saver->read_log) == 0 &&
                  fg_mark_put_database(saver->store->mark, &unknown) == 0 && note_written(saver);
  if (!is_begun) {
    fg_lock_end_saving(&saver->lock);
  }
  return is_begun;
}

bool fg_saver_tidy(fg_saver *saver) {
  if (saver->store == NULL) {
    return false;
  }
  uint32_t pages = __atomic_load_n(&saver->store->log_pages, __ATOMIC_ACQUIRE);
  if (pages < FG_LOG_PAGES) {
    return true;
  }
  fg_mutex_lock(&saver->mutex);
  bool was_busy = saver->is_busy;
  bool is_resting = fg_system_steady_ms() < saver->rests_until_ms;
  saver->is_busy = was_busy || (!is_resting && begin_saving(saver));
  saver->has_news = true;
  bool is_left_alone = !saver->is_busy && pages >= 2 * MOST_PAGES;
  fg_signal_give(&saver->changed);
  fg_mutex_unlock(&saver->mutex);
  return !is_left_alone;
}

static void release_saver(fg_saver *saver) {
  const fg_allocator *allocator = &saver->store->allocator;
  size_t size = (size_t)saver->store->vfs.base->szOsFile;
  if (saver->log != NULL) {
    close_below(saver->log);
  }
  if (saver->database != NULL) {
    close_below(saver->database);
  }
  fg_system_close(&saver->read_log);
  fg_lock_close(&saver->lock);
  fg_release(allocator, saver->log, saver->log == NULL ? 0 : size);
  fg_release(allocator, saver->database, saver->database == NULL ? 0 : size);
  *saver = (fg_saver){.store = NULL};
}

/* Opens the files. The saver's lock need not keep other programs out, because the store's does. */
static bool open_all(fg_saver *saver) {
  fg_store *store = saver->store;
  size_t size = (size_t)store->vfs.base->szOsFile;
  fg_place_beside(&store->place, "-wal", saver->log_name);
  saver->database = fg_allocate(&store->allocator, size);
  saver->log = fg_allocate(&store->allocator, size);
  bool is_open = fg_lock_open(&saver->lock, store->place.file, true, store->lock.wait_ms) == 0;
  saver->lock.keeps_door = true;
  return is_open && saver->database != NULL && saver->log != NULL &&
         open_below(saver, store->place.file, SQLITE_OPEN_MAIN_DB, saver->database);
}

void fg_saver_start(fg_saver *saver, fg_store *store, fg_group *group) {
  *saver = (fg_saver){.store = store, .group = group, .read_log = FG_NO_FILE};
  saver->lock.database = saver->lock.guard = FG_NO_FILE;
  if (!open_all(saver)) {
    release_saver(saver);
    return;
  }
  fg_mutex_begin(&saver->mutex);
  fg_signal_begin(&saver->changed);
  if (fg_thread_start(&saver->thread, save_when_asked, saver) != 0) {
    fg_signal_end(&saver->changed);
    fg_mutex_end(&saver->mutex);
    release_saver(saver);
  }
}

void fg_saver_stop(fg_saver *saver) {
  if (saver->store == NULL) {
    return;
  }
  fg_mutex_lock(&saver->mutex);
  saver->is_ending = true;
  fg_signal_give(&saver->changed);
  fg_mutex_unlock(&saver->mutex);
  fg_thread_join(&saver->thread);
  fg_signal_end(&saver->changed);
  fg_mutex_end(&saver->mutex);
  release_saver(saver);
}

void fg_saver_abandon(fg_saver *saver) {
  if (saver->store != NULL) {
    fg_system_close(&saver->read_log);
    fg_lock_abandon(&saver->lock);
  }
}
