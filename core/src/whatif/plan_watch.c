#include "plan_watch.h"

static bool ask_of_plan(const fg_watch *watch, int64_t elapsed) {
  const fg_plan_watch *of = watch->owner;
  const fg_plan_progress progress = {.elapsed_us = elapsed,
                                     .has_plan = of->has_plan,
                                     .best = fg_money_of(of->best),
                                     .proven = fg_money_of(of->proven)};
  return of->query->go_on(of->query->context, &progress);
}

void fg_plan_watch_begin(fg_plan_watch *watch, const fg_plan_query *query) {
  *watch = (fg_plan_watch){.query = query, .search = {.limit_us = query->time_limit_us, .owner = watch}};
  watch->search.lets_go_on = query->go_on == NULL ? NULL : ask_of_plan;
  fg_watch_begin(&watch->search);
}
