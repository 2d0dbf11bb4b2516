#include "rate_window.h"

/* The sum of a forged snapshot's units may wrap around. That snapshot is refused elsewhere. */
uint32_t fg_window_since(const fg_window *window, fg_time at, int64_t *units) {
  uint32_t place = window->admissions.count;
  uint64_t sum = 0;
  for (; place > 0 && window->admissions.items[place - 1].leaves > at; place--) {
    sum += (uint64_t)window->admissions.items[place - 1].units;
  }
  *units = (int64_t)sum;
  return place;
}

int64_t fg_window_units(const fg_window *window, fg_time now) {
  int64_t units = window->units;
  for (uint32_t i = window->first; i < window->admissions.count && window->admissions.items[i].leaves <= now; i++) {
    units -= window->admissions.items[i].units;
  }
  return units;
}

void fg_window_recount(fg_window *window, fg_time now) { window->first = fg_window_since(window, now, &window->units); }

fg_status fg_window_make_room(const fg_allocator *allocator, fg_window *window, uint32_t gone) {
  FG_ASSERT(gone <= window->first);
  if (gone > window->admissions.count / 2) {
    window->admissions.count -= gone;
    window->first -= gone;
    memmove(window->admissions.items, window->admissions.items + gone,
            window->admissions.count * sizeof *window->admissions.items);
  }
  return FG_ARRAY_RESERVE(allocator, &window->admissions, 1);
}
