/* The bill of a month: what the units cost that nothing covers, and bounds for it that the searches need. */
#ifndef FG_MONTH_BILL_H
#define FG_MONTH_BILL_H

#include "plan_model.h"

/* Finds the straight lines that make up the bill, if it consists of such lines. */
void fg_plan_find_lines(fg_plan_model *model);

/* The bill of a month that leaves `residual` units uncovered; FG_PLAN_NEVER if these are not sold. */
fg_amount fg_plan_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t residual);
/* The bill of a month that goes by capacity. */
fg_amount fg_plan_bill_by_capacity(const fg_plan_model *model, int month);

/* How much a smaller residual may cost more than a larger one (R13), for residuals from 1 to `most`. */
fg_amount fg_plan_greatest_drop(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most);
/* How much no residual at all may cost more than one of up to `most`. */
fg_amount fg_plan_drop_to_nothing(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most);
/* The least bill of a residual from `from` to `to`. */
fg_amount fg_plan_least_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t from,
                             int64_t to);

#endif
