/* Plans that nobody searches for, to compare with: all postpaid, one size of pack, all by capacity. */
#ifndef FG_NAIVE_PLANS_H
#define FG_NAIVE_PLANS_H

#include "plan_model.h"

/* The cost is FG_PLAN_NEVER where they cannot serve the forecast. */
void fg_plan_naive_postpaid(const fg_plan_model *model, fg_plan_choice *choice);
void fg_plan_naive_capacity(const fg_plan_model *model, fg_plan_choice *choice);
/* One of the model's packs, or none for postpaid, and capacity in months where it is cheaper or the only way. */
void fg_plan_naive_start(const fg_plan_model *model, const fg_plan_pack *pack, fg_plan_choice *choice);
/* Packs of one offer; where they come in orders of several numbers, always in the cheapest one. */
void fg_plan_naive_offer(const fg_plan_model *model, uint32_t offer, fg_plan_choice *choice);

#endif
