/* Draws the units of a month for a trial of a simulation. */
#include "plan_model.h"

enum { PER_MILLE = 1000, SPREAD_MAX = 10 * PER_MILLE };

static const uint64_t LEVEL = UINT64_MAX; /* stands for a month: what all months of a trial share */

/* Random numbers by counter: each is a function of its place alone, so neither the order of drawing nor the number of
   threads can change one. The mixer is that of SplitMix64, applied to seed, trial and month. */
static uint64_t mix(uint64_t value) {
  value += UINT64_C(0x9E3779B97F4A7C15);
  value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
  return value ^ (value >> 31);
}

/* Adds up twelve evenly distributed numbers of 32 bits: the sum is nearly normal, with mean 6 × 2^32 and deviation
   2^32. */
static int64_t deviation(uint64_t place) {
  int64_t sum = 0;
  for (uint64_t i = 0; i < 6; i++) {
    uint64_t pair = mix(place + i);
    sum += (int64_t)(pair >> 32) + (int64_t)(pair & UINT32_MAX);
  }
  return sum - 6 * (INT64_C(1) << 32);
}

/* The integer square root of a number up to 10^6. */
static int64_t whole_root(int64_t number) {
  int64_t root = 0;
  while ((root + 1) * (root + 1) <= number) {
    root++;
  }
  return root;
}

/* Mixes the deviation of the month before with a new one, such that the size of deviations stays the same. */
static int64_t correlated_deviation(uint64_t trial, int64_t month, int64_t correlation) {
  int64_t own = whole_root(PER_MILLE * PER_MILLE - correlation * correlation);
  int64_t drawn = deviation(mix(trial ^ (uint64_t)0));
  for (int64_t passed = 1; passed <= month; passed++) {
    drawn = (correlation * drawn + own * deviation(mix(trial ^ (uint64_t)passed))) / PER_MILLE;
  }
  return drawn;
}

static int64_t deviated(int64_t units, int64_t per_mille, int64_t drawn) {
  fg_int128 change = (fg_int128)units * per_mille / PER_MILLE * drawn / (INT64_C(1) << 32);
  fg_int128 sum = units + change;
  return sum < 0 ? 0 : sum > FG_PLAN_UNITS_MAX ? FG_PLAN_UNITS_MAX : (int64_t)sum;
}

static fg_status check_demand(const fg_demand *demand, int64_t month, fg_error *error) {
  const struct {
    const char *name;
    int64_t value, most;
  } parts[] = {{"spread_per_mille", demand->spread_per_mille, SPREAD_MAX},
               {"level_per_mille", demand->level_per_mille, SPREAD_MAX},
               {"correlation_per_mille", demand->correlation_per_mille, PER_MILLE}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].value < 0 || parts[i].value > parts[i].most) {
      return fg_fail(error, FG_INVALID, parts[i].name, "expected 0 to %d", (int)parts[i].most);
    }
  }
  bool known = demand->correlation_per_mille == 0 || (month >= 0 && month < FG_PLAN_MONTHS_MAX);
  return known ? FG_OK : fg_fail(error, FG_INVALID, "month", "expected 0 to %d", FG_PLAN_MONTHS_MAX - 1);
}

fg_status fg_vary(int64_t units, const fg_demand *demand, int64_t month, int64_t *varied, fg_error *error) {
  if (units < 0) {
    return fg_fail(error, FG_INVALID, "units", "expected 0 or more");
  }
  FG_TRY(check_demand(demand, month, error));
  uint64_t trial = mix(mix((uint64_t)demand->seed) ^ (uint64_t)demand->trial);
  int64_t drawn = demand->correlation_per_mille > 0 ? correlated_deviation(trial, month, demand->correlation_per_mille)
                                                    : deviation(mix(trial ^ (uint64_t)month));
  int64_t level = demand->level_per_mille == 0
                      ? units
                      : deviated(units, demand->level_per_mille, deviation(mix(trial ^ LEVEL)));
  *varied = deviated(level, demand->spread_per_mille, drawn);
  return FG_OK;
}
