/* What macOS and other Darwin systems do in a way of their own. */
#include "../base/system_features.h"

#include "system.h"

#ifdef __APPLE__

#include <stdio.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

/* If the file system cannot do it at once, the file has both names for a moment. */
int fg_system_move_to_free_name(const char *from, const char *to) {
  if (renamex_np(from, to, RENAME_EXCL) == 0) {
    return 0;
  }
  if (errno != ENOTSUP && errno != EINVAL) {
    return errno;
  }
  return link(from, to) != 0 || unlink(from) != 0 ? errno : 0;
}

/* The system itself knows which disks are local. */
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

void fg_signal_begin(fg_signal *signal) { pthread_cond_init(signal, NULL); }

/* On macOS a condition waits until an instant of the wall clock, or for a time; the latter is used. */
bool fg_signal_wait_until(fg_signal *signal, fg_mutex *mutex, int64_t steady_ms) {
  int64_t left = steady_ms - fg_system_steady_ms();
  struct timespec wait = {(time_t)(left / 1000), (long)(left % 1000 * 1000000)};
  return left > 0 && pthread_cond_timedwait_relative_np(signal, mutex, &wait) != ETIMEDOUT;
}

#endif
