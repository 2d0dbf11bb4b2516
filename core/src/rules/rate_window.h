/* Units let through in a window that slides: each admission says when its units leave, the oldest first. A limit and
   what a bought rate covers are counted so (limiter.h, cover.h). */
#ifndef FG_RATE_WINDOW_H
#define FG_RATE_WINDOW_H

#include "../state/state.h"

/* The place of the first admission that leaves after an instant, and the units of it and of all that come later. */
uint32_t fg_window_since(const fg_window *window, fg_time at, int64_t *units);

/* The units in the window at an instant, not before it was last looked at. */
int64_t fg_window_units(const fg_window *window, fg_time now);

/* Finds anew which admissions have left it, and the sum of the others. */
void fg_window_recount(fg_window *window, fg_time now);

/* Passes over what has left it. It is forgotten by an admission alone: a call that is refused must leave no trace,
   where time is turned back after it. */
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

/* Forgets what was passed over, if it is more than half of all. */
static inline void fg_window_forget(fg_window *window) {
  uint32_t count = window->admissions.count;
  if (window->first > count / 2) {
    window->admissions.count -= window->first;
    memmove(window->admissions.items, window->admissions.items + window->first,
            window->admissions.count * sizeof *window->admissions.items);
    window->first = 0;
  }
}

/* Counts units; there is room. They leave with the latest ones where those leave later, because a cell of the window
   was counted whole. */
static inline void fg_window_admit(fg_window *window, fg_time leaves, int64_t units) {
  uint32_t count = window->admissions.count;
  if (FG_UNLIKELY(units == 0)) { /* of a call that comes to no units */
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

/* Makes room for one admission. Before it grows, the window drops the first `gone`, of which nothing is asked any more,
   if they are more than half of all. FG_NO_MEMORY. */
FG_COLD fg_status fg_window_make_room(const fg_allocator *allocator, fg_window *window, uint32_t gone);

#endif
