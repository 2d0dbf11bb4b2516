/* Time for a host that names no instant: from a wall clock, which may stand, step or lie, and the time since the system
   was started, which does not. Everything here is a function of readings that are given. */
#ifndef FG_CLOCK_H
#define FG_CLOCK_H

#include "../../include/faregate.h"
#include "civil.h"

/* A wall clock beyond the calendar is read as this instant of its last day. It is wrong even where the host trusts
   it. */
#define FG_CLOCK_LAST (FG_TIME_MAX - 2 * FG_DAY)

typedef struct fg_clock_reading {
  fg_time wall;
  int64_t boottime; ///< microseconds since the system was started, those it slept included
  uint32_t boot;    ///< which start of the system that was
} fg_clock_reading;

/* An instant, and what the clocks showed when it was decided. Each row of a ledger keeps one on the disk, so that time
   goes on from the latest row in any process and after any start of the system. */
typedef struct fg_clock_mark {
  fg_time at; ///< FG_NO_TIME: there is none yet
  fg_clock_reading reading;
} fg_clock_mark;

/* From the first instant there is to FG_CLOCK_LAST. */
fg_time fg_clock_wall(const fg_clock_source *source);

/* `boot` is asked once: it stays as long as the process. */
fg_clock_reading fg_clock_read(const fg_clock_source *source, uint32_t boot);

/* The least that it can be now: the mark's instant, and what has passed since. Within one start of the system the
   steady clock says what has passed; after another start as much as the system has been up. Where the wall clock still
   stands before the mark, its movement alone tells how long the system was down. A movement of more than `most`, of
   either clock, says that the clock was set, and counts for nothing. FG_NO_TIME without a mark. */
fg_time fg_clock_since(const fg_clock_mark *mark, const fg_clock_reading *reading, int64_t most);

extern const fg_clock_source fg_system_clock;

#endif
