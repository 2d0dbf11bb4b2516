/* The exact search for forecasts of all kinds: packs may expire within the forecast or not. */
#ifndef FG_CHEAPEST_LIMIT_H
#define FG_CHEAPEST_LIMIT_H

#include "plan_model.h"

/* Replaces a choice by the cheapest one, or by one that costs the same, and sets what is proven. `allowed` says which
   packs may be bought. Choices that cost `below` or more are not looked for. FG_WATCH_OVER: there may be a cheaper
   one. */
fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_amount below, fg_plan_choice *choice);

#endif
