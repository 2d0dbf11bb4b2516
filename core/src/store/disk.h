/* Checks whether locks hold on the disk that a ledger is on. Those of a network file system may hold only on one
   machine, only between some versions, or not at all. */
#ifndef FG_STORE_DISK_H
#define FG_STORE_DISK_H

#include "../base/status.h"

/* FG_LEDGER_NETWORK if the path is on a disk where locks do not hold. */
fg_status fg_disk_check(const char *path, fg_error *error);

#endif
