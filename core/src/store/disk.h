/* Whether locks hold on the disk that a ledger is on. */
#ifndef FG_STORE_DISK_H
#define FG_STORE_DISK_H

#include "../base/status.h"

/* FG_LEDGER_NETWORK if a path is on a disk where locks do not hold. */
fg_status fg_disk_check(const char *path, fg_error *error);

/* The name of the network file system that a path is on; NULL if it is a local one. */
const char *fg_disk_network(const char *path);

const char *fg_disk_network_name(int64_t magic);

#endif
