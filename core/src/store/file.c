#include "system.h"

#include "file.h"

bool fg_file_state_differs(const fg_file_state *known, const fg_file_state *now) {
  return known->size != 0 && memcmp(known, now, sizeof *known) != 0;
}

bool fg_file_is_same(const fg_file_look *a, const fg_file_look *b) {
  return a->device == b->device && a->inode == b->inode;
}

static int look(int file, const char *name, int flags, unsigned asked, fg_file_look *look) {
  struct statx status;
  if (statx(file, name, flags, asked, &status) != 0) {
    return errno;
  }
  look->device = makedev(status.stx_dev_major, status.stx_dev_minor);
  look->inode = (ino_t)status.stx_ino;
  look->state = (fg_file_state){.size = (int64_t)status.stx_size};
  if ((asked & STATX_MTIME) != 0) {
    look->state.seconds = status.stx_mtime.tv_sec;
    look->state.nanoseconds = status.stx_mtime.tv_nsec;
  }
  return 0;
}

int fg_file_look_at(const char *name, bool with_times, fg_file_look *found) {
  unsigned asked = STATX_INO | STATX_SIZE;
  return look(AT_FDCWD, name, 0, with_times ? asked | STATX_MTIME : asked, found);
}

int fg_file_look_inside(int file, fg_file_look *found) {
  return look(file, "", AT_EMPTY_PATH, STATX_INO | STATX_SIZE | STATX_MTIME, found);
}
