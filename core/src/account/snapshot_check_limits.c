/* Checks what a snapshot says of the windows in which limits count. */
#include "snapshot_check.h"

#include "../book/limits.h"
#include "../book/terms.h"
#include "../rules/rate_window.h"

/* The latest instant at which units that are let through now leave the window of a limit. A window of the clock may be
   longer where clocks go back. */
static fg_time window_end(const fg_state_check *check, const fg_limit *limit) {
  fg_time now = check->state->now;
  fg_time slides = now + limit->length + (limit->in_cells ? limit->length / FG_WINDOW_CELLS + 1 : 0);
  return fg_max_i64(slides, fg_clock_window_end(limit->length, &check->account->book->zone, now));
}

static void check_bucket(fg_state_check *check, const fg_limit *limit, const fg_window *window) {
  fg_require(check, window->admissions.count <= 1 && window->first == 0 && window->units >= 0);
  if (check->is_good && window->admissions.count == 1) {
    const fg_admission *then = &window->admissions.items[0];
    fg_require(check, fg_has_passed(check, then->leaves) && then->units >= 0 && then->units < limit->length);
  } else {
    fg_require(check, window->units == 0);
  }
}

/* Checks that a window has its oldest admission first, and that none stays longer than the window is long. The window
   of a bought rate keeps those that have left it as long as their call may be undone. */
static void check_admissions(fg_state_check *check, const fg_limit *limit, fg_window *window) {
  int64_t all = 0;
  fg_require(check, window->first <= window->admissions.count);
  fg_require(check, limit->seconds > 0 || window->admissions.count == 0);
  fg_time end = limit->seconds > 0 ? window_end(check, limit) : 0;
  for (uint32_t i = 0; i < window->admissions.count && check->is_good; i++) {
    const fg_admission *admission = &window->admissions.items[i];
    fg_require(check, admission->units > 0 && admission->leaves > FG_TIME_MIN && admission->leaves <= end);
    fg_require(check, i == 0 || admission->leaves > admission[-1].leaves);
    fg_require_count(check, admission->units, &all);
  }
  if (check->is_good) {
    fg_window_recount(window, check->state->now);
  }
}

void fg_snapshot_check_window(fg_state_check *check, uint32_t place) {
  const fg_limit *limit = check->account->book->windows[place];
  fg_window *window = &check->state->windows[place];
  if (fg_limit_kind_of(limit, &check->account->policy) == FG_LIMIT_BUCKET) {
    check_bucket(check, limit, window);
  } else {
    check_admissions(check, limit, window);
  }
}
