/* What a Python for musl 1.2.5 asks of it and the musl of Debian 12, 1.2.3, does not have. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t preadv2(int file, const struct iovec *parts, int count, off_t offset, int flags) {
  return syscall(SYS_preadv2, file, parts, count, offset, offset >> 32, flags);
}

ssize_t pwritev2(int file, const struct iovec *parts, int count, off_t offset, int flags) {
  return syscall(SYS_pwritev2, file, parts, count, offset, offset >> 32, flags);
}
