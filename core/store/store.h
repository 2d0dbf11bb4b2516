/* The file of a ledger: checked, locked, opened in SQLite, closed. Nothing here knows what the commands in it mean. */
#ifndef FG_STORE_H
#define FG_STORE_H

#include "../src/status.h"
#include "lock.h"
#include "vfs.h"

enum { FG_LEDGER_APPLICATION = 0x46474c31, FG_LEDGER_VERSION_NOW = 2 }; ///< "FGL1"; user_version

typedef struct fg_store {
  fg_allocator allocator;
  char *path;
  size_t path_size;
  fg_lock lock;
  fg_vfs vfs;
  sqlite3 *database;
  int log_pages;    ///< after the latest commit
  bool is_inside;   ///< the lock
  bool log_was_there; ///< when it was opened, if only as an empty file
  bool had_log;       ///< and held something
  bool is_run_begun;  ///< see runs.c
  bool keeps_log;     ///< when it is closed: the end of the run could not be written
  bool is_accepted; ///< fg_store_accept was called
  bool is_damaged;  ///< opened although a page is not whole: to see how far it is good
  fg_error damage;  ///< what is wrong then
} fg_store;

/* FG_STORE_READ: no byte of any file changes, and a ledger that is damaged opens too, as far as it can be read: what is
   wrong is in `damage`. FG_STORE_WRITE: only a ledger that is whole, and nothing is written before fg_store_accept. */
typedef enum fg_store_mode { FG_STORE_WRITE, FG_STORE_READ } fg_store_mode;

/* Opens an existing ledger and answers inside its lock (fg_lock_enter). */
fg_status fg_store_open(const char *path, fg_store_mode mode, int64_t wait_ms, const fg_allocator *allocator,
                        fg_store **store, fg_error *error);

/* The ledger is what the caller expects: what a crash left in the log goes to its place, every page is checked. */
fg_status fg_store_accept(fg_store *store, fg_error *error);

/* After a commit, inside the lock: keeps the log short. */
void fg_store_tidy(fg_store *store);

/* Waits for the lock and is then alone with the file; tells whether another handle came in between. */
fg_status fg_store_enter(fg_store *store, bool *others_came, fg_error *error);
void fg_store_leave(fg_store *store);

/* Leaves the lock, closes. Called inside it, and if it is the last handle, it leaves one file at rest. NULL is
   allowed. */
void fg_store_close(fg_store *store);
/* What a forked child may do: it gives back memory and leaves files and locks, which are its parent's, alone. */
void fg_store_abandon(fg_store *store);

/* Makes a new ledger at a path where there is none: `fill` writes its tables inside one transaction. It appears whole
   or not at all; if another process was faster, theirs stays. */
typedef struct fg_store_maker {
  fg_status (*fill)(void *context, sqlite3 *database, fg_error *error);
  void *context;
} fg_store_maker;
fg_status fg_store_create(const char *path, const fg_allocator *allocator, const fg_store_maker *maker,
                          fg_error *error);

/* The last part of the path. */
const char *fg_store_name(const fg_store *store);

/* Whether there is anything at a path. */
bool fg_store_exists(const char *path);

/* What a failure of SQLite or of the system is called here. */
fg_status fg_store_fault(const fg_store *store, int result, fg_error *error);
fg_status fg_store_sqlite_fault(sqlite3 *database, int result, const char *path, fg_error *error);
fg_status fg_store_system_fault(int number, const char *path, fg_error *error);

/* Runs statements that answer nothing. */
fg_status fg_store_run(sqlite3 *database, const char *path, const char *statements, fg_error *error);

#endif
