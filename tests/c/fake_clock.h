/* A clock of the system that a test sets. */
#ifndef FAKE_CLOCK_H
#define FAKE_CLOCK_H

#include "support.h"

enum { SECOND = 1000000, MINUTE = 60 * SECOND };
#define DAY (INT64_C(86400) * SECOND)

typedef struct fake_clock {
  fg_time wall;
  int64_t boottime;
  uint32_t boot;
  bool synchronised;
} fake_clock;

static inline fg_time fake_wall(void *context) { return ((fake_clock *)context)->wall; }
static inline int64_t fake_boottime(void *context) { return ((fake_clock *)context)->boottime; }
static inline uint32_t fake_boot(void *context) { return ((fake_clock *)context)->boot; }
static inline bool fake_is_synchronised(void *context) { return ((fake_clock *)context)->synchronised; }

static inline fg_clock_source fake_source(fake_clock *clock) {
  return (fg_clock_source){fake_wall, fake_boottime, fake_boot, fake_is_synchronised, clock};
}

/* Lets time pass, which all clocks show. */
static inline void let_pass(fake_clock *clock, int64_t us) {
  clock->wall += us;
  clock->boottime += us;
}

/* Starts the system again, with its wall clock at `wall`. */
static inline void start_again(fake_clock *clock, fg_time wall) {
  clock->wall = wall;
  clock->boottime = 20 * SECOND;
  clock->boot++;
}

#endif
