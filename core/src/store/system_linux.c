/* What Linux does in a way of its own. */
#include "../base/system_features.h"

#include "system.h"

#ifdef __linux__

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

static fg_file_kind kind_of(unsigned mode) {
  return S_ISREG(mode) ? FG_FILE_PLAIN : S_ISDIR(mode) ? FG_FILE_DIRECTORY : FG_FILE_OTHER;
}

/* musl has a function for it since 1.2.5, and what is built there is to run on older ones too. Android has it since
   11, and ends apps that ask for it before. */
static int ask_status(int file, const char *name, int flags, unsigned asked, struct statx *status) {
#ifdef __GLIBC__
  return statx(file, name, flags, asked, status);
#else
  return (int)syscall(SYS_statx, file, name, flags, asked, status);
#endif
}

static int look(int file, const char *name, int flags, unsigned times, fg_file_look *look) {
  struct statx status;
  unsigned asked = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_INO | STATX_SIZE | times;
  if (ask_status(file, name, flags, asked, &status) != 0) {
    return errno;
  }
  look->device = makedev(status.stx_dev_major, status.stx_dev_minor);
  look->inode = status.stx_ino;
  look->kind = kind_of(status.stx_mode);
  look->names = status.stx_nlink;
  look->is_read_only = (status.stx_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
  look->state = (fg_file_state){.size = (int64_t)status.stx_size};
  if (times != 0) {
    look->state.seconds = status.stx_mtime.tv_sec;
    look->state.nanoseconds = status.stx_mtime.tv_nsec;
  }
  return 0;
}

int fg_system_look_at(const char *name, bool with_times, fg_file_look *found) {
  return look(AT_FDCWD, name, 0, with_times ? STATX_MTIME : 0, found);
}

int fg_system_look_inside(fg_file file, fg_file_look *found) {
  return look((int)file, "", AT_EMPTY_PATH, STATX_MTIME, found);
}

/* Moves a file on a file system without hard links: an empty file reserves the name until the rename. */
static int move_over_own(const char *from, const char *to) {
  fg_file file;
  int number = fg_system_open(to, FG_OPEN_NEW, &file);
  if (number != 0) {
    return number;
  }
  fg_system_close(&file);
  number = rename(from, to) == 0 ? 0 : errno;
  if (number != 0) {
    unlink(to);
  }
  return number;
}

#ifndef RENAME_NOREPLACE /* some C libraries, such as musl, lack what the kernel has */
#define RENAME_NOREPLACE 1
int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags);
__attribute__((weak, visibility("hidden"))) int renameat2(int from_directory, const char *from, int to_directory,
                                                          const char *to, unsigned flags) {
  return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
}
#endif

int fg_system_move_to_free_name(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return errno;
  }
  int number = link(from, to) != 0 || unlink(from) != 0 ? errno : 0;
  bool has_links = number != EPERM && number != EOPNOTSUPP && number != ENOSYS && number != EMLINK;
  return has_links ? number : move_over_own(from, to);
}

/* The numbers are those of statfs(2). sshfs and most shared folders of virtual machines are FUSE. */
const char *fg_system_network_name(int64_t magic) {
  static const struct {
    int64_t magic;
    const char *name;
  } networks[] = {{0x6969, "NFS"},
                  {0x517B, "SMB"},
                  {0xFE534D42, "SMB"},
                  {0xFF534D42, "CIFS"},
                  {0x65735546, "FUSE"},
                  {0x01021997, "9P"},
                  {0x5346414F, "AFS"},
                  {0x6B414653, "AFS"},
                  {0x00C36400, "Ceph"},
                  {0x73757245, "Coda"},
                  {0x786F4256, "a shared folder of VirtualBox"},
                  {0x0BD00BD0, "Lustre"},
                  {0x01161970, "GFS2"},
                  {0x7461636F, "OCFS2"}};
  for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
    if (networks[i].magic == magic) {
      return networks[i].name;
    }
  }
  return NULL;
}

const char *fg_system_network(const char *path) {
  struct statfs system;
  return statfs(path, &system) == 0 ? fg_system_network_name((uint32_t)system.f_type) : NULL;
}

void fg_signal_begin(fg_signal *signal) {
  pthread_condattr_t steady;
  pthread_condattr_init(&steady);
  pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
  pthread_cond_init(signal, &steady);
  pthread_condattr_destroy(&steady);
}

bool fg_signal_wait_until(fg_signal *signal, fg_mutex *mutex, int64_t steady_ms) {
  struct timespec until = {(time_t)(steady_ms / 1000), (long)(steady_ms % 1000 * 1000000)};
  return pthread_cond_timedwait(signal, mutex, &until) != ETIMEDOUT;
}

#endif
