/* First in every file of the store: the system's functions beyond ISO C, with offsets and times of 64 bits also where
   the machine has 32. */
#ifndef FG_STORE_SYSTEM_H
#define FG_STORE_SYSTEM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#ifndef _TIME_BITS
#define _TIME_BITS 64
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#ifndef F_OFD_SETLK
#error "the ledger needs locks of open file descriptions (F_OFD_SETLK): Linux 3.15 or later"
#endif

_Static_assert(sizeof(off_t) == 8, "the ledger's locks are beyond 2 GiB: compile it with offsets of 64 bits");
_Static_assert(sizeof(time_t) == 8, "the ledger's clock goes beyond 2038: compile it with times of 64 bits");

#endif
