/* Finds the editions in force in each month of a forecast, and refuses those that the search cannot plan for. */
#ifndef FG_PLAN_EDITIONS_H
#define FG_PLAN_EDITIONS_H

#include "plan_model.h"

fg_status fg_plan_find_editions(fg_plan_model *model, fg_error *error);

#endif
