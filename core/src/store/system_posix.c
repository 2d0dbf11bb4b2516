/* What the ledger's POSIX systems do alike. */
#include "../base/system_features.h"

#include "system.h"

#ifndef _WIN32

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef F_OFD_SETLK
#error "the ledger needs locks of open file descriptions (F_OFD_SETLK): Linux 3.15 or later, or macOS"
#endif

_Static_assert(sizeof(off_t) == 8, "the ledger's locks are beyond 2 GiB: compile it with offsets of 64 bits");
_Static_assert(sizeof(time_t) == 8, "the ledger's clock goes beyond 2038: compile it with times of 64 bits");
_Static_assert(FG_SYSTEM_PATH_MAX >= PATH_MAX, "realpath writes as much");

int fg_system_number(int error) { return error; }

/* The numbers up to 2 are those of the standard files. */
static bool is_standard(int file) { return file >= 0 && file <= STDERR_FILENO; }

/* Opens the standard files that the process has closed, as SQLite does, because a ledger that got their number would be
   written over by whatever the process prints. */
static void occupy_standard_files(void) {
  bool is_missing = false;
  for (int file = 0; is_standard(file); file++) {
    is_missing = is_missing || fcntl(file, F_GETFD) < 0;
  }
  int opened = is_missing ? open("/dev/null", O_RDONLY) : -1;
  while (is_standard(opened)) {
    opened = open("/dev/null", O_RDONLY);
  }
  if (opened >= 0) {
    close(opened);
  }
}

int fg_system_open(const char *name, fg_open_as how, fg_file *file) {
  static const int kinds[] = {[FG_OPEN_READ] = O_RDONLY,
                              [FG_OPEN_WRITE] = O_RDWR,
                              [FG_OPEN_MAKE] = O_RDWR | O_CREAT,
                              [FG_OPEN_NEW] = O_RDWR | O_CREAT | O_EXCL};
  occupy_standard_files();
  /* The mode is that with which SQLite makes a database. */
  int opened = open(name, kinds[how] | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
  int number = opened < 0 ? errno : 0;
  if (is_standard(opened)) { /* there is no /dev/null */
    close(opened);
    opened = -1;
    number = EBADF;
  }
  *file = opened;
  return number;
}

/* Only a file that was just made is given away, because somebody else may have put another one there. What this user
   may not give stays as it is. */
int fg_system_open_beside(const char *name, fg_file database, fg_file *file) {
  struct stat status;
  int number = fg_system_open(name, FG_OPEN_NEW, file);
  if (number == 0 && fstat((int)database, &status) == 0) {
    (void)!fchown((int)*file, geteuid() == 0 ? status.st_uid : (uid_t)-1, status.st_gid);
    (void)fchmod((int)*file, status.st_mode & 0777);
  }
  return number == EEXIST ? fg_system_open(name, FG_OPEN_MAKE, file) : number;
}

void fg_system_close(fg_file *file) {
  if (*file >= 0) {
    close((int)*file);
  }
  *file = FG_NO_FILE;
}

/* The system may give fewer bytes than were asked for, although the file does not end there: what comes before a sector
   that cannot be read, or before a signal. Only a read that gives none tells the end of the file. */
int fg_system_read(fg_file file, void *bytes, size_t size, int64_t offset, size_t *got) {
  ssize_t read = 1;
  for (*got = 0; *got < size && read != 0;) {
    read = pread((int)file, (char *)bytes + *got, size - *got, (off_t)offset + (off_t)*got);
    if (read < 0 && errno != EINTR) {
      return errno;
    }
    *got += read > 0 ? (size_t)read : 0;
  }
  return 0;
}

/* As with reads; why not all was written, such as a full disk, is told only where the rest is written. */
int fg_system_write(fg_file file, const void *bytes, size_t size, int64_t offset) {
  for (size_t done = 0; done < size;) {
    ssize_t put = pwrite((int)file, (const char *)bytes + done, size - done, (off_t)offset + (off_t)done);
    if (put == 0 || (put < 0 && errno != EINTR)) {
      return put == 0 ? EIO : errno;
    }
    done += put > 0 ? (size_t)put : 0;
  }
  return 0;
}

bool fg_system_is_denied(const char *name) { return access(name, R_OK) != 0 && errno == EACCES; }

bool fg_system_exists(const char *name) {
  struct stat status;
  return lstat(name, &status) == 0;
}

bool fg_system_is_plain(const char *name) {
  struct stat status;
  return lstat(name, &status) == 0 && S_ISREG(status.st_mode);
}

void fg_system_remove(const char *name) { unlink(name); }

/* Syncs a file. On some systems a sync ends in the disk's own memory, and another call writes that to the medium. */
static int sync_all(int file) {
#ifdef F_FULLFSYNC
  if (fcntl(file, F_FULLFSYNC) == 0) {
    return 0;
  }
#endif
  return fsync(file) == 0 ? 0 : errno;
}

int fg_system_sync_directory(const char *name) {
  int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return errno;
  }
  int number = sync_all(directory);
  close(directory);
  return number;
}

void fg_system_list(const char *directory, void (*each)(void *context, const char *name), void *context) {
  DIR *opened = opendir(directory);
  for (const struct dirent *entry = opened == NULL ? NULL : readdir(opened); entry != NULL; entry = readdir(opened)) {
    each(context, entry->d_name);
  }
  if (opened != NULL) {
    closedir(opened);
  }
}

int fg_system_resolve(const char *path, char whole[FG_SYSTEM_PATH_MAX]) {
  return realpath(path, whole) == NULL ? errno : 0;
}

const char *fg_system_last_separator(const char *path) { return strrchr(path, FG_SYSTEM_SEPARATOR); }

bool fg_system_may_be_name(const char *name) { return name[0] != '\0'; }

/* The bytes that SQLite locks by F_SETLK while a connection is open. */
enum { SQLITE_BYTES = 0x40000000, SQLITE_BYTES_COUNT = 512 };

static struct flock lock_of(short type, int64_t first, int64_t count) {
  struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)first, .l_len = (off_t)count};
  return range;
}

int fg_system_lock(fg_file file, fg_lock_kind kind, int64_t byte) {
  static const short types[] = {F_UNLCK, F_RDLCK, F_WRLCK};
  struct flock range = lock_of(types[kind], byte, 1);
  int number = fcntl((int)file, F_OFD_SETLK, &range) == 0 ? 0 : errno;
  return number == EACCES ? EAGAIN : number;
}

/* A count of 0 must not reach the system, for which it means the rest of the file. The system ignores our own locks. */
bool fg_system_is_locked(fg_file file, int64_t first, int64_t count, int64_t own) {
  struct flock range = lock_of(F_WRLCK, first, count);
  (void)own;
  return count > 0 && fcntl((int)file, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

/* Locks by F_SETLK belong to the process, and closing any descriptor of the file drops them, so the file stays open if
   there may be some. */
void fg_system_abandon_locked(fg_file *file) {
  struct flock range = lock_of(F_WRLCK, SQLITE_BYTES, SQLITE_BYTES_COUNT);
  bool known = *file >= 0 && fcntl((int)*file, F_OFD_GETLK, &range) == 0;
  if (!known || range.l_type == F_UNLCK || range.l_pid != getpid()) {
    fg_system_close(file);
  }
  *file = FG_NO_FILE;
}

void fg_system_close_locked(fg_file *file) {
  struct flock all = lock_of(F_UNLCK, 0, 0);
  if (*file >= 0) { /* the descriptor may stay open, but its locks must go */
    fcntl((int)*file, F_OFD_SETLK, &all);
  }
  fg_system_abandon_locked(file);
}

int64_t fg_system_steady_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void fg_system_sleep_us(int64_t us) {
  nanosleep(&(struct timespec){(time_t)(us / 1000000), (long)(us % 1000000 * 1000)}, NULL);
}

int64_t fg_system_process(void) { return getpid(); }

void fg_mutex_begin(fg_mutex *mutex) { pthread_mutex_init(mutex, NULL); }
void fg_mutex_end(fg_mutex *mutex) { pthread_mutex_destroy(mutex); }
void fg_mutex_lock(fg_mutex *mutex) { pthread_mutex_lock(mutex); }
void fg_mutex_unlock(fg_mutex *mutex) { pthread_mutex_unlock(mutex); }

void fg_signal_end(fg_signal *signal) { pthread_cond_destroy(signal); }
void fg_signal_give(fg_signal *signal) { pthread_cond_signal(signal); }
void fg_signal_wait(fg_signal *signal, fg_mutex *mutex) { pthread_cond_wait(signal, mutex); }

static void *run_thread(void *argument) {
  const fg_thread *thread = argument;
  thread->run(thread->context);
  return NULL;
}

int fg_thread_start(fg_thread *thread, void (*run)(void *context), void *context) {
  sigset_t all;
  sigset_t before;
  thread->run = run;
  thread->context = context;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int number = pthread_create(&thread->handle, NULL, run_thread, thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return number;
}

void fg_thread_join(fg_thread *thread) { pthread_join(thread->handle, NULL); }

#endif
