/* The name under which the library, and on some systems SQLite, reads at a place of a file. A test that defines a
   function of this name stands before the system's. */
#ifndef PREAD_NAME_H
#define PREAD_NAME_H

#include <sys/types.h>

#ifdef __GLIBC__
#define PREAD pread64
#else
#define PREAD pread /* musl has but this one */
#endif
ssize_t PREAD(int file, void *bytes, size_t size, off_t offset);

#endif
