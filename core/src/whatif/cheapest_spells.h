/* The exact search where no pack bought expires within the forecast. A plan is then a row of *spells*. A spell begins
   in a month with no pack left, buys all its packs there, and ends in the month that uses up the last of them; the
   months between are covered whole. So the units bought decide about the residual of the last month and nothing else,
   and each spell is a small knapsack. Capacity for a month inside a spell is an item of it that stands for that month's
   demand. */
#ifndef FG_CHEAPEST_SPELLS_H
#define FG_CHEAPEST_SPELLS_H

#include "plan_model.h"

/* Fills a choice; `allowed` says which packs may be bought. */
fg_status fg_plan_search_spells(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice);

#endif
