#include "base.h"

fg_time fg_clock_read(fg_clock *clock, fg_time wall, int64_t tick, fg_time floor) {
  fg_time now = wall;
  if (clock->started) {
    int64_t elapsed = tick > clock->last_tick ? tick - clock->last_tick : 0;
    now = fg_max_i64(wall, clock->last + elapsed);
  }
  now = fg_max_i64(now, floor);
  clock->started = true;
  clock->last = now;
  clock->last_tick = tick;
  return now;
}
