/* Writes the write-ahead log. The frames of a transaction are gathered and written at once, which costs less than
   SQLite's two writes for each; how far the log is on the disk is put down in the file of marks. */
#ifndef FG_STORE_WAL_FILE_H
#define FG_STORE_WAL_FILE_H

#include <sqlite3.h>

#include "mark.h"

enum { FG_WAL_GATHERED = 4 }; ///< frames; a larger transaction is written in parts

typedef struct fg_wal_file {
  sqlite3_file *file; ///< of the file system below, while it is open
  fg_file_look look;  ///< which file that is, as it was opened
  int64_t size;       ///< of it, as far as this handle knows; below 0: it does not, for a write failed

  unsigned char gathered[FG_WAL_GATHERED * FG_WAL_FRAME];
  size_t length;        ///< of what is gathered
  int64_t offset;       ///< where it belongs in the file; a write that follows it is gathered too
  uint32_t frame_begun; ///< the end of a transaction, whose page was not given yet; 0: none

  fg_mutex mutex;       ///< over what follows, for the log may be synced by another thread
  fg_wal_place written; ///< the end of the latest transaction that was written
  fg_wal_place marked;  ///< as put down last
  fg_file mark;         ///< file of the marks; FG_NO_FILE: none
  int64_t session;      ///< whose mark it is
} fg_wal_file;

void fg_wal_file_begin(fg_wal_file *log);
void fg_wal_file_end(fg_wal_file *log);

/* Call these when a file was opened, which answers a result of SQLite, and when it is closed. What was gathered of an
   abandoned transaction is dropped. */
int fg_wal_file_opened(fg_wal_file *log, sqlite3_file *file, const char *name);
void fg_wal_file_closed(fg_wal_file *log);

/* These answer results of SQLite. Write out what was gathered before the file is used in any other way. */
int fg_wal_file_write(fg_wal_file *log, const void *bytes, int size, int64_t offset);
int fg_wal_file_write_out(fg_wal_file *log);
/* Empties the log by a header whose salts no frame has: one write, whole or not at all. SQLite would cut the file off
   instead, and then an emptied log would look like one that somebody else has cut. */
int fg_wal_file_empty(fg_wal_file *log, const unsigned char random[4]);
/* Puts on the disk what was written before, and then marks it. May run in another thread, beside the others. */
int fg_wal_file_sync(fg_wal_file *log, int flags);

#endif
