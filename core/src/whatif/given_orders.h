/* Plans that the caller names, or lists the orders of, instead of searching. */
#ifndef FG_GIVEN_ORDERS_H
#define FG_GIVEN_ORDERS_H

#include "plan_model.h"

/* What a plan (JSON) says, as a choice, or as orders of the result if it lists them. */
fg_status fg_plan_follow(fg_plan_model *model, fg_string plan, fg_plan_choice *choice, fg_plan_result *result,
                         fg_error *error);

#endif
