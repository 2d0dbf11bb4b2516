/* Finds the cheapest plan and the runner-up by an exact search (docs/decisions/0006-cheapest-plan.md). */
#ifndef FG_CHEAPEST_H
#define FG_CHEAPEST_H

#include "plan_model.h"

/* fg_plan_search finds the cheapest choice, or the best one so far if the search was over before (FG_WATCH_OVER).
   fg_plan_search_runner_up finds the cheapest choice that does without one of the things that `best` buys, a size of
   pack or capacity. The cost is FG_PLAN_NEVER if there is none. */
fg_status fg_plan_search(fg_plan_model *model, fg_plan_choice *best);
fg_status fg_plan_search_runner_up(fg_plan_model *model, const fg_plan_choice *best, fg_plan_choice *second);

#endif
