/* The exact search, where a pack bought may expire within the forecast or not. */
#ifndef FG_CHEAPEST_LIMIT_H
#define FG_CHEAPEST_LIMIT_H

#include "plan_model.h"

/* Fills a choice with a cheaper one than it is, or one that costs the same, and says what is proven; `allowed` says
   which packs may be bought. What costs `below` or more is not looked for. FG_PLAN_OVER: it may not be the cheapest. */
fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_amount below, fg_plan_choice *choice);

#endif
