/* The cheapest plan, and the runner-up: which exact search finds them. docs/decisions/0006-cheapest-plan.md. */
#ifndef FG_CHEAPEST_H
#define FG_CHEAPEST_H

#include "plan_model.h"

/* The cheapest choice, or the best one that was found where the search was over before (FG_PLAN_OVER); and the cheapest
   that does without one of the things which the first one buys, a size of pack or
   capacity. The cost is FG_PLAN_NEVER where there is none. */
fg_status fg_plan_search(fg_plan_model *model, fg_plan_choice *best);
fg_status fg_plan_search_runner_up(fg_plan_model *model, const fg_plan_choice *best, fg_plan_choice *second);

#endif
