#include "store.h"

#include "fault.h"

const char *fg_store_name(const fg_store *store) { return fg_place_name(&store->place); }

fg_status fg_store_tell_page(const fg_store *store, int64_t number, fg_error *error) {
  return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: page %lld (bytes %lld to %lld) is torn or altered", store->path,
                 (long long)number, (long long)((number - 1) * FG_PAGE_SIZE), (long long)(number * FG_PAGE_SIZE - 1));
}

fg_status fg_store_fault(const fg_store *store, int result, fg_error *error) {
  if (result == SQLITE_IOERR_DATA || sqlite3_extended_errcode(store->database) == SQLITE_IOERR_DATA) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: page %lld is torn or altered", store->path,
                   (long long)store->vfs.bad_page);
  }
  return fg_store_sqlite_fault(store->database, result, store->path, error);
}

int fg_store_put_down_database(const fg_store *store) {
  fg_file_look look;
  int number = fg_system_look_inside(store->lock.database, &look);
  return number == 0 ? fg_mark_put_database(store->mark, &look.state) : number;
}

int fg_store_checkpoint(fg_store *store, int mode) {
  static const fg_file_state unknown = {0, 0, 0};
  FG_ASSERT(store->is_inside && store->mark != FG_NO_FILE);
  if (fg_lock_begin_saving(&store->lock) != 0) {
    return SQLITE_BUSY;
  }
  int result = fg_mark_put_database(store->mark, &unknown) == 0 ? SQLITE_OK : SQLITE_IOERR_WRITE;
  if (result == SQLITE_OK) {
    result = sqlite3_wal_checkpoint_v2(store->database, NULL, mode, NULL, NULL);
    /* If this fails, the state of the database stays noted as unknown, which does no harm. */
    (void)fg_store_put_down_database(store);
  }
  fg_lock_end_saving(&store->lock);
  return result;
}

/* Keeps the log short. Only the handle that moved a part of the log into the database knows how much that was. If other
   handles are open the log is therefore emptied; a handle that is alone lets SQLite begin it anew, which costs less. */
void fg_store_tidy(fg_store *store) {
  if (store->log_pages >= FG_LOG_PAGES) {
    int mode = fg_lock_is_alone(&store->lock) ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    /* A failure does not matter, because the log is on the disk and the next commit tries again. */
    (void)fg_store_checkpoint(store, mode);
  }
}

void fg_store_save_again(fg_store *store) {
  fg_wal_file *log = &store->vfs.log;
  if (fg_wal_file_failure(log) != SQLITE_OK && fg_store_checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_OK) {
    fg_wal_file_forget_failure(log);
  }
}

static void remove_beside(const fg_store *store, const char *suffix) {
  char name[FG_PLACE_MAX];
  fg_place_beside(&store->place, suffix, name);
  fg_system_remove(name);
}

void fg_store_clear_beside(fg_store *store) {
  if (store->is_inside && store->lock.guard != FG_NO_FILE && fg_lock_is_alone(&store->lock)) {
    fg_vfs_close_log(&store->vfs);
    fg_system_close(&store->mark);
    fg_lock_drop_guard(&store->lock);
    remove_beside(store, "-wal");
    remove_beside(store, "-mark");
    remove_beside(store, "-shm");
  }
}
