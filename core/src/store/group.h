/* Durability in groups: commands are acknowledged when they are in the log, and the log is synced within a stated time.
   A thread does that, because no other command may come. */
#ifndef FG_STORE_GROUP_H
#define FG_STORE_GROUP_H

#include "system.h"
#include "vfs.h"

typedef struct fg_group {
  int64_t group_ms; ///< 0: no group, and no thread
  fg_vfs *vfs;
  fg_thread thread;
  fg_mutex mutex;
  fg_signal changed;
  bool is_open; ///< a command waits for its sync
  bool is_ending;
  int64_t deadline_ms; ///< of the steady clock
  int result;          ///< of the first sync that failed; SQLITE_OK
} fg_group;

/* Answers 0 or an errno. */
int fg_group_start(fg_group *group, fg_vfs *vfs, int64_t group_ms);
/* Notes that a command was written and not synced. Answers SQLITE_OK, or how an earlier sync failed. */
int fg_group_add(fg_group *group);
/* Syncs now what waits. */
int fg_group_flush(fg_group *group);
/* Ends the thread; what waits is synced first. */
int fg_group_stop(fg_group *group);

#endif
