#include "lock.h"

/* Bytes of a ledger's file that are locked, all beyond what SQLite can write (2^44 bytes): one for the handle that is
   inside, one for the next that waits, one for the handle that moves the log into the database, one for each name that
   the file is opened by, and one for each session. */
#define LOCK_INSIDE (INT64_C(1) << 45)
#define LOCK_QUEUE (LOCK_INSIDE + 1)
#define LOCK_SAVING (LOCK_INSIDE + 2)
#define LOCK_NAMES (INT64_C(1) << 46)
#define LOCK_NAMES_COUNT (INT64_C(1) << 40)
#define LOCK_SESSIONS (INT64_C(1) << 47)

/* The bytes that SQLite locks: one of the database for a moment while a connection is opened, others while it stays
   open, and one of PATH-shm while it writes or recovers. */
enum { SQLITE_DOOR = 0x40000000, SQLITE_LOCKS = SQLITE_DOOR + 1, SQLITE_LOCKS_COUNT = 511, SQLITE_SHM_WRITER = 120 };

static bool is_locked_by_others(fg_file file, int64_t first, int64_t count) {
  return fg_system_is_locked(file, first, count, -1);
}

static int wait_for_lock(fg_lock *lock, fg_lock_kind kind, int64_t byte, int64_t until_ms) {
  int64_t pause_us = 20;
  int error = fg_system_lock(lock->database, kind, byte);
  while (error == EAGAIN) {
    if (lock->watch != NULL && fg_watch_goes_on(lock->watch) != FG_OK) {
      return ECANCELED;
    }
    if (fg_system_steady_ms() >= until_ms) {
      return ETIMEDOUT;
    }
    fg_system_sleep_us(pause_us);
    pause_us = pause_us < 500 ? pause_us * 2 : 1000;
    error = fg_system_lock(lock->database, kind, byte);
  }
  return error;
}

int fg_lock_open(fg_lock *lock, const char *file, bool may_write, int64_t wait_ms) {
  *lock = (fg_lock){.guard = FG_NO_FILE, .name = -1, .may_write = may_write, .wait_ms = wait_ms};
  return fg_system_open(file, may_write ? FG_OPEN_WRITE : FG_OPEN_READ, &lock->database);
}

void fg_lock_close(fg_lock *lock) {
  fg_system_close(&lock->guard);
  fg_system_close_locked(&lock->database);
}

void fg_lock_abandon(fg_lock *lock) {
  fg_system_close(&lock->guard);
  fg_system_abandon_locked(&lock->database);
}

/* Locks the byte that SQLite needs to open a connection, so that another program is told at once that the file is busy.
   One of the handles keeps this lock. After that handle is closed, and before another one takes it, the program waits
   some seconds for the byte of fg_lock_guard, and is told then. */
static void keep_door(fg_lock *lock) {
  if (!lock->keeps_door && lock->may_write) {
    lock->keeps_door = fg_system_lock(lock->database, FG_LOCK_EXCLUSIVE, SQLITE_DOOR) == 0;
  }
}

/* The next handle to enter holds the lock of the queue while it waits. So a handle that is busy all the time cannot
   keep the others out. */
int fg_lock_enter(fg_lock *lock) {
  int64_t until_ms = fg_system_steady_ms() + lock->wait_ms;
  fg_lock_kind kind = lock->may_write ? FG_LOCK_EXCLUSIVE : FG_LOCK_SHARED;
  int error = wait_for_lock(lock, kind, LOCK_QUEUE, until_ms);
  if (error == 0) {
    error = wait_for_lock(lock, kind, LOCK_INSIDE, until_ms);
    fg_system_lock(lock->database, FG_LOCK_NONE, LOCK_QUEUE);
    keep_door(lock);
  }
  return error;
}

void fg_lock_leave(fg_lock *lock) { fg_system_lock(lock->database, FG_LOCK_NONE, LOCK_INSIDE); }

int fg_lock_begin_saving(fg_lock *lock) { return fg_system_lock(lock->database, FG_LOCK_EXCLUSIVE, LOCK_SAVING); }
void fg_lock_end_saving(fg_lock *lock) { fg_system_lock(lock->database, FG_LOCK_NONE, LOCK_SAVING); }

int fg_lock_take_name(fg_lock *lock, int64_t number) {
  FG_ASSERT(number >= 0 && number < LOCK_NAMES_COUNT);
  bool elsewhere = is_locked_by_others(lock->database, LOCK_NAMES, number) ||
                   is_locked_by_others(lock->database, LOCK_NAMES + number + 1, LOCK_NAMES_COUNT - number - 1);
  int error = elsewhere ? EXDEV : fg_system_lock(lock->database, FG_LOCK_SHARED, LOCK_NAMES + number);
  lock->name = error == 0 ? LOCK_NAMES + number : -1;
  return error;
}

bool fg_lock_is_alone(const fg_lock *lock) {
  return !fg_system_is_locked(lock->database, LOCK_NAMES, LOCK_NAMES_COUNT, lock->name);
}

int fg_lock_keep_door(fg_lock *lock) {
  keep_door(lock);
  return is_locked_by_others(lock->database, SQLITE_LOCKS, SQLITE_LOCKS_COUNT) ? EBUSY : 0;
}

/* A process that is ending gives up its lock on the database before that on the guard. So if the guard is locked and no
   handle is open, this waits. */
int fg_lock_guard(fg_lock *lock, const char *shared_memory) {
  int64_t until_ms = fg_system_steady_ms() + lock->wait_ms;
  int error = fg_system_open_beside(shared_memory, lock->database, &lock->guard);
  error = error == 0 ? fg_system_lock(lock->guard, FG_LOCK_SHARED, SQLITE_SHM_WRITER) : error;
  while (error == 0 && fg_lock_is_alone(lock) &&
         fg_system_is_locked(lock->guard, SQLITE_SHM_WRITER, 1, SQLITE_SHM_WRITER)) {
    fg_system_sleep_us(1000);
    error = fg_system_steady_ms() < until_ms ? 0 : ESTALE;
  }
  return error == EAGAIN ? EBUSY : error;
}

void fg_lock_drop_guard(fg_lock *lock) { fg_system_close(&lock->guard); }

int fg_lock_take_session(fg_lock *lock, int64_t last) {
  int error = EAGAIN;
  FG_ASSERT(last >= 0 && last < FG_SESSION_MAX);
  for (int64_t session = last + 1; error == EAGAIN; session++) {
    error = fg_system_lock(lock->database, FG_LOCK_EXCLUSIVE, LOCK_SESSIONS + session);
    lock->session = session;
  }
  return error;
}

bool fg_lock_session_lives(const fg_lock *lock, int64_t session) {
  bool is_one = session > 0 && session <= FG_SESSION_MAX;
  return is_one && (session == lock->session || is_locked_by_others(lock->database, LOCK_SESSIONS + session, 1));
}

bool fg_lock_writes_alone(const fg_lock *lock) {
  return !is_locked_by_others(lock->database, LOCK_SESSIONS, lock->session) &&
         !is_locked_by_others(lock->database, LOCK_SESSIONS + lock->session + 1, FG_SESSION_MAX - lock->session);
}
