/* The exact search where a pack bought may expire within the forecast. It goes month by month: a *label* is what a
   choice so far has cost and what it leaves. Packs are decided on where units run short. Their purchase may be dated
   back to a month in which they would not have been drawn on yet, so that all that is left at a month's end was bought
   in one month. */
#ifndef FG_CHEAPEST_LABELS_H
#define FG_CHEAPEST_LABELS_H

#include "plan_model.h"

/* Fills a choice with a cheaper one than it is, or one that costs the same, and says what is proven; `allowed` says
   which packs may be bought. FG_PLAN_OVER: it may not be the cheapest. */
fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice);

#endif
