/* The file of a ledger while it is open. Nothing here knows what the commands in it mean. */
#ifndef FG_STORE_H
#define FG_STORE_H

#include "../base/status.h"
#include "lock.h"
#include "place.h"
#include "vfs.h"

/* FG_STORE_READ: no byte of any file changes, and a ledger that is damaged opens too, as far as it can be read: what is
   wrong is in `damage`. FG_STORE_WRITE: only a ledger that is whole, and nothing is written before fg_store_accept. */
typedef enum fg_store_mode { FG_STORE_WRITE, FG_STORE_READ } fg_store_mode;

typedef struct fg_store {
  fg_allocator allocator;
  fg_store_mode mode;
  char *path; ///< as it was given, for messages
  size_t path_size;
  fg_place place;
  fg_lock lock;
  fg_file_look opened; ///< the file that is open
  fg_file mark;        ///< PATH-mark; FG_NO_FILE before fg_store_accept
  fg_file_look marks;  ///< which file that is
  fg_vfs vfs;
  sqlite3 *database;
  fg_wal log;          ///< as it was before the opening
  bool is_cut;         ///< the log lacks something that was acknowledged
  int log_pages;       ///< after the latest commit
  bool is_inside;      ///< the lock is entered
  bool is_grouped;     ///< commands are acknowledged before they are synced
  bool is_log_foreign; ///< another handle wrote to it, which may have been killed before it synced that
  bool is_run_begun;   ///< see runs.c
  bool is_damaged;     ///< opened although a page is not whole: to see how far it is good
  fg_error damage;     ///< what is wrong then
} fg_store;

/* Moves what is in the log into the database, inside the lock. Nothing else writes to the database. Answers a result of
   SQLite. */
int fg_store_checkpoint(fg_store *store, int mode);
/* After a commit, inside the lock: keeps the log short. */
void fg_store_tidy(fg_store *store);

/* Removes what is beside a ledger at rest, where no other handle is open and the log has nothing in it. The store is
   closed next. */
void fg_store_clear_beside(fg_store *store);

/* The last part of the path. */
const char *fg_store_name(const fg_store *store);

/* What a failure of SQLite is called here. */
fg_status fg_store_fault(const fg_store *store, int result, fg_error *error);

/* Puts down what the database is like, for the next one whose turn it is. Answers 0 or an errno. */
int fg_store_put_down_database(const fg_store *store);

#endif
