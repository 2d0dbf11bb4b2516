/* The bill of a month: what the units that nothing covers cost, and bounds of that which the searches need. */
#ifndef FG_MONTH_BILL_H
#define FG_MONTH_BILL_H

#include "plan_model.h"

/* Finds the straight lines that the bill goes along, if it does. */
void fg_plan_find_lines(fg_plan_model *model);

/* The bill of a month of `residual` units that nothing covers; FG_PLAN_NEVER if they are not sold. */
fg_amount fg_plan_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t residual);
/* The bill of a month whose calls go by capacity. */
fg_amount fg_plan_bill_by_capacity(const fg_plan_model *model, int month);

/* How much a smaller residual, but not none, may cost more than a larger one of at most `most` (R13). */
fg_amount fg_plan_greatest_drop(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most);
/* How much no residual may cost more than one of at most `most`. */
fg_amount fg_plan_drop_to_nothing(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most);
/* The least bill of a residual of `from` … `to`. */
fg_amount fg_plan_least_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t from,
                             int64_t to);

#endif
