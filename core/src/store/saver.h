/* Moves the log of a ledger into its database in a thread of its own, so that no command of a handle with group_ms
   waits for that (docs/decisions/0037-saving-the-log.md).

   Pages are copied while commands go on adding to the log. This is safe because no handle reads a page from the
   database while the log has it, and because fg_lock_begin_saving keeps every handle from beginning the log anew. If no
   command came until the copies were synced, the saver begins the log anew, inside the lock, by one write that is not
   synced. */
#ifndef FG_STORE_SAVER_H
#define FG_STORE_SAVER_H

#include "group.h"
#include "store.h"

typedef struct fg_saver {
  fg_store *store; ///< NULL: there is no saver
  fg_group *group;
  fg_lock lock;           ///< a lock of its own, because locks of one open file do not exclude each other
  sqlite3_file *database; ///< opened once more, in the file system below
  sqlite3_file *log;      ///< likewise, once the saver is asked to work
  fg_file read_log;       ///< the log, opened for reading; FG_NO_FILE before
  char log_name[FG_PLACE_MAX];
  fg_wal_walk walk;      ///< the frame that was copied last
  bool has_first_page;   ///< whether a first page is among the frames that were copied
  fg_file_state written; ///< the database as this saver left it
  bool is_overwritten;   ///< something else wrote to it since
  fg_thread thread;
  fg_mutex mutex; ///< held for the members below
  fg_signal changed;
  bool is_busy;  ///< whether it was asked to work; it has the lock of fg_lock_begin_saving then
  bool has_news; ///< a command was added since the saver looked last
  bool is_ending;
  int64_t rests_until_ms; ///< when it may be asked again after a failure, by the steady clock
} fg_saver;

/* Starts the saver of a store that was accepted. If that fails, there is no saver. */
void fg_saver_start(fg_saver *saver, fg_store *store, fg_group *group);
/* Asks the saver to move the log if that has become long. Called after a commit, inside the store's lock. False: there
   is no saver, or it has failed for long, so the caller must move the log. */
bool fg_saver_tidy(fg_saver *saver);
/* Ends the thread, whatever it is doing. */
void fg_saver_stop(fg_saver *saver);
/* Gives the saver up in a forked child process, where its thread does not run. */
void fg_saver_abandon(fg_saver *saver);

#endif
