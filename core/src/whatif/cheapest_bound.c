#include "cheapest_bound.h"

#include "month_bill.h"

enum { BOUND_CELLS = 128 };

static int64_t cells_of(const fg_plan_bound *bound, int64_t units) { return (units + bound->cell - 1) / bound->cell; }

static fg_amount *bound_row(const fg_plan_bound *bound, int month) {
  return bound->least + (size_t)month * (BOUND_CELLS + 1);
}

/* The row after the last month: what is still to be provided comes from packs alone. */
static void bound_by_packs(fg_plan_bound *bound, const fg_plan_pack *packs, uint32_t count, fg_amount *least) {
  least[0] = 0;
  for (int64_t cell = 1; cell <= BOUND_CELLS; cell++) {
    least[cell] = FG_PLAN_NEVER;
    for (uint32_t i = 0; i < count; i++) {
      fg_amount cost = fg_plan_add(packs[i].price, least[fg_max_i64(0, cell - cells_of(bound, packs[i].units))]);
      least[cell] = cost < least[cell] ? cost : least[cell];
    }
  }
}

/* Lowers the row of a month by one way to provide `cells` in it for `cost`. */
static void relax_row(const fg_amount *later, fg_amount *least, int64_t cells, fg_amount cost) {
  for (int64_t cell = 0; cell <= BOUND_CELLS; cell++) {
    fg_amount sum = fg_plan_add(cost, later[fg_max_i64(0, cell - cells)]);
    least[cell] = sum < least[cell] ? sum : least[cell];
  }
}

/* The least bill of a residual of so many cells, whatever the entitlements have left over. */
static fg_amount least_bill_of(const fg_plan_model *model, const fg_plan_bound *bound, int month, int64_t cells) {
  enum { CARRIES_LOOKED_AT = 64 };
  const fg_plan_month *here = &model->months[month];
  fg_amount least = FG_PLAN_NEVER;
  if (here->carry_count > CARRIES_LOOKED_AT) {
    return 0;
  }
  for (uint32_t i = 0; i < here->carry_count; i++) {
    int64_t from = (cells - 1) * bound->cell + 1;
    int64_t to = fg_min_i64(cells * bound->cell, here->carries[i].demand);
    fg_amount bill = from > to ? FG_PLAN_NEVER : fg_plan_least_bill(model, month, &here->carries[i], from, to);
    least = bill < least ? bill : least;
  }
  return least;
}

static void bound_month(const fg_plan_model *model, const fg_plan_bound *bound, int month) {
  const fg_plan_month *here = &model->months[month];
  const fg_amount *later = bound_row(bound, month + 1);
  fg_amount *least = bound_row(bound, month);
  int64_t cells = cells_of(bound, here->calls);
  for (int64_t cell = 0; cell <= BOUND_CELLS; cell++) {
    least[cell] = FG_PLAN_NEVER;
  }
  if (here->capacity_cost < FG_PLAN_NEVER) {
    relax_row(later, least, cells, here->capacity_cost);
  }
  if (here->calls_allowed) {
    relax_row(later, least, 0, 0);
    for (int64_t i = 1; i <= cells; i++) {
      relax_row(later, least, i, least_bill_of(model, bound, month, i));
    }
  }
}

fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             fg_plan_bound *bound) {
  size_t rows = (size_t)model->month_count + 1;
  bound->least = fg_plan_allocate(model, rows * (BOUND_CELLS + 1) * sizeof *bound->least);
  if (bound->least == NULL) {
    return FG_NO_MEMORY;
  }
  bound->calls[model->month_count] = 0;
  for (int month = model->month_count - 1; month >= 0; month--) {
    bound->calls[month] = bound->calls[month + 1] + model->months[month].calls;
  }
  bound->cell = fg_max_i64(1, (bound->calls[0] + BOUND_CELLS - 1) / BOUND_CELLS);
  bound_by_packs(bound, packs, pack_count, bound_row(bound, model->month_count));
  for (int month = model->month_count - 1; month >= 0; month--) {
    bound_month(model, bound, month);
  }
  return FG_OK;
}

fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units) {
  int64_t missing = bound->calls[month] - units;
  FG_ASSERT(units >= 0 && missing / bound->cell <= BOUND_CELLS);
  return bound_row(bound, month)[missing <= 0 ? 0 : missing / bound->cell];
}
