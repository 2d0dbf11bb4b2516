/* The orders of a plan: of packs, of capacity, and of materials. */
#ifndef FG_PLAN_ORDERS_H
#define FG_PLAN_ORDERS_H

#include "plan_model.h"

/* Adds the orders of a choice to the result, except those of materials. */
fg_status fg_plan_orders(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_result *result);
/* Adds the orders of materials, which are placed at the start, and sorts all orders by month. */
fg_status fg_plan_complete_orders(fg_plan_model *model, fg_plan_result *result);

#endif
