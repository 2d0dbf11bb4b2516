/* Units let through in a sliding window. Each admission says when its units leave the window; the oldest comes first.
   Limits and bought rates are counted so (limiter.h, cover.h). */
#ifndef FG_RATE_WINDOW_H
#define FG_RATE_WINDOW_H

#include "../state/state.h"

/* The place of the first admission that leaves after an instant, and the units of that and all later admissions. */
uint32_t fg_window_since(const fg_window *window, fg_time at, int64_t *units);

/* The units in a window at an instant, which is not before the window was last asked. */
int64_t fg_window_units(const fg_window *window, fg_time now);

/* Finds anew which admissions have left a window, and how many units the others have. */
void fg_window_recount(fg_window *window, fg_time now);

/* Passes over the admissions that have left a window. They are dropped only by a later admission, because a refused
   call must leave no trace where time is turned back afterwards. */
static inline void fg_window_pass(fg_window *window, fg_time now) {
  while (window->first < window->admissions.count) {
    const fg_admission *oldest = &window->admissions.items[window->first];
    if (oldest->leaves > now) {
      return;
    }
    window->units -= oldest->units;
    FG_ASSERT(window->units >= 0);
    window->first++;
  }
  FG_ASSERT(window->units == 0);
}

/* Drops the admissions that were passed over, once they are more than half of all. */
static inline void fg_window_forget(fg_window *window) {
  uint32_t count = window->admissions.count;
  if (window->first > count / 2) {
    window->admissions.count -= window->first;
    memmove(window->admissions.items, window->admissions.items + window->first,
            window->admissions.count * sizeof *window->admissions.items);
    window->first = 0;
  }
}

/* Adds an admission, for which there is room. If the latest admission leaves later, the units leave with it, because a
   whole cell of the window leaves together. */
static inline void fg_window_admit(fg_window *window, fg_time leaves, int64_t units) {
  uint32_t count = window->admissions.count;
  if (FG_UNLIKELY(units == 0)) { /* a call may come to no units */
    return;
  }
  window->units += units;
  if (count > 0 && window->admissions.items[count - 1].leaves >= leaves) {
    window->admissions.items[count - 1].units += units;
    return;
  }
  FG_ASSERT(count < window->admissions.room);
  window->admissions.items[window->admissions.count++] = (fg_admission){leaves, units};
}

/* Makes room for one admission. A window that must grow first drops its first `gone` admissions, which nothing asks for
   any more, if they are more than half. FG_NO_MEMORY. */
FG_COLD fg_status fg_window_make_room(const fg_allocator *allocator, fg_window *window, uint32_t gone);

#endif
