#include "watch.h"

#include "clock.h"

enum { EVERY = 1024, ASK_EVERY_US = 50000 };

static int64_t steady_us(void) { return fg_system_clock.boottime(fg_system_clock.context); }

void fg_watch_begin(fg_watch *watch) { watch->begin_us = watch->asked_us = steady_us(); }

static void look_at_clock(fg_watch *watch) {
  int64_t now_us = steady_us();
  watch->is_over = watch->limit_us > 0 && now_us - watch->begin_us >= watch->limit_us;
  if (watch->lets_go_on != NULL && now_us - watch->asked_us >= ASK_EVERY_US) {
    watch->is_told_to = !watch->lets_go_on(watch, now_us - watch->begin_us);
    watch->is_over = watch->is_over || watch->is_told_to;
    watch->asked_us = now_us;
  }
}

fg_status fg_watch_goes_on(fg_watch *watch) {
  bool is_watched = watch->limit_us > 0 || watch->lets_go_on != NULL;
  if (is_watched && !watch->is_over && ++watch->ticks >= (watch->every == 0 ? EVERY : watch->every)) {
    watch->ticks = 0;
    look_at_clock(watch);
  }
  return watch->is_over ? FG_WATCH_OVER : FG_OK;
}
