/* The file of a ledger while it is open. The store does not know what the commands in it mean. */
#ifndef FG_STORE_H
#define FG_STORE_H

#include "../base/status.h"
#include "lock.h"
#include "place.h"
#include "vfs.h"

/* FG_STORE_READ: no byte of any file changes. A damaged ledger opens too, as far as it can be read, and `damage` says
   what is wrong. FG_STORE_WRITE: only a ledger without damage opens, and nothing is written before fg_store_accept. */
typedef enum fg_store_mode { FG_STORE_WRITE, FG_STORE_READ } fg_store_mode;

/* Which pages are checked before a ledger is open. */
typedef enum fg_store_check { FG_STORE_CHECK_BY_SIZE, FG_STORE_CHECK_ALL, FG_STORE_CHECK_USED } fg_store_check;

typedef struct fg_store {
  fg_allocator allocator;
  fg_store_mode mode;
  char *path; ///< the path as the caller gave it, for messages
  size_t path_size;
  fg_place place;
  fg_lock lock;
  fg_file_look opened; ///< which file is open, and its state
  fg_file mark;        ///< the file PATH-mark; FG_NO_FILE before fg_store_accept
  fg_file_look marks;  ///< which file PATH-mark is
  fg_vfs vfs;
  sqlite3 *database;
  fg_wal log;            ///< the log as it was at the opening
  fg_wal_place void_log; ///< the place in a log that is ignored up to which the database has it; frame 0: it is used
  bool is_cut;           ///< the log lacks something that was acknowledged
  uint32_t log_pages;    ///< pages in the log after the latest commit; atomic, because the saver reads it
  bool is_end_known;     ///< no other handle was inside since that commit; atomic too
  bool checks_used;      ///< pages are checked when they are used, not when the ledger is opened
  int64_t page_count;    ///< pages of the database, with those that only the log has, at the opening
  bool is_inside;        ///< the lock is entered
  bool is_grouped;       ///< commands are acknowledged before they are synced
  bool is_log_foreign;   ///< another handle wrote to it, which may have been killed before it synced that
  bool is_run_begun;     ///< see runs.c
  bool is_damaged;       ///< opened although a page is not whole: to see how far it is good
  fg_error damage;       ///< what is wrong then
} fg_store;

/* The log is moved into the database when it has so many pages, because the next handle that enters reads it: 1 MiB. */
#ifndef FG_LOG_PAGES
#define FG_LOG_PAGES 256
#endif

/* Moves what is in the log into the database, inside the lock. Nothing but this and the saver (saver.h) writes to the
   database. Returns a result of SQLite; SQLITE_BUSY while a saver is at work. */
int fg_store_checkpoint(fg_store *store, int mode);
/* Keeps the log short. Called after a commit, inside the lock. */
void fg_store_tidy(fg_store *store);

/* If a sync of the log has failed, the system may have dropped what that was to write, and no later sync tells so,
   although every handle still reads it. So everything that the log has is written again, into the database, and the log
   is begun anew. Called inside the lock, before it is left; if this fails, the next one tries again. */
void fg_store_save_again(fg_store *store);

/* Removes the files beside a ledger when no other handle is open and the log is empty. The store must be closed
   next. */
void fg_store_clear_beside(fg_store *store);

/* Refuses the ledger for a damaged page. */
fg_status fg_store_tell_page(const fg_store *store, int64_t number, fg_error *error);

/* The last part of the path. */
const char *fg_store_name(const fg_store *store);

/* Turns a failure of SQLite into a status and a message. */
fg_status fg_store_fault(const fg_store *store, int result, fg_error *error);

/* Notes the state of the database for the next handle that enters. Returns 0 or an errno. */
int fg_store_put_down_database(const fg_store *store);

#endif
