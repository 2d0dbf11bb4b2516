/* Turns the orders of a plan into commands, and lets an account apply them. What a plan costs is what this account is
   charged. */
#ifndef FG_PLAN_REPLAY_H
#define FG_PLAN_REPLAY_H

#include "plan_model.h"

fg_status fg_plan_replay(fg_plan_model *model, fg_plan_result *result, fg_error *error);

/* Finds the fees of a product that is open from the start until the last month is settled. */
fg_status fg_plan_find_fees(fg_plan_model *model, fg_error *error);

#endif
