#include "clock.h"

fg_time fg_clock_wall(const fg_clock_source *source) {
  /* A wall clock before 1970 is read as the first instant of the calendar. */
  return fg_min_i64(fg_max_i64(source->wall(source->context), 0), FG_CLOCK_LAST);
}

fg_clock_reading fg_clock_read(const fg_clock_source *source, uint32_t boot) {
  return (fg_clock_reading){.wall = fg_clock_wall(source), .boottime = source->boottime(source->context), .boot = boot};
}

/* The time from one reading to a later one; 0 if it is not later, or if the difference overflows, because a mark comes
   from a file that may hold any numbers. */
static int64_t passed(int64_t from, int64_t to) {
  int64_t difference = 0;
  return !__builtin_sub_overflow(to, from, &difference) && difference > 0 ? difference : 0;
}

static fg_time later(fg_time at, int64_t elapsed) {
  fg_time sum = 0;
  return fg_add_i64(at, elapsed, &sum) ? sum : at;
}

/* Moves an instant by the movement of a clock. A clock that moved by more than `most` was set, and its movement does
   not count. That can happen to the steady clock too, if a machine sleeps and its battery clock is wrong. */
static fg_time moved_by(fg_time at, int64_t from, int64_t to, int64_t most) {
  int64_t moved = passed(from, to);
  return moved <= most ? later(at, moved) : at;
}

fg_time fg_clock_since(const fg_clock_mark *mark, const fg_clock_reading *reading, int64_t most) {
  if (mark->at == FG_NO_TIME) {
    return FG_NO_TIME;
  }
  bool same_boot = mark->reading.boot == reading->boot;
  fg_time steady = moved_by(mark->at, same_boot ? mark->reading.boottime : 0, reading->boottime, most);
  return same_boot || reading->wall >= mark->at
             ? steady
             : fg_max_i64(steady, moved_by(mark->at, mark->reading.wall, reading->wall, most));
}
