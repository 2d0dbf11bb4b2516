/* Watches a search for the cheapest plan, and tells the caller how far it is. */
#ifndef FG_PLAN_WATCH_H
#define FG_PLAN_WATCH_H

#include "../../include/faregate_whatif.h"
#include "../base/money.h"
#include "../base/watch.h"

typedef struct fg_plan_watch {
  fg_watch search;
  const fg_plan_query *query;
  bool has_plan; ///< a plan is known, which costs `best`
  fg_amount best, proven;
} fg_plan_watch;

void fg_plan_watch_begin(fg_plan_watch *watch, const fg_plan_query *query);

#endif
