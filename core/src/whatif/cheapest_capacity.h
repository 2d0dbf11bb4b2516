/* The cheapest capacity of each month: the orders that allow its peak at the lowest cost (R16 to R21). */
#ifndef FG_CHEAPEST_CAPACITY_H
#define FG_CHEAPEST_CAPACITY_H

#include "plan_model.h"

fg_status fg_plan_find_capacity(fg_plan_model *model, fg_error *error);

#endif
