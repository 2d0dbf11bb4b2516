/* The file system that SQLite sees under a ledger, over the one it would use anyway.

   It differs in three things. Pages of the database carry a stamp that is checked when they are read. SQLite's own
   locks are not taken: handles exclude each other as a whole (lock.h). And the index of the write-ahead log, which
   SQLite would share between processes through a memory-mapped file, is each handle's own; it is dropped when another
   handle came in between, and SQLite reads the log again. */
#ifndef FG_STORE_VFS_H
#define FG_STORE_VFS_H

#include <sqlite3.h>

#include "pages.h"

enum { FG_WAL_REGIONS = 64 }; ///< of 32 KiB, each for 4,096 pages of the log

typedef struct fg_vfs {
  sqlite3_vfs api;
  char name[32];
  sqlite3_vfs *base;
  sqlite3_file *log;      ///< of the base, while it is open
  void *regions[FG_WAL_REGIONS];
  bool may_take_all;      ///< no other handle is open: SQLite may remove the log when it closes
  int64_t bad_page;       ///< the first whose stamp was wrong when it was read; 0: none
  unsigned char page[FG_PAGE_SIZE];
} fg_vfs;

/* Registers it under a name of its own; `vfs` must stay where it is until it is unregistered. */
int fg_vfs_register(fg_vfs *vfs);
void fg_vfs_unregister(fg_vfs *vfs);

/* Forgets the index of the log. No transaction may be open. */
void fg_vfs_forget_log(fg_vfs *vfs);

/* Syncs the log; SQLITE_OK where there is none. May run beside SQLite in another thread. */
int fg_vfs_sync_log(fg_vfs *vfs);

#endif
