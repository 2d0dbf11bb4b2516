#include "system.h"

#include "lock.h"

/* Bytes of a ledger's file that are locked, all beyond what SQLite can make of it (2^44 bytes): inside, waiting for it,
   a name each, a session each. */
#define LOCK_INSIDE (INT64_C(1) << 45)
#define LOCK_QUEUE (LOCK_INSIDE + 1)
#define LOCK_NAMES (INT64_C(1) << 46)
#define LOCK_NAMES_COUNT (INT64_C(1) << 40)
#define LOCK_SESSIONS (INT64_C(1) << 47)

/* The bytes that SQLite locks: one of the database for a moment when a connection is opened, some as long as it stays,
   and one of PATH-shm while it writes or recovers. */
enum { SQLITE_DOOR = 0x40000000, SQLITE_LOCKS = SQLITE_DOOR + 1, SQLITE_LOCKS_COUNT = 511, SQLITE_SHM_WRITER = 120 };

static struct flock lock_of(short type, int64_t first, int64_t count) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)first, .l_len = (off_t)count};
  return range;
}

/* 0, or the errno: EAGAIN where another holds it. */
static int try_lock(int file, short type, int64_t byte) {
  struct flock range = lock_of(type, byte, 1);
  int error = fcntl(file, F_OFD_SETLK, &range) == 0 ? 0 : errno;
  return error == EACCES ? EAGAIN : error;
}

/* No byte is locked by nobody; to the system a count of 0 is the rest of the file. */
static bool is_locked_by_others(int file, int64_t first, int64_t count) {
  struct flock range = lock_of(F_WRLCK, first, count);
  return count > 0 && fcntl(file, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

static int64_t steady_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_for_lock(int file, short type, int64_t byte, int64_t until_ms) {
  long pause_us = 20;
  int error = try_lock(file, type, byte);
  while (error == EAGAIN) {
    if (steady_ms() >= until_ms) {
      return ETIMEDOUT;
    }
    struct timespec pause = {0, pause_us * 1000};
    nanosleep(&pause, NULL);
    pause_us = pause_us < 500 ? pause_us * 2 : 1000;
    error = try_lock(file, type, byte);
  }
  return error;
}

static void close_file(int *file) {
  if (*file >= 0) {
    close(*file);
  }
  *file = -1;
}

int fg_lock_open(fg_lock *lock, const char *file, bool may_write, int64_t wait_ms) {
  int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK; /* the path may lead to a pipe or terminal, which could block us */
  *lock = (fg_lock){.guard = -1, .may_write = may_write, .wait_ms = wait_ms};
  lock->database = open(file, (may_write ? O_RDWR : O_RDONLY) | flags);
  return lock->database < 0 ? errno : 0;
}

/* Closes the file, unless this process may hold locks on it by F_SETLK, of another copy of SQLite or of other
   connections: closing any descriptor drops these, and their owners would go on writing without them. Then it stays
   open for good. */
static void close_database(fg_lock *lock) {
  struct flock range = lock_of(F_WRLCK, SQLITE_DOOR, SQLITE_LOCKS_COUNT + 1);
  bool known = lock->database >= 0 && fcntl(lock->database, F_OFD_GETLK, &range) == 0;
  if (!known || range.l_type == F_UNLCK || range.l_pid != getpid()) {
    close_file(&lock->database);
  }
  lock->database = -1;
}

void fg_lock_close(fg_lock *lock) {
  struct flock all = lock_of(F_UNLCK, 0, 0);
  if (lock->database >= 0) { /* the descriptor may stay open, its locks must not */
    fcntl(lock->database, F_OFD_SETLK, &all);
  }
  close_file(&lock->guard);
  close_database(lock);
}

void fg_lock_abandon(fg_lock *lock) {
  close_file(&lock->guard);
  close_database(lock);
}

/* One of the handles keeps the door locked, so that a program that comes is told at once that the file is busy. Where
   nobody keeps it, because the handle that did was closed, the program waits some seconds for the byte of
   fg_lock_guard, and is told then. */
static void keep_door(fg_lock *lock) {
  if (!lock->keeps_door && lock->may_write) {
    lock->keeps_door = try_lock(lock->database, F_WRLCK, SQLITE_DOOR) == 0;
  }
}

/* The next handle holds the lock of the queue while it waits, so that a handle that is busy without a pause cannot keep
   the others out. */
int fg_lock_enter(fg_lock *lock) {
  int64_t until_ms = steady_ms() + lock->wait_ms;
  short type = lock->may_write ? F_WRLCK : F_RDLCK;
  int error = wait_for_lock(lock->database, type, LOCK_QUEUE, until_ms);
  if (error == 0) {
    error = wait_for_lock(lock->database, type, LOCK_INSIDE, until_ms);
    try_lock(lock->database, F_UNLCK, LOCK_QUEUE);
    keep_door(lock);
  }
  return error;
}

void fg_lock_leave(fg_lock *lock) { try_lock(lock->database, F_UNLCK, LOCK_INSIDE); }

int fg_lock_take_name(fg_lock *lock, int64_t number) {
  FG_ASSERT(number >= 0 && number < LOCK_NAMES_COUNT);
  bool elsewhere = is_locked_by_others(lock->database, LOCK_NAMES, number) ||
                   is_locked_by_others(lock->database, LOCK_NAMES + number + 1, LOCK_NAMES_COUNT - number - 1);
  return elsewhere ? EXDEV : try_lock(lock->database, F_RDLCK, LOCK_NAMES + number);
}

bool fg_lock_is_alone(const fg_lock *lock) {
  return !is_locked_by_others(lock->database, LOCK_NAMES, LOCK_NAMES_COUNT);
}

int fg_lock_keep_door(fg_lock *lock) {
  keep_door(lock);
  return is_locked_by_others(lock->database, SQLITE_LOCKS, SQLITE_LOCKS_COUNT) ? EBUSY : 0;
}

/* A process that is ending gives up the lock on its file before this one, so a guard
   without a handle behind it is waited for. */
int fg_lock_guard(fg_lock *lock, const char *shared_memory) {
  int64_t until_ms = steady_ms() + lock->wait_ms;
  lock->guard = open(shared_memory, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (lock->guard < 0) {
    return errno;
  }
  int error = try_lock(lock->guard, F_RDLCK, SQLITE_SHM_WRITER);
  while (error == 0 && fg_lock_is_alone(lock) && is_locked_by_others(lock->guard, SQLITE_SHM_WRITER, 1)) {
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
    error = steady_ms() < until_ms ? 0 : ESTALE;
  }
  return error == EAGAIN ? EBUSY : error;
}

int fg_lock_take_session(fg_lock *lock, int64_t last) {
  int error = EAGAIN;
  FG_ASSERT(last >= 0);
  for (int64_t session = last + 1; error == EAGAIN; session++) {
    error = try_lock(lock->database, F_WRLCK, LOCK_SESSIONS + session);
    lock->session = session;
  }
  return error;
}

bool fg_lock_session_lives(const fg_lock *lock, int64_t session) {
  return session == lock->session || is_locked_by_others(lock->database, LOCK_SESSIONS + session, 1);
}
