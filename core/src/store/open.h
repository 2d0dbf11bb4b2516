/* A ledger's file is opened, accepted to be written, and closed. */
#ifndef FG_STORE_OPEN_H
#define FG_STORE_OPEN_H

#include "store.h"

/* Opens an existing ledger and answers inside its lock (fg_lock_enter). */
fg_status fg_store_open(const char *path, fg_store_mode mode, int64_t wait_ms, const fg_allocator *allocator,
                        fg_store **store, fg_error *error);

/* The ledger is what the caller expects, and can be written from now on, by the session that its lock has. What a crash
   left in the log stays there until the log is emptied. */
fg_status fg_store_accept(fg_store *store, bool is_grouped, fg_error *error);

/* Leaves the lock, closes. What is beside the file stays (fg_runs_end). NULL is allowed. */
void fg_store_close(fg_store *store);

/* Gives back the memory in a forked child, and leaves files and locks, which are the parent's, alone. */
void fg_store_abandon(fg_store *store);

#endif
