/* A month's units in a trial of a simulation. */
#include "plan_model.h"

enum { SPREAD_MAX = 10000 }; ///< per mille

/* Random numbers by counter: each is a function of where it stands, so no order of drawing and no number of threads can
   change one. The mixer is that of SplitMix64, run over seed, trial and month. */
static uint64_t mix(uint64_t value) {
  value += UINT64_C(0x9E3779B97F4A7C15);
  value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
  return value ^ (value >> 31);
}

/* Twelve even numbers of 32 bits added up: nearly normal, with mean 6 × 2^32 and deviation 2^32. */
static int64_t deviation(uint64_t place) {
  int64_t sum = 0;
  for (uint64_t i = 0; i < 6; i++) {
    uint64_t pair = mix(place + i);
    sum += (int64_t)(pair >> 32) + (int64_t)(pair & UINT32_MAX);
  }
  return sum - 6 * (INT64_C(1) << 32);
}

fg_status fg_vary(int64_t units, int64_t spread_per_mille, int64_t seed, int64_t trial, int64_t month, int64_t *varied,
                  fg_error *error) {
  if (units < 0) {
    return fg_fail(error, FG_INVALID, "units", "expected 0 or more");
  }
  if (spread_per_mille < 0 || spread_per_mille > SPREAD_MAX) {
    return fg_fail(error, FG_INVALID, "spread_per_mille", "expected 0 to %d", SPREAD_MAX);
  }
  uint64_t place = mix(mix(mix((uint64_t)seed) ^ (uint64_t)trial) ^ (uint64_t)month);
  fg_int128 change = (fg_int128)units * spread_per_mille / 1000 * deviation(place) / (INT64_C(1) << 32);
  fg_int128 sum = units + change;
  *varied = sum < 0 ? 0 : sum > FG_PLAN_UNITS_MAX ? FG_PLAN_UNITS_MAX : (int64_t)sum;
  return FG_OK;
}
