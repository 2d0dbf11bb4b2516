/* What the rest of a forecast costs at least: a bound that cuts the search of labels. Every call must be covered by
   packs, bills or capacity, whenever. Units are counted in cells, each source rounded up to whole cells in its favour;
   order, expiry and forced deduction are left aside. */
#ifndef FG_CHEAPEST_BOUND_H
#define FG_CHEAPEST_BOUND_H

#include "plan_model.h"

typedef struct fg_plan_bound {
  int64_t cell;                          ///< units
  int64_t calls[FG_PLAN_MONTHS_MAX + 1]; ///< from a month on
  fg_amount *least;                      ///< by month × cells to be provided
} fg_plan_bound;

fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             fg_plan_bound *bound);
/* The least cost from a month on, when so many units are there already. */
fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units);

#endif
