#include "system.h"

#include "lock.h"

#include <stdio.h>
#include <sys/vfs.h>

/* Bytes of PATH-lock that are locked. Its content is one number: the session that was inside last. */
enum { LOCK_INSIDE = 0, LOCK_QUEUE = 1, LOCK_SESSIONS = 16 };

/* SQLite's: the byte of a database that who comes locks for a moment, the bytes that who stays keeps, and the byte of
   PATH-shm of who writes or recovers. */
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

static bool is_locked_by_others(int file, int64_t first, int64_t count) {
  struct flock range = lock_of(F_WRLCK, first, count);
  return fcntl(file, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

static int64_t steady_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_for_lock(int file, int64_t byte, int64_t until_ms) {
  long pause_us = 20;
  int error = try_lock(file, F_WRLCK, byte);
  while (error == EAGAIN) {
    if (steady_ms() >= until_ms) {
      return ETIMEDOUT;
    }
    struct timespec pause = {0, pause_us * 1000};
    nanosleep(&pause, NULL);
    pause_us = pause_us < 500 ? pause_us * 2 : 1000;
    error = try_lock(file, F_WRLCK, byte);
  }
  return error;
}

static int open_beside(const char *path, const char *suffix, int *file) {
  char name[4096];
  int length = snprintf(name, sizeof name, "%s%s", path, suffix);
  if (length < 0 || (size_t)length >= sizeof name) {
    return ENAMETOOLONG;
  }
  *file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  return *file < 0 ? errno : 0;
}

int fg_lock_open(fg_lock *lock, const char *path) { return open_beside(path, "-lock", &lock->file); }

static void close_file(int *file) {
  if (*file >= 0) {
    close(*file);
  }
  *file = -1;
}

int fg_lock_open_database(fg_lock *lock, const char *path) {
  *lock = (fg_lock){.file = -1, .guard = -1, .database = open(path, O_RDWR | O_CLOEXEC)};
  return lock->database < 0 ? errno : 0;
}

/* Closing any descriptor of a file drops all locks that this process has on it by F_SETLK: those of another copy of
   SQLite, or of other connections of ours, which would go on writing without them. Then it stays open for good. */
static void close_database(fg_lock *lock) {
  struct flock range = lock_of(F_WRLCK, SQLITE_DOOR, SQLITE_LOCKS_COUNT + 1);
  bool known = lock->database >= 0 && fcntl(lock->database, F_OFD_GETLK, &range) == 0;
  if (!known || range.l_type == F_UNLCK || range.l_pid != getpid()) {
    close_file(&lock->database);
  }
  lock->database = -1;
}

void fg_lock_close(fg_lock *lock) {
  close_file(&lock->guard);
  close_database(lock);
  close_file(&lock->file);
}

/* One of the handles keeps the door: a program that comes is told at once that the file is busy. Where nobody does,
   since the one that did was closed, it waits some seconds for the byte of fg_lock_guard, and is told then. */
static void keep_door(fg_lock *lock) {
  if (!lock->keeps_door && lock->database >= 0) {
    lock->keeps_door = try_lock(lock->database, F_WRLCK, SQLITE_DOOR) == 0;
  }
}

/* Who comes next holds the queue, so that a handle that is busy without a pause cannot keep the others out. */
int fg_lock_enter(fg_lock *lock) {
  int64_t until_ms = steady_ms() + lock->wait_ms;
  int error = wait_for_lock(lock->file, LOCK_QUEUE, until_ms);
  if (error == 0) {
    error = wait_for_lock(lock->file, LOCK_INSIDE, until_ms);
    try_lock(lock->file, F_UNLCK, LOCK_QUEUE);
    keep_door(lock);
  }
  return error;
}

void fg_lock_leave(fg_lock *lock) { try_lock(lock->file, F_UNLCK, LOCK_INSIDE); }

int fg_lock_take_turn(fg_lock *lock, bool *others_came) {
  int64_t last = 0;
  ssize_t got = pread(lock->file, &last, sizeof last, 0);
  if (got < 0) {
    return errno;
  }
  *others_came = got != (ssize_t)sizeof last || last != lock->session;
  if (!*others_came) {
    return 0;
  }
  ssize_t put = pwrite(lock->file, &lock->session, sizeof lock->session, 0);
  return put == (ssize_t)sizeof lock->session ? 0 : put < 0 ? errno : EIO;
}

int fg_lock_guard(fg_lock *lock, const char *path) {
  int error = open_beside(path, "-shm", &lock->guard);
  if (error == 0) {
    error = try_lock(lock->guard, F_RDLCK, SQLITE_SHM_WRITER);
  }
  bool others = error == EAGAIN ||
                (error == 0 && is_locked_by_others(lock->database, SQLITE_LOCKS, SQLITE_LOCKS_COUNT));
  keep_door(lock);
  return others ? EBUSY : error;
}

bool fg_lock_is_alone(fg_lock *lock) {
  return lock->guard >= 0 && !is_locked_by_others(lock->guard, SQLITE_SHM_WRITER, 1);
}

int fg_lock_take_session(fg_lock *lock, int64_t last) {
  int error = EAGAIN;
  for (int64_t session = last + 1; error == EAGAIN; session++) {
    error = try_lock(lock->file, F_WRLCK, LOCK_SESSIONS + session);
    lock->session = session;
  }
  return error;
}

bool fg_lock_session_lives(const fg_lock *lock, int64_t session) {
  return session == lock->session || is_locked_by_others(lock->file, LOCK_SESSIONS + session, 1);
}

/* Locks of a network file system hold on one machine, between some versions, or not at all. The numbers are those of
   statfs(2). FUSE is what sshfs and most shares of virtual machines are. */
const char *fg_lock_network_name(int64_t magic) {
  static const struct {
    int64_t magic;
    const char *name;
  } networks[] = {{0x6969, "NFS"},       {0x517B, "SMB"},      {0xFE534D42, "SMB"},  {0xFF534D42, "CIFS"},
                  {0x65735546, "FUSE"},  {0x01021997, "9P"},   {0x5346414F, "AFS"},  {0x6B414653, "AFS"},
                  {0x00C36400, "Ceph"},  {0x73757245, "Coda"}, {0x786F4256, "a shared folder of VirtualBox"},
                  {0x0BD00BD0, "Lustre"}, {0x01161970, "GFS2"}, {0x7461636F, "OCFS2"}};
  for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
    if (networks[i].magic == magic) {
      return networks[i].name;
    }
  }
  return NULL;
}

const char *fg_lock_network(const char *path) {
  struct statfs system;
  return statfs(path, &system) == 0 ? fg_lock_network_name((int64_t)(system.f_type & 0xFFFFFFFF)) : NULL;
}
