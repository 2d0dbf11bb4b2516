/* What the rest of a forecast costs at least: a bound that cuts the search of labels, and proves how good a plan is.

   A *position* is how many units of demand, counted from the start, are behind: those of the months before and those
   that units in hand will cover. From a position on there is a cheapest way that does not ask how it was reached, so
   one pass from the end finds it for all positions, in cells of so many units. Of a cell the least is kept of what its
   positions cost and a *tilt*, a price for each unit by which they are behind more than the cell's first: where it is
   near what a unit costs it hardly matters where in a cell the position is. What is left open is decided in favour of
   what is cheaper: to which month a purchase is dated back, and what entitlements are left over where there are several
   ways.

   Amounts are whole *grains* here, a power of two, rounded down, so that they are numbers of 64 bits. */
#ifndef FG_CHEAPEST_BOUND_H
#define FG_CHEAPEST_BOUND_H

#include "plan_model.h"

typedef struct fg_plan_bound {
  int64_t cell;                           ///< units in a cell
  int64_t tilt;                           ///< grains for each unit
  int grain_bits;                         ///< a grain is 2 to the power of this
  int64_t begins[FG_PLAN_MONTHS_MAX + 1]; ///< the position at a month's beginning if no units are in hand
  fg_amount base[FG_PLAN_MONTHS_MAX + 1]; ///< the cost, in any case, of a month and all after it
  int64_t empty[FG_PLAN_MONTHS_MAX + 1];  ///< grains that come on top, from a month's beginning with no units in hand
  int64_t *rows[FG_PLAN_MONTHS_MAX + 1];  ///< `empty` with the tilt, for each cell that the position can be in at a
                                          ///< month's beginning; months may share a row
  int end;                                ///< number of months
  bool is_spread;                         ///< the demand of some month depends on what is chosen before it
} fg_plan_bound;

/* `packs` are those that may be bought, `known` is any plan, `most` limits the number of cells. */
fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             const fg_plan_choice *known, int64_t most, fg_plan_bound *bound);
/* The least cost from a month's beginning on, with `units` in hand that can be drawn on up to the month `last`. */
fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units, int last);
/* The least cost from a month's beginning on, if its calls are billed and units are still being bought for them. */
fg_amount fg_plan_bound_within(const fg_plan_bound *bound, int month, int64_t units);

#endif
