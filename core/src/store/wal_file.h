/* Writes the write-ahead log. The frames of a transaction are collected and written at once, which costs less than
   SQLite's two writes for each. How far the log is on the disk is noted in the file of marks. */
#ifndef FG_STORE_WAL_FILE_H
#define FG_STORE_WAL_FILE_H

#include <sqlite3.h>

#include "mark.h"

enum { FG_WAL_GATHERED = 4 }; ///< frames; a larger transaction is written in parts

typedef struct fg_wal_file {
  sqlite3_file *file; ///< the file in SQLite's usual file system, while it is open
  fg_file_look look;  ///< which file it is, and its state when it was opened
  int64_t size;       ///< its size, as far as this handle knows; below 0: unknown, because a write failed

  unsigned char gathered[FG_WAL_GATHERED * FG_WAL_FRAME];
  size_t length;        ///< how many bytes are collected
  int64_t offset;       ///< their place in the file; a write that follows them is collected too
  bool is_header_free;  ///< the latest write was a header that need not be synced before its frames
  uint32_t frame_begun; ///< the frame that ends a transaction, while its page is still to come; 0: none

  fg_mutex syncing;         ///< held during a sync, because the system tells a failure once, to one of the threads
  fg_mutex mutex;           ///< over what follows, for the log may be synced by another thread
  fg_wal_place written;     ///< the end of the latest transaction that was written
  fg_wal_place marked;      ///< the end that was noted last as synced
  unsigned char emptied[8]; ///< the salts with which the saver began the log anew
  bool is_emptied;          ///< whether it did, and SQLite has written no header since
  int failure;              ///< the result of the first sync that failed; SQLITE_OK: none has
  fg_file mark;             ///< the file of marks; FG_NO_FILE: there is none
  int64_t session;          ///< the session whose mark it is
} fg_wal_file;

void fg_wal_file_begin(fg_wal_file *log);
void fg_wal_file_end(fg_wal_file *log);

/* Called when the file was opened, which returns a result of SQLite, and when it is closed. Collected frames of a
   transaction that was given up are dropped. */
int fg_wal_file_opened(fg_wal_file *log, sqlite3_file *file, const char *name);
void fg_wal_file_closed(fg_wal_file *log);

/* These return results of SQLite. They write the collected frames before they use the file in another way. */
int fg_wal_file_write(fg_wal_file *log, const void *bytes, int size, int64_t offset);
int fg_wal_file_write_out(fg_wal_file *log);
/* Empties the log by a new header, whose salts no frame has. This is one write, which happens as a whole or not at all.
   SQLite would truncate the file instead, and then an emptied log would look like one that was cut off by somebody
   else. */
int fg_wal_file_empty(fg_wal_file *log, const unsigned char random[4]);
/* Notes that the saver began the log anew with these salts, after the database had noted that it has everything of the
   log before (fg_header_put_saved). May run in another thread, beside the other functions. */
void fg_wal_file_note_emptied(fg_wal_file *log, const unsigned char salts[8]);
/* Syncs what was written, and then notes it as synced. May run in another thread, beside the other functions. */
int fg_wal_file_sync(fg_wal_file *log, int flags);
/* The result of the first sync that failed, whichever thread it was in; SQLITE_OK: none has. */
int fg_wal_file_failure(fg_wal_file *log);
/* Notes that what was to be synced is on the disk elsewhere. */
void fg_wal_file_forget_failure(fg_wal_file *log);

#endif
