#include "cheapest_cells.h"

#include "month_bill.h"

/* Costs stay below 2^COST_BITS grains. */
enum { COST_BITS = 57, CARRIES_LOOKED_AT = 64, ODD_SIZES = 32, BILLED_CELLS = 1 << 14 };

void fg_bound_demand(const fg_plan_month *month, int64_t *least, int64_t *most) {
  *least = month->calls_allowed ? INT64_MAX : 0;
  *most = 0;
  for (uint32_t i = 0; i < month->carry_count && month->calls_allowed; i++) {
    *least = fg_min_i64(*least, month->carries[i].demand);
    *most = fg_max_i64(*most, month->carries[i].demand);
  }
}

fg_amount fg_bound_least_bill(const fg_plan_model *model, int month, int64_t from, int64_t to) {
  const fg_plan_month *here = &model->months[month];
  fg_amount least = FG_PLAN_NEVER;
  if (here->carry_count > CARRIES_LOOKED_AT) {
    return 0;
  }
  for (uint32_t i = 0; i < here->carry_count; i++) {
    int64_t most = fg_min_i64(to, here->carries[i].demand);
    fg_amount bill = from > most ? FG_PLAN_NEVER : fg_plan_least_bill(model, month, &here->carries[i], from, most);
    least = bill < least ? bill : least;
  }
  return least;
}

static void lay_out_bound(fg_bound_month *of) {
  const fg_plan_model *model = of->model;
  fg_plan_bound *bound = of->bound;
  int64_t most[FG_PLAN_MONTHS_MAX];
  bound->end = model->month_count;
  for (int month = 0; month < bound->end; month++) {
    int64_t least = 0;
    fg_bound_demand(&model->months[month], &least, &most[month]);
    bound->begins[month + 1] = bound->begins[month] + least;
    bound->is_spread = bound->is_spread || least < most[month];
  }
  for (int month = bound->end - 1; month >= 0; month--) {
    const fg_plan_month *here = &model->months[month];
    fg_amount cost = here->calls_allowed ? fg_bound_least_bill(model, month, 0, most[month]) : FG_PLAN_NEVER;
    cost = here->capacity_cost < cost ? here->capacity_cost : cost; /* a bill of nothing may have a fee */
    bound->base[month] = fg_plan_add(cost, bound->base[month + 1]);
  }
}

/* The largest number of units of which all packs with at least `least` units are multiples. */
static int64_t whole_of(const fg_plan_pack *packs, uint32_t count, int64_t least) {
  int64_t whole = 0;
  for (uint32_t i = 0; i < count; i++) {
    whole = packs[i].units < least ? whole : (int64_t)fg_greatest_common_divisor(whole, packs[i].units);
  }
  return fg_max_i64(1, whole);
}

/* The size of the smallest pack with more than `above` units; 0: there is none. */
static int64_t next_size(const fg_plan_pack *packs, uint32_t count, int64_t above) {
  int64_t next = 0;
  for (uint32_t i = 0; i < count; i++) {
    next = packs[i].units > above && (next == 0 || packs[i].units < next) ? packs[i].units : next;
  }
  return next;
}

/* Chooses the size of a cell, such that all packs, or the larger ones, are whole cells if that leaves few enough
   cells. */
static int64_t choose_cell(const fg_plan_model *model, const fg_plan_pack *packs, uint32_t count, int64_t most,
                           const fg_plan_bound *bound) {
  const int64_t all = bound->begins[bound->end];
  int64_t rows = 1;
  for (int month = 0; month < bound->end; month++) {
    rows += fg_bound_has_choice(&model->months[month]) || model->months[month].carry_count > 1;
  }
  most = fg_max_i64(16, most / rows);
  most = model->line_count == 0 ? fg_min_i64(most, BILLED_CELLS) : most;
  const int64_t finest = whole_of(packs, count, 0);
  int64_t whole = finest;
  for (int64_t least = next_size(packs, count, 0); all / whole >= most && least > 0;) {
    least = next_size(packs, count, least);
    whole = least > 0 ? whole_of(packs, count, least) : whole;
  }
  if (all / whole >= most || (whole > finest && whole / ODD_SIZES > all / most)) {
    return all / most + 1; /* the sizes have little in common, so a position after a pack is in one of two cells */
  }
  int64_t parts = fg_max_i64(1, fg_min_i64(whole, most / (all / whole + 1)));
  for (; whole % parts != 0; parts--) {
  }
  return whole / parts;
}

/* What a unit costs on average, in grains, in the months of a plan that do not go by capacity. */
static int64_t unit_cost(const fg_bound_month *of, const fg_plan_choice *known) {
  const fg_plan_bound *bound = of->bound;
  fg_amount cost = known->cost;
  int64_t units = 0;
  for (int month = 0; month < bound->end; month++) {
    fg_amount capacity = of->model->months[month].capacity_cost;
    cost -= !known->by_capacity[month] || capacity > cost ? 0 : capacity;
    units += known->by_capacity[month] ? 0 : bound->begins[month + 1] - bound->begins[month];
  }
  return units == 0 ? 0 : fg_bound_grains(bound, cost) / units;
}

/* Chooses the tilt: what a unit costs in the smallest steps. That is a unit of the packs smaller than a cell, if all
   others are whole cells, and else a unit of the known plan. A pack smaller than a cell may lead to another position of
   the same cell, and must not look like a gain. */
static void choose_tilt(fg_bound_month *of, const fg_plan_pack *packs, const fg_plan_choice *known) {
  fg_plan_bound *bound = of->bound;
  int64_t least = INT64_MAX;
  bool is_whole = true;
  for (bound->grain_bits = 0; known->cost >> bound->grain_bits >= INT64_C(1) << COST_BITS; bound->grain_bits++) {
  }
  for (uint32_t i = 0; i < of->pack_count; i++) {
    bool is_small = packs[i].units < bound->cell;
    least = is_small ? fg_min_i64(least, fg_bound_grains(bound, packs[i].price) / packs[i].units) : least;
    is_whole = is_whole && (is_small || packs[i].units % bound->cell == 0);
  }
  bound->tilt = least < INT64_MAX && is_whole ? least : fg_min_i64(unit_cost(of, known), least);
  bound->tilt = fg_min_i64(bound->tilt, (INT64_C(1) << COST_BITS) / bound->cell);
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const int64_t rest = packs[i].units % bound->cell;
    const int64_t price = fg_min_i64(fg_bound_grains(bound, packs[i].price), FG_NEVER_GRAINS / 4);
    of->packs[i] = (fg_bound_pack){.units = packs[i].units,
                                   .price = price,
                                   .whole = packs[i].units / bound->cell,
                                   .near = packs[i].units < bound->cell ? FG_NEVER_GRAINS : price - bound->tilt * rest,
                                   .far = rest == 0 ? FG_NEVER_GRAINS : price + bound->tilt * (bound->cell - rest)};
  }
}

void fg_bound_choose_cells(fg_bound_month *of, const fg_plan_pack *packs, const fg_plan_choice *known, int64_t most) {
  lay_out_bound(of);
  of->bound->cell = choose_cell(of->model, packs, of->pack_count, most, of->bound);
  choose_tilt(of, packs, known);
}
