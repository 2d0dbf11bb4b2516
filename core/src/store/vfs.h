/* The file system that SQLite uses for a ledger, on top of its usual one.

   It differs from that in four things. Before a handle is accepted, or if it only reads, nothing is written or removed,
   and only runs.c removes the log. Pages of the database carry a stamp that is checked when they are read. SQLite's own
   locks are not taken, because handles exclude each other as a whole (lock.h). And the index of the write-ahead log,
   which SQLite would share between processes through a memory-mapped file, is each handle's own; if another handle has
   been inside, the index is dropped, and SQLite reads the log again. */
#ifndef FG_STORE_VFS_H
#define FG_STORE_VFS_H

#include "../base/watch.h"
#include "wal_file.h"

enum { FG_WAL_REGIONS = 64 }; ///< regions of 32 KiB, each for 4,096 pages of the log

typedef enum fg_vfs_phase {
  FG_VFS_READS,  ///< nothing may be written
  FG_VFS_WRITES, ///< the database and the log may be written
  FG_VFS_CREATES ///< a new database is made; files may be removed, too
} fg_vfs_phase;

typedef struct fg_vfs {
  sqlite3_vfs api;
  char name[32];
  sqlite3_vfs *base;
  fg_vfs_phase phase;
  bool is_for_reading; ///< whether the handle only reads, so that the phase is always FG_VFS_READS
  fg_watch *watch;     ///< NULL: nobody is asked whether reading and statements go on
  void *regions[FG_WAL_REGIONS];
  int read_failure; ///< the latest failure of the disk, which SQLite may report as something else; SQLITE_OK: none;
                    ///< SQLITE_INTERRUPT: the caller asked to stop
  int64_t bad_page; ///< the first page whose stamp was wrong when it was read; 0: none
  unsigned char page[FG_PAGE_SIZE];
  fg_wal_file log;
  sqlite3_file *log_file; ///< the log as SQLite knows it, whether it exists or not; NULL: not opened
  fg_wal_place void_log;  ///< while the log has these salts, SQLite sees it as empty; frame 0: there is no such log
} fg_vfs;

/* Registers the file system under a name of its own. Of `vfs` only `watch` is set before. It must stay where it is
   until it is unregistered. */
int fg_vfs_register(fg_vfs *vfs);
void fg_vfs_unregister(fg_vfs *vfs);

/* Whether the caller asked to stop. A handler of progress for SQLite, which asks while it runs a statement; some of
   what a single step of a statement does, such as a check of all pages, only reads. */
int fg_vfs_is_over(void *vfs);

/* Allows the database and the log to be written from now on. How far the log is on the disk is noted in the file of
   marks, for a session. */
void fg_vfs_accept(fg_vfs *vfs, fg_file mark, int64_t session);

/* Closes the log, because Windows does not remove an open file. It is opened again when it is needed. */
void fg_vfs_close_log(fg_vfs *vfs);

/* Forgets the index of the log. No transaction may be open. */
void fg_vfs_forget_log(fg_vfs *vfs);

/* Syncs the log; SQLITE_OK if there is none. May run in another thread beside SQLite. */
int fg_vfs_sync_log(fg_vfs *vfs);

#endif
