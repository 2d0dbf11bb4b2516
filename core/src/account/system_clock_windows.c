/* The clocks of Windows. */
#include "../base/clock.h"

#ifdef _WIN32

#include "../base/civil.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* The time from 1601, when Windows begins to count, to 1970, in its unit, a tenth of a microsecond. */
#define TENTHS_BEFORE_1970 INT64_C(116444736000000000)

static fg_time read_wall(void *context) {
  FILETIME now;
  (void)context;
  GetSystemTimePreciseAsFileTime(&now);
  int64_t tenths = (int64_t)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
  return (tenths - TENTHS_BEFORE_1970) / 10;
}

/* Reads a clock that goes on while the system sleeps. */
static int64_t read_boottime(void *context) {
  LARGE_INTEGER ticks;
  LARGE_INTEGER second;
  (void)context;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&second);
  return ticks.QuadPart / second.QuadPart * FG_SECOND + ticks.QuadPart % second.QuadPart * FG_SECOND / second.QuadPart;
}

/* Windows has no number for a start that programs may rely on: its fast startup is a waking, after which both its count
   of starts and its clocks go on. Without a number all starts look like one, and a steady clock that began anew is not
   trusted. */
static uint32_t read_boot(void *context) {
  (void)context;
  return 0;
}

/* Only the service Windows Time itself knows whether it has agreed with a server, so the answer is no. */
static bool is_synchronised(void *context) {
  (void)context;
  return false;
}

const fg_clock_source fg_system_clock = {read_wall, read_boottime, read_boot, is_synchronised, NULL};

#endif
