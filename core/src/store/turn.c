#include "turn.h"

#include "fault.h"

typedef enum whereabouts { IN_PLACE, GONE, REPLACED, OVERWRITTEN } whereabouts;

static fg_status tell_moved(const fg_store *store, const char *suffix, whereabouts where, fg_error *error) {
  static const char *const words[] = {"", "removed", "replaced", "overwritten"};
  return where == IN_PLACE ? FG_OK
                           : fg_fail(error, FG_LEDGER_REPLACED, "", "%s%s was %s while it was open", store->path,
                                     suffix, words[where]);
}

/* Looks whether the name of a file still leads to the one that was opened as `known`. If the look fails otherwise than
   by finding nothing, the disk has failed. */
static fg_status look_for(const fg_store *store, const char *suffix, const fg_file_look *known, bool may_be_gone,
                          fg_file_look *found, fg_error *error) {
  char name[FG_PLACE_MAX];
  fg_place_beside(&store->place, suffix, name);
  int number = fg_system_look_at(name, suffix[0] == '\0', found);
  bool is_gone = number == ENOENT || number == ENOTDIR || number == EACCES;
  if (number != 0 && !is_gone) {
    return fg_store_system_fault(number, store->path, error);
  }
  whereabouts where = is_gone ? GONE : fg_file_is_same(found, known) ? IN_PLACE : REPLACED;
  return is_gone && may_be_gone ? FG_OK : tell_moved(store, suffix, where, error);
}

/* Refuses a database that is not in the state that was noted. If the state is unknown, because the handle that wrote
   was killed or its saver is writing, the database is taken as it is. */
static fg_status check_contents(fg_store *store, const fg_file_state *marked, const fg_file_state *now,
                                fg_error *error) {
  if (marked->size == 0 && fg_lock_begin_saving(&store->lock) == 0) {
    (void)fg_store_put_down_database(store); /* a saver may have written since `now`, but does not any more */
    fg_lock_end_saving(&store->lock);
  }
  return tell_moved(store, "", fg_file_state_differs(marked, now) ? OVERWRITTEN : IN_PLACE, error);
}

/* Only the handle that was inside last knows how long the log is, because handles write to it in turns. */
static fg_status check_log(fg_store *store, int64_t size, bool others_came, fg_error *error) {
  fg_wal_file *log = &store->vfs.log;
  bool is_other = !others_came && log->size >= 0 && size != log->size;
  log->size = is_other ? log->size : size;
  return tell_moved(store, "-wal", is_other ? OVERWRITTEN : IN_PLACE, error);
}

/* The first handle has just checked the files; later ones compare them with the state that others noted. Handles that
   only read note nothing, and what lies there without a handle that writes may be older than the database, because
   marks are not synced. */
fg_status fg_store_take_first_turn(fg_store *store, fg_error *error) {
  int64_t last = 0;
  fg_file_state marked;
  fg_file_look found;
  int number = fg_lock_writes_alone(&store->lock) ? fg_store_put_down_database(store) : 0;
  number = number == 0 ? fg_mark_take_turn(store->mark, store->lock.session, &last, &marked) : number;
  number = number == 0 ? fg_system_look_inside(store->lock.database, &found) : number;
  return number == 0 ? check_contents(store, &marked, &found.state, error)
                     : fg_store_system_fault(number, store->path, error);
}

/* What a handle finds out about the files when it enters. */
typedef struct sight {
  fg_file_look database;
  fg_file_look log; ///< if there is no log, its size is the one that this handle knows
} sight;

/* Looks at the files. When a handle enters to close, the log may have lost its name, and the marks may be gone. */
static fg_status look_around(const fg_store *store, bool is_last, sight *seen, fg_error *error) {
  const fg_wal_file *log = &store->vfs.log;
  fg_file_look marks;
  FG_TRY(look_for(store, "", &store->opened, false, &seen->database, error));
  seen->log.state.size = log->size;
  if (log->file != NULL) {
    FG_TRY(look_for(store, "-wal", &log->look, is_last, &seen->log, error));
  }
  return store->mark == FG_NO_FILE || is_last ? FG_OK : look_for(store, "-mark", &store->marks, false, &marks, error);
}

bool fg_store_is_in_place(const fg_store *store) {
  fg_file_look found;
  return look_for(store, "", &store->opened, false, &found, NULL) == FG_OK &&
         look_for(store, "-wal", &store->vfs.log.look, false, &found, NULL) == FG_OK &&
         look_for(store, "-mark", &store->marks, false, &found, NULL) == FG_OK;
}

/* Takes the turn of a handle. One that only reads has no turn, and assumes that others came. */
static fg_status take_turn(fg_store *store, const sight *seen, bool *others_came, fg_error *error) {
  fg_file_state marked;
  int64_t last = 0;
  *others_came = true;
  if (store->mark == FG_NO_FILE) {
    fg_vfs_forget_log(&store->vfs);
    return FG_OK;
  }
  int number = fg_mark_take_turn(store->mark, store->lock.session, &last, &marked);
  if (number != 0) {
    return fg_store_system_fault(number, store->path, error);
  }
  *others_came = last != store->lock.session;
  if (*others_came) {
    store->is_log_foreign = last != FG_MARK_EMPTIED;
    __atomic_store_n(&store->is_end_known, false, __ATOMIC_RELEASE);
    fg_vfs_forget_log(&store->vfs);
  }
  FG_TRY(check_contents(store, &marked, &seen->database.state, error));
  return check_log(store, seen->log.state.size, *others_came, error);
}

static fg_status enter_as(fg_store *store, bool is_last, bool *others_came, fg_error *error) {
  sight seen;
  int number = fg_lock_enter(&store->lock);
  if (number != 0) {
    return fg_store_system_fault(number, store->path, error);
  }
  store->is_inside = true;
  fg_status status = look_around(store, is_last, &seen, error);
  status = status == FG_OK ? take_turn(store, &seen, others_came, error) : status;
  if (status != FG_OK) {
    fg_store_leave(store);
  }
  return status;
}

fg_status fg_store_enter(fg_store *store, bool *others_came, fg_error *error) {
  FG_ASSERT(!store->is_inside);
  return enter_as(store, false, others_came, error);
}

fg_status fg_store_enter_to_close(fg_store *store, fg_error *error) {
  bool others_came = false;
  return store->is_inside ? FG_OK : enter_as(store, true, &others_came, error);
}

void fg_store_leave(fg_store *store) {
  if (store->is_inside) {
    store->is_inside = false;
    fg_lock_leave(&store->lock);
  }
}
