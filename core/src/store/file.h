/* What can be known of a file by a look at it, without reading it. */
#ifndef FG_STORE_FILE_H
#define FG_STORE_FILE_H

#include <sys/types.h>

#include "../base/base.h"

/* What tells that somebody else wrote to a file, in place: its size, and when it was written last. */
typedef struct fg_file_state {
  int64_t size; ///< 0: nobody knows
  int64_t seconds, nanoseconds;
} fg_file_state;

bool fg_file_state_differs(const fg_file_state *known, const fg_file_state *now);

/* Which file it is, and its state. */
typedef struct fg_file_look {
  dev_t device;
  ino_t inode;
  fg_file_state state;
} fg_file_look;

/* Looks at a file by its name. Its times are 0 unless they are asked for, because a kernel that was asked gives the
   next write to the file a new time, and the sync after that write waits for it. Answers 0 or an errno. */
int fg_file_look_at(const char *name, bool with_times, fg_file_look *look);
/* Looks at a file that is open, with its times. */
int fg_file_look_inside(int file, fg_file_look *look);

bool fg_file_is_same(const fg_file_look *a, const fg_file_look *b);

#endif
