/* Orders of capacity at prices that are rounded. What an order of several months costs is then not the sum of what
   orders of each would, so the search takes a share of the cheapest order for each month, which is never more than what
   any order costs, and what is chosen is ordered here, in orders of one or several months. */
#ifndef FG_CAPACITY_RUNS_H
#define FG_CAPACITY_RUNS_H

#include "plan_model.h"

/* Whether the rounding of the book changes what an order of capacity costs. */
bool fg_capacity_is_rounded(const fg_plan_model *model, const fg_capacity_offer *offer);

/* The price of an order of so much capacity for `periods` months or days; FG_PLAN_NEVER: it is not sold. */
fg_amount fg_capacity_order_price(const fg_plan_model *model, const fg_schedule *schedule, int64_t quantity,
                                  int64_t periods);

/* The share of a month of so many days in the orders of a quantity by one edition, at one or more months in a row,
   whose price is lowest for a month or a day. */
typedef struct fg_capacity_share {
  fg_amount of_month; ///< FG_PLAN_NEVER: capacity is not sold by the month
  fg_amount price;    ///< of an order of `days` days; FG_PLAN_NEVER: it is not sold by the day
  int64_t days;       ///< 0: the share of this quantity is not worked out yet
} fg_capacity_share;
fg_amount fg_capacity_least_share(fg_capacity_share *share, const fg_plan_model *model, const fg_capacity_offer *offer,
                                  int64_t quantity, int64_t days);

/* The latest month before one in which another edition sold capacity; -1 if there is none. What is needed in a month
   may be ordered by that edition, to begin later. */
int fg_capacity_month_before(const fg_plan_model *model, int month);

/* The capacity that is sold at the begin of a month. */
static inline const fg_capacity_offer *fg_capacity_sold(const fg_plan_model *model, int month) {
  return fg_plan_offered(model, month)->capacity;
}

/* Makes the cost of a choice that of real orders, and rounds up what was proven, as far as all amounts are rounded. */
void fg_plan_settle_runs(const fg_plan_model *model, fg_plan_choice *choice);

/* Adds the orders of capacity of a choice. */
fg_status fg_plan_order_runs(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_result *result);

#endif
