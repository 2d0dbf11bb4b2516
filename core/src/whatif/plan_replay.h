/* The orders of a plan become commands, and an account does them. What they cost is what the account was charged. */
#ifndef FG_PLAN_REPLAY_H
#define FG_PLAN_REPLAY_H

#include "plan_model.h"

fg_status fg_plan_replay(fg_plan_model *model, fg_plan_result *result, fg_error *error);

/* What a product that is open from the start costs by fees until the last month is settled. */
fg_status fg_plan_find_fees(fg_plan_model *model, fg_error *error);

#endif
