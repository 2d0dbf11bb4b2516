/* Reads the pages of a ledger that was opened before they were checked, in a thread, because a page that is seldom used
   must not stay damaged without notice. SQLite reads no page that is not checked (vfs.h), whether the thread has come
   to it or not. */
#ifndef FG_STORE_CHECKER_H
#define FG_STORE_CHECKER_H

#include "store.h"

typedef struct fg_checker {
  const fg_store *store; ///< NULL: there is no checker
  fg_lock lock;          ///< a lock of its own, because locks of one open file do not exclude each other
  fg_wal_walk walk;
  char log_name[FG_PLACE_MAX];
  unsigned char *room; ///< FG_PAGES_ROOM bytes
  fg_thread thread;
  bool is_ending; ///< atomic
  bool is_done;   ///< atomic: all pages were read, or one is damaged, or they cannot be read
  uint32_t bad;   ///< atomic, so of a size that 32-bit machines have: the damaged page; 0: none was found
} fg_checker;

/* Starts the checker of a store whose pages are unchecked, inside its lock. Returns 0 or an errno. */
int fg_checker_start(fg_checker *checker, const fg_store *store);
/* FG_LEDGER_CORRUPT if a page is damaged that the checker has read. */
fg_status fg_checker_tell(const fg_checker *checker, fg_error *error);
/* Ends the thread, wherever it is. */
void fg_checker_stop(fg_checker *checker);
/* Gives the checker up in a forked child process, where its thread does not run. */
void fg_checker_abandon(fg_checker *checker);

#endif
