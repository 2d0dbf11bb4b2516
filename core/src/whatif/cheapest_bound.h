/* What the rest of a forecast costs at least: a bound that cuts the search of labels, and proves how good a plan is.

   A *position* is how many units of demand, counted from the start, are behind: those of the months before and those
   that units in hand will cover. From a position on there is a cheapest way that does not ask how it was reached, so
   one pass from the end finds it for all positions, in cells of so many units that every size of pack is whole cells
   where that is possible. What a cell leaves open is decided in favour of what is cheaper: where in it the position is,
   to which month a purchase is dated back, and what entitlements are left over where there are several ways. */
#ifndef FG_CHEAPEST_BOUND_H
#define FG_CHEAPEST_BOUND_H

#include "plan_model.h"

typedef struct fg_plan_bound {
  int64_t cell;                            ///< units
  int64_t begins[FG_PLAN_MONTHS_MAX + 1];  ///< the position at a month's beginning if nothing is in hand
  fg_amount base[FG_PLAN_MONTHS_MAX + 1];  ///< what the months from one on cost in any case
  fg_amount empty[FG_PLAN_MONTHS_MAX + 1]; ///< above that, from a month's beginning with nothing in hand
  fg_amount
      *rows[FG_PLAN_MONTHS_MAX + 1]; ///< the same by the cell of the position at a month's beginning; months share
                                     ///< rows
  int end;                           ///< months
  bool has_small;                    ///< some packs are smaller than a cell
  bool is_plain;                     ///< no month has a choice of capacity, so that it is known what will be drawn on
} fg_plan_bound;

/* `packs` are those that may be bought. */
fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             fg_plan_bound *bound);
/* The least cost from a month's beginning on with so many units in hand, which can be drawn on until the month `last`.
 */
fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units, int last);
/* The same where this month's calls are billed, and units are being bought for them. */
fg_amount fg_plan_bound_within(const fg_plan_bound *bound, int month, int64_t units);

#endif
