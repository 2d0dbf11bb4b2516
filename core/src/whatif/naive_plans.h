/* Plans that need no search, for comparison: all postpaid, one size of pack, all by capacity. */
#ifndef FG_NAIVE_PLANS_H
#define FG_NAIVE_PLANS_H

#include "plan_model.h"

/* Their cost is FG_PLAN_NEVER if they cannot serve the forecast. */
void fg_plan_naive_postpaid(const fg_plan_model *model, fg_plan_choice *choice);
void fg_plan_naive_capacity(const fg_plan_model *model, fg_plan_choice *choice);
/* Buys one of the model's packs, or none if it is NULL, and capacity in months in which that is cheaper or the only
   way. */
void fg_plan_naive_start(const fg_plan_model *model, const fg_plan_pack *pack, fg_plan_choice *choice);
/* Buys packs of one offer. If orders of several numbers of packs have different prices, it takes the cheapest. */
void fg_plan_naive_offer(const fg_plan_model *model, uint32_t offer, fg_plan_choice *choice);

#endif
