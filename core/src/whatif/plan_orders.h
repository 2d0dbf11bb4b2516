/* The orders of a plan: of packs, of capacity, of materials. */
#ifndef FG_PLAN_ORDERS_H
#define FG_PLAN_ORDERS_H

#include "plan_model.h"

/* The orders of a choice, without materials; the result's array grows. */
fg_status fg_plan_orders(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_result *result);
fg_status fg_plan_add_order(fg_plan_model *model, fg_plan_result *result, fg_plan_order order);
/* Adds the orders of materials, at the start, and sorts all by month. */
fg_status fg_plan_complete_orders(fg_plan_model *model, fg_plan_result *result);

#endif
