/* Opens a ledger's file, accepts it for writing, and closes it. */
#ifndef FG_STORE_OPEN_H
#define FG_STORE_OPEN_H

#include "store.h"

/* Opens an existing ledger. It returns inside the ledger's lock (fg_lock_enter). */
fg_status fg_store_open_checking(const char *path, fg_store_mode mode, fg_store_check check, int64_t wait_ms,
                                 const fg_allocator *allocator, fg_store **store, fg_error *error);
/* Likewise for a function that works on a file as a whole: all pages are checked first, and from then on until the
   store is closed what reads or runs statements ends when the watch is over (fg_vfs.watch). */
fg_status fg_store_open(const char *path, fg_store_mode mode, const fg_allocator *allocator, fg_watch *watch,
                        fg_store **store, fg_error *error);

/* Accepts that the ledger is what the caller expects, so that it can be written from now on by the lock's session. What
   a crash left in the log stays there until the log is emptied. */
fg_status fg_store_accept(fg_store *store, bool is_grouped, fg_error *error);

/* Leaves the lock and closes the files. The files beside the ledger stay; fg_runs_end removes them. NULL is allowed. */
void fg_store_close(fg_store *store);

/* Releases the memory in a forked child process, and leaves the files and locks alone, because they are the
   parent's. */
void fg_store_abandon(fg_store *store);

#endif
