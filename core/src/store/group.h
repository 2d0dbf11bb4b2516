/* Durability in groups: a command is acknowledged when it is in the log, and the log is synced within a stated time. A
   thread does that, because there may be no further command. Who adds a command does not wait for a sync. */
#ifndef FG_STORE_GROUP_H
#define FG_STORE_GROUP_H

#include "system.h"
#include "vfs.h"

typedef struct fg_group {
  int64_t group_ms; ///< milliseconds; 0: no group, and no thread
  fg_vfs *vfs;
  fg_thread thread;
  fg_mutex syncing; ///< held during a sync, so that whoever flushes waits for one that has begun
  fg_mutex mutex;   ///< held for the members below
  fg_signal changed;
  bool is_open; ///< a command waits to be synced
  bool is_ending;
  int64_t deadline_ms; ///< when it must be synced, by the steady clock
  int result;          ///< the first failure that was noted; SQLITE_OK: none
} fg_group;

/* Starts the thread. Returns 0 or an errno. */
int fg_group_start(fg_group *group, fg_vfs *vfs, int64_t group_ms);
/* Notes that a command was written but not synced. Returns SQLITE_OK, or the failure of an earlier sync. */
int fg_group_add(fg_group *group);
/* The failure of an earlier sync, after which nothing may be acknowledged; SQLITE_OK: there is none. */
int fg_group_failure(fg_group *group);
/* Syncs the log, also what other handles have written; there must be a group. Returns SQLITE_OK, or the failure of this
   or an earlier sync. May run in any thread. */
int fg_group_sync(fg_group *group);
/* Syncs the commands that wait. */
int fg_group_flush(fg_group *group);
/* Syncs the commands that wait, and ends the thread. */
int fg_group_stop(fg_group *group);

#endif
