/* The clocks of the operating system. Nothing else in the library reads one. */
#include "../base/system_features.h"

#include "../base/clock.h"

#ifndef _WIN32

#include "../base/civil.h"

#include <stdio.h>
#include <time.h>
#ifdef __linux__
#include <sys/timex.h>
#endif
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

_Static_assert(sizeof(time_t) == 8, "the clock goes beyond 2038: compile it with times of 64 bits");

static int64_t microseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * FG_SECOND + now.tv_nsec / 1000;
}

static fg_time read_wall(void *context) {
  (void)context;
  return microseconds(CLOCK_REALTIME);
}

static int64_t read_boottime(void *context) {
  (void)context;
#ifdef CLOCK_BOOTTIME
  return microseconds(CLOCK_BOOTTIME);
#else
  return microseconds(CLOCK_MONOTONIC);
#endif
}

/* The first 32 bits of the number that the system draws at each start; 0 where it cannot be read. Then all starts look
   like one, and a steady clock that began anew is not trusted. */
static uint32_t read_boot(void *context) {
  unsigned boot = 0;
  (void)context;
#ifdef __APPLE__
  char drawn[64] = "";
  size_t size = sizeof drawn - 1;
  if (sysctlbyname("kern.bootsessionuuid", drawn, &size, NULL, 0) != 0 || sscanf(drawn, "%8x", &boot) != 1) {
    boot = 0;
  }
#else
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
  if (file != NULL) {
    if (fscanf(file, "%8x", &boot) != 1) {
      boot = 0;
    }
    fclose(file);
  }
#endif
  return boot;
}

static bool is_synchronised(void *context) {
  (void)context;
#ifdef __linux__
  struct timex answer = {.modes = 0};
  return adjtimex(&answer) >= 0 && (answer.status & STA_UNSYNC) == 0;
#else
  return false;
#endif
}

const fg_clock_source fg_system_clock = {read_wall, read_boottime, read_boot, is_synchronised, NULL};

#endif
