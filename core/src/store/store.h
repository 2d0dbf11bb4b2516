/* The file of a ledger: checked, locked, opened in SQLite, closed. Nothing here knows what the commands in it mean. */
#ifndef FG_STORE_H
#define FG_STORE_H

#include "../base/status.h"
#include "lock.h"
#include "place.h"
#include "vfs.h"

enum { FG_LEDGER_APPLICATION = 0x46474c31, FG_LEDGER_VERSION_NOW = 2 }; ///< "FGL1"; user_version

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
  int mark;            ///< PATH-mark; -1 before fg_store_accept
  fg_file_look marks;  ///< which file that is
  fg_vfs vfs;
  sqlite3 *database;
  fg_wal log;        ///< as it was before the opening
  bool is_cut;       ///< the log: it lacks what was acknowledged
  int log_pages;     ///< after the latest commit
  bool is_inside;    ///< the lock
  bool is_grouped;   ///< commands are acknowledged before they are synced
  bool is_run_begun; ///< see runs.c
  bool is_damaged;   ///< opened although a page is not whole: to see how far it is good
  fg_error damage;   ///< what is wrong then
} fg_store;

/* Opens an existing ledger and answers inside its lock (fg_lock_enter). */
fg_status fg_store_open(const char *path, fg_store_mode mode, int64_t wait_ms, const fg_allocator *allocator,
                        fg_store **store, fg_error *error);

/* The ledger is what the caller expects, and can be written from now on, by the session that its lock has. What a crash
   left in the log stays there until the log is emptied. */
fg_status fg_store_accept(fg_store *store, bool is_grouped, fg_error *error);

/* Puts what is in the log in its place, inside the lock: nothing else writes to the database. An SQLite result. */
int fg_store_checkpoint(fg_store *store, int mode);
/* After a commit, inside the lock: keeps the log short. */
void fg_store_tidy(fg_store *store);

/* Removes what is beside a ledger at rest, where no other handle is open and the log has nothing in it. */
void fg_store_clear_beside(fg_store *store);

/* Leaves the lock, closes. What is beside the file stays (fg_runs_end). NULL is allowed. */
void fg_store_close(fg_store *store);
/* What a forked child may do: it gives back memory and leaves files and locks, which are its parent's, alone. */
void fg_store_abandon(fg_store *store);

/* Makes a new ledger at a path where there is none: `fill` writes its tables inside one transaction. It appears whole
   or not at all. `fill` may commit in between and begin again. */
typedef struct fg_store_maker {
  fg_status (*fill)(void *context, sqlite3 *database, fg_error *error);
  fg_status (*ready)(void *context, fg_error *error); ///< the file is on the disk and has no name yet; may be NULL
  void *context;
  bool may_be_there; ///< where another process was faster, theirs stays; else FG_LEDGER_EXISTS
} fg_store_maker;
fg_status fg_store_create(const char *path, const fg_allocator *allocator, const fg_store_maker *maker,
                          fg_error *error);

/* The last part of the path. */
const char *fg_store_name(const fg_store *store);

/* Whether there is anything at a path. */
bool fg_store_exists(const char *path);
/* FG_LEDGER_NETWORK if a path is on a disk where locks do not hold. */
fg_status fg_store_check_disk(const char *path, fg_error *error);

/* What a failure of SQLite or of the system is called here. */
fg_status fg_store_fault(const fg_store *store, int result, fg_error *error);
fg_status fg_store_sqlite_fault(sqlite3 *database, int result, const char *path, fg_error *error);
fg_status fg_store_system_fault(int number, const char *path, fg_error *error);

/* Runs statements that answer nothing. */
fg_status fg_store_run(sqlite3 *database, const char *path, const char *statements, fg_error *error);

#endif
