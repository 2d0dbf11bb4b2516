/* The cells in which a bound of the search counts positions (cheapest_bound.h): how large they are, the tilt, and what
   months and packs are in them. */
#ifndef FG_CHEAPEST_CELLS_H
#define FG_CHEAPEST_CELLS_H

#include "cheapest_bound.h"

/* An impossible cost, in grains. Even with a pack's price and tilt added, it stays above all others. */
#define FG_NEVER_GRAINS (INT64_C(1) << 61)

/* A pack in units of cells; cheapest_bound.h says what cells, tilt and grains are. */
typedef struct fg_bound_pack {
  int64_t units;
  int64_t price;  ///< the pack's price, in grains
  int64_t whole;  ///< how many whole cells the pack advances
  int64_t near;   ///< the price, corrected by the tilt, if the pack leads `whole` cells on
  int64_t far;    ///< the price if it leads `whole` + 1 cells on; FG_NEVER_GRAINS: the pack is a whole number of cells
  int64_t past;   ///< the first cell from which the pack holds more units than can still be drawn on
  int64_t change; ///< in cells before this one, the pack does not reach the last of `end_count` ends
  int end_count;  ///< how many ends the pack passes from the current cell
} fg_bound_pack;

/* The months in which a purchase of a month may become void, also if it is dated back to an earlier one, in order; and
   for each the least cost from any of these months up to it. */
typedef struct fg_bound_ends {
  int months[FG_PLAN_MONTHS_MAX + 1];
  int64_t least[FG_PLAN_MONTHS_MAX + 1];
  int count;
} fg_bound_ends;

/* A month while its cells are worked out, from the last to the first. */
typedef struct fg_bound_month {
  const fg_plan_model *model;
  fg_plan_bound *bound;
  fg_bound_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t pack_count;
  int month;
  int64_t spread;     ///< by how much the demand differs between the month's carries
  int64_t limit;      ///< the position up to which a pack can be drawn on
  fg_bound_ends ends; ///< empty: what is bought now would be void before it is drawn on
  int64_t void_least; ///< the least cost with a pack that is bought here and becomes void in part
  int64_t change;     ///< `void_least` holds from this cell on; cells before it have another value
  uint32_t line;      ///< the line of the bill at the cell's last position
} fg_bound_month;

static inline bool fg_bound_has_choice(const fg_plan_month *month) {
  return month->calls_allowed && month->capacity_cost < FG_PLAN_NEVER;
}

static inline int64_t fg_bound_grains(const fg_plan_bound *bound, fg_amount amount) {
  fg_amount grains = amount >> bound->grain_bits;
  return grains < FG_NEVER_GRAINS ? (int64_t)grains : FG_NEVER_GRAINS;
}

/* The tilt of a position, which depends on its place in its cell. */
static inline int64_t fg_bound_tilt(const fg_plan_bound *bound, int64_t position) {
  return bound->tilt * (position % bound->cell);
}

/* The least and the greatest demand of a month's carries; 0 if its calls must go by capacity. */
void fg_bound_demand(const fg_plan_month *month, int64_t *least, int64_t *most);
/* The least bill of a residual between `from` and `to`, over all carries of a month. */
fg_amount fg_bound_least_bill(const fg_plan_model *model, int month, int64_t from, int64_t to);

/* Lays out the months of a bound and chooses at most `most` cells, the grain and the tilt, which are good near a plan
   that is known; and works out the packs in units of cells. */
void fg_bound_choose_cells(fg_bound_month *of, const fg_plan_pack *packs, const fg_plan_choice *known, int64_t most);

#endif
