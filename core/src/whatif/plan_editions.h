/* The editions in force in each month of a forecast, and what the search cannot honour of the product in them. */
#ifndef FG_PLAN_EDITIONS_H
#define FG_PLAN_EDITIONS_H

#include "plan_model.h"

fg_status fg_plan_find_editions(fg_plan_model *model, fg_error *error);

#endif
