/* Reads plans that the caller gives, by name or as a list of orders, instead of having one searched for. */
#ifndef FG_GIVEN_ORDERS_H
#define FG_GIVEN_ORDERS_H

#include "plan_model.h"

/* Reads a plan (JSON). It becomes a choice or, if it lists orders, the orders of the result. */
fg_status fg_plan_follow(fg_plan_model *model, fg_string plan, fg_plan_choice *choice, fg_plan_result *result,
                         fg_error *error);

#endif
