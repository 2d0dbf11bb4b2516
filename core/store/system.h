/* First in every file of the store: the system's functions beyond ISO C. */
#ifndef FG_STORE_SYSTEM_H
#define FG_STORE_SYSTEM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef F_OFD_SETLK
#error "the ledger needs locks of open file descriptions (F_OFD_SETLK): Linux 3.15 or later"
#endif

#endif
