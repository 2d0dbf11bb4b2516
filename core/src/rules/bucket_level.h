/* The level of a bucket that drains by its limit in each window. */
#ifndef FG_BUCKET_LEVEL_H
#define FG_BUCKET_LEVEL_H

#include "../state/state.h"

/* The level of a bucket at an instant that is not before its latest admission. It is exact: `units`, and `rest` in
   units × microseconds of the window. */
typedef struct fg_bucket_level {
  fg_time at;
  int64_t units, rest;
} fg_bucket_level;
fg_bucket_level fg_bucket_level_of(const fg_window *window, const fg_limit *limit, fg_time now);

/* Writes a level into a window that has an admission. */
void fg_bucket_set_level(fg_window *window, fg_bucket_level level);

#endif
