/* The store's system layer where the system is macOS, or another of Darwin: locks of open files as Linux has them, a
   sync that reaches the medium, names that are exchanged at once. */
#include "../base/system_features.h"

#include "system.h"

#ifdef __APPLE__

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ----------------------------------------------------------------------------------------------------------- files */

static void tell_of(const struct stat *status, bool with_times, fg_file_look *look) {
  look->device = (uint64_t)status->st_dev;
  look->inode = status->st_ino;
  look->kind = S_ISREG(status->st_mode) ? FG_FILE_PLAIN : S_ISDIR(status->st_mode) ? FG_FILE_DIRECTORY : FG_FILE_OTHER;
  look->names = status->st_nlink;
  look->is_read_only = (status->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
  look->state = (fg_file_state){.size = status->st_size};
  if (with_times) {
    look->state.seconds = status->st_mtimespec.tv_sec;
    look->state.nanoseconds = status->st_mtimespec.tv_nsec;
  }
}

int fg_system_look_at(const char *name, bool with_times, fg_file_look *look) {
  struct stat status;
  if (stat(name, &status) != 0) {
    return errno;
  }
  tell_of(&status, with_times, look);
  return 0;
}

int fg_system_look_inside(fg_file file, fg_file_look *look) {
  struct stat status;
  if (fstat((int)file, &status) != 0) {
    return errno;
  }
  tell_of(&status, true, look);
  return 0;
}

/* Where the file system cannot do it at once, the file has both names for a moment. */
int fg_system_move_to_free_name(const char *from, const char *to) {
  if (renamex_np(from, to, RENAME_EXCL) == 0) {
    return 0;
  }
  if (errno != ENOTSUP && errno != EINVAL) {
    return errno;
  }
  return link(from, to) != 0 || unlink(from) != 0 ? errno : 0;
}

/* The system knows which disks are its own. */
const char *fg_system_network(const char *path) {
  static const struct {
    const char *type, *name;
  } networks[] = {{"nfs", "NFS"}, {"smbfs", "SMB"}, {"afpfs", "AFP"}, {"webdav", "WebDAV"}};
  struct statfs system;
  if (statfs(path, &system) != 0 || (system.f_flags & MNT_LOCAL) != 0) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
    if (strcmp(system.f_fstypename, networks[i].type) == 0) {
      return networks[i].name;
    }
  }
  return "a share";
}

/* ----------------------------------------------------------------------------------------------------------- locks */

/* The bytes that SQLite locks by F_SETLK for as long as a connection is open. */
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

/* To the system a count of 0 is the rest of the file. Our own locks it passes over. */
bool fg_system_is_locked(fg_file file, int64_t first, int64_t count, int64_t own) {
  struct flock range = lock_of(F_WRLCK, first, count);
  (void)own;
  return count > 0 && fcntl((int)file, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

/* Locks by F_SETLK belong to the process, and closing any descriptor drops them. */
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
  if (*file >= 0) { /* the descriptor may stay open, its locks must not */
    fcntl((int)*file, F_OFD_SETLK, &all);
  }
  fg_system_abandon_locked(file);
}

/* --------------------------------------------------------------------------------------------------------- threads */

void fg_signal_begin(fg_signal *signal) { pthread_cond_init(signal, NULL); }

/* A condition waits by the wall clock here, or for a while. */
bool fg_signal_wait_until(fg_signal *signal, fg_mutex *mutex, int64_t steady_ms) {
  int64_t left = steady_ms - fg_system_steady_ms();
  struct timespec wait = {(time_t)(left / 1000), (long)(left % 1000 * 1000000)};
  return left > 0 && pthread_cond_timedwait_relative_np(signal, mutex, &wait) != ETIMEDOUT;
}

#endif
