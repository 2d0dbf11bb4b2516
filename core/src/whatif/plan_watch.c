#include "plan_watch.h"

#include "../base/clock.h"

/* The clock is read once in TICKS questions, and the caller is asked at most once in ASK_EVERY_US. */
enum { TICKS = 1024, ASK_EVERY_US = 50000 };

static int64_t steady_us(void) { return fg_system_clock.boottime(fg_system_clock.context); }

void fg_plan_watch_begin(fg_plan_watch *watch, const fg_plan_query *query) {
  *watch = (fg_plan_watch){.query = query, .begin_us = steady_us()};
  watch->asked_us = watch->begin_us;
}

static void ask_caller(fg_plan_watch *watch, int64_t now_us) {
  const fg_plan_progress progress = {.elapsed_us = now_us - watch->begin_us,
                                     .has_plan = watch->has_plan,
                                     .best = fg_money_of(watch->best),
                                     .proven = fg_money_of(watch->proven)};
  watch->is_told_to = !watch->query->go_on(watch->query->context, &progress);
  watch->is_over = watch->is_over || watch->is_told_to;
  watch->asked_us = now_us;
}

fg_status fg_plan_goes_on(fg_plan_watch *watch) {
  const fg_plan_query *query = watch->query;
  if (++watch->ticks % TICKS == 0 && !watch->is_over && (query->time_limit_us > 0 || query->go_on != NULL)) {
    int64_t now_us = steady_us();
    watch->is_over = query->time_limit_us > 0 && now_us - watch->begin_us >= query->time_limit_us;
    if (query->go_on != NULL && now_us - watch->asked_us >= ASK_EVERY_US) {
      ask_caller(watch, now_us);
    }
  }
  return watch->is_over ? FG_PLAN_OVER : FG_OK;
}
