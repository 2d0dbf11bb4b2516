/* The time for a host that names no instant. It follows from a wall clock, which may stand still, jump or be wrong, and
   from the time since the system was started, which is steady. All functions work on readings that are given to
   them. */
#ifndef FG_CLOCK_H
#define FG_CLOCK_H

#include "../../include/faregate.h"
#include "civil.h"

/* A wall clock that is past the calendar is read as this instant near its end. Such a clock is wrong even if the host
   trusts it. */
#define FG_CLOCK_LAST (FG_TIME_MAX - 2 * FG_DAY)

typedef struct fg_clock_reading {
  fg_time wall;
  int64_t boottime; ///< microseconds since the system was started, including those in which it slept
  uint32_t boot;    ///< identifies the start of the system that `boottime` counts from
} fg_clock_reading;

/* An instant, and what the clocks showed when it was decided. Each row of a ledger has one, so that time goes on from
   the latest row in any process and after any start of the system. */
typedef struct fg_clock_mark {
  fg_time at; ///< FG_NO_TIME: there is no mark yet
  fg_clock_reading reading;
} fg_clock_mark;

/* What the wall clock shows, as an instant between the first of the calendar and FG_CLOCK_LAST. */
fg_time fg_clock_wall(const fg_clock_source *source);

/* Reads both clocks. `boot` is asked for only once, because it stays the same as long as a process lives. */
fg_clock_reading fg_clock_read(const fg_clock_source *source, uint32_t boot);

/* The earliest instant that it can be now, after a mark: the mark's instant, and the time that has passed since. Within
   one start of the system, that is what the steady clock shows; after another start, it is at least as long as the
   system has been up. If the wall clock is still before the mark, its movement alone tells how long the system was
   down. If a clock moved by more than `most`, it was set, and its movement does not count. FG_NO_TIME without a
   mark. */
fg_time fg_clock_since(const fg_clock_mark *mark, const fg_clock_reading *reading, int64_t most);

extern const fg_clock_source fg_system_clock;

#endif
