#include "cheapest_bound.h"

#include "month_bill.h"

/* How many steps from a position with a pack, and how many cells over all rows. A bill that does not go in straight
   lines is computed for each cell. Cells are made smaller than they need be up to so many. */
enum { BOUND_STEPS = 1 << 21, BOUND_CELLS = 1 << 20, BOUND_BILLS = 1 << 14, FINE_CELLS = 1 << 11, FINE_ROWS = 1 << 17 };
enum { CARRIES_LOOKED_AT = 64, ODD_SIZES = 32 };

/* The months in which a purchase of a month, or of one before to which it is dated back, may be void, in order; and by
   each the least cost from any of them up to it. */
typedef struct bound_ends {
  int months[FG_PLAN_MONTHS_MAX + 1];
  fg_amount least[FG_PLAN_MONTHS_MAX + 1];
  int count;
} bound_ends;

/* A month while its cells are gone through, from its end. */
/* A month while its cells are gone through, from its end. Positions fall then, so what was found for one pack is near
   what is found next. */
typedef struct bound_month {
  const fg_plan_model *model;
  fg_plan_bound *bound;
  const fg_plan_pack *packs;
  uint32_t pack_count;
  int month;
  int64_t spread;            ///< by which its demand differs between carries
  const fg_plan_pack *small; ///< of packs smaller than a cell the one with the lowest price of a unit; NULL: none is
  bound_ends ends;
  int end_count[FG_PLAN_PACKS_MAX]; ///< by pack: the ends that the last position with it has passed
  int month_at[FG_PLAN_PACKS_MAX];  ///< and the month in which it lies
} bound_month;

static bool has_choice(const fg_plan_month *month) {
  return month->calls_allowed && month->capacity_cost < FG_PLAN_NEVER;
}

/* The month in which a position lies, looked for from one near it. */
static int bound_month_at(const fg_plan_bound *bound, int64_t position, int near) {
  while (near < bound->end && bound->begins[near + 1] <= position) {
    near++;
  }
  while (near > 0 && bound->begins[near] > position) {
    near--;
  }
  return near;
}

/* A cell lies within one month. */
static int64_t bound_cell(const fg_plan_bound *bound, int64_t position, int month) {
  return position / bound->cell + month;
}

static int64_t bound_cell_at(const fg_plan_bound *bound, int64_t position, int near) {
  return bound_cell(bound, position, bound_month_at(bound, position, near));
}

/* The positions of a cell of a month. */
static int64_t first_in(const fg_plan_bound *bound, int64_t cell, int month) {
  return fg_max_i64(bound->begins[month], (cell - month) * bound->cell);
}
static int64_t last_in(const fg_plan_bound *bound, int64_t cell, int month) {
  return fg_min_i64(bound->begins[month + 1], (cell - month + 1) * bound->cell) - 1;
}

/* ------------------------------------------------------------------------------------------------------- layout */

/* The least and the greatest demand of a month's carries. */
static void find_demand(const fg_plan_month *month, int64_t *least, int64_t *most) {
  *least = month->calls_allowed ? INT64_MAX : 0;
  *most = 0;
  for (uint32_t i = 0; i < month->carry_count && month->calls_allowed; i++) {
    *least = fg_min_i64(*least, month->carries[i].demand);
    *most = fg_max_i64(*most, month->carries[i].demand);
  }
}

/* The least that a residual of so much can be billed, whatever the entitlements have left over. */
static fg_amount least_bill_of(const fg_plan_model *model, int month, int64_t from, int64_t to) {
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

static void lay_out_bound(const fg_plan_model *model, fg_plan_bound *bound) {
  bound->end = model->month_count;
  bound->is_plain = true;
  for (int month = 0; month < bound->end; month++) {
    int64_t least = 0;
    int64_t most = 0;
    find_demand(&model->months[month], &least, &most);
    bound->begins[month + 1] = bound->begins[month] + least;
    bound->is_plain = bound->is_plain && !has_choice(&model->months[month]) && least == most;
  }
  for (int month = bound->end - 1; month >= 0; month--) {
    const fg_plan_month *here = &model->months[month];
    int64_t least = 0;
    int64_t most = 0;
    find_demand(here, &least, &most);
    fg_amount cost = here->calls_allowed ? least_bill_of(model, month, 0, most) : here->capacity_cost;
    bound->base[month] = fg_plan_add(cost, bound->base[month + 1]);
  }
}

/* The units that the packs of at least so many are whole numbers of. */
static int64_t whole_of(const fg_plan_pack *packs, uint32_t count, int64_t least) {
  int64_t whole = 0;
  for (uint32_t i = 0; i < count; i++) {
    whole = packs[i].units < least ? whole : (int64_t)fg_greatest_common_divisor(whole, packs[i].units);
  }
  return fg_max_i64(1, whole);
}

/* The smallest pack of more than so many units; 0: there is none. */
static int64_t next_size(const fg_plan_pack *packs, uint32_t count, int64_t above) {
  int64_t next = 0;
  for (uint32_t i = 0; i < count; i++) {
    next = packs[i].units > above && (next == 0 || packs[i].units < next) ? packs[i].units : next;
  }
  return next;
}

/* Cells in which packs are whole, all of them or the larger ones, where that leaves so few that the passes are short.
 */
static int64_t choose_cell(const fg_plan_model *model, const fg_plan_pack *packs, uint32_t count,
                           const fg_plan_bound *bound) {
  static const int64_t parts[] = {64, 50, 40, 32, 25, 20, 16, 10, 8, 5, 4, 2};
  const int64_t all = bound->begins[bound->end];
  int64_t rows = 1;
  for (int month = 0; month < bound->end; month++) {
    rows += has_choice(&model->months[month]) || model->months[month].carry_count > 1;
  }
  int64_t most = fg_min_i64(BOUND_STEPS / (1 + (int64_t)count), BOUND_CELLS / rows);
  most = model->line_count == 0 ? fg_min_i64(most, BOUND_BILLS) : most;
  const int64_t finest = whole_of(packs, count, 0);
  int64_t whole = finest;
  for (int64_t least = next_size(packs, count, 0); all / whole >= most && least > 0;) {
    least = next_size(packs, count, least);
    whole = least > 0 ? whole_of(packs, count, least) : whole;
  }
  if (all / whole >= most || (whole > finest && whole / ODD_SIZES > all / most)) {
    return all / most + 1; /* sizes have little in common: a position with a pack is in one of two cells */
  }
  most = fg_min_i64(most, rows > 1 ? FINE_ROWS / rows : FINE_CELLS);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (whole % parts[i] == 0 && all / (whole / parts[i]) < most) {
      return whole / parts[i];
    }
  }
  return whole;
}

static const fg_plan_pack *find_small(const bound_month *of) {
  const fg_plan_pack *small = NULL;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const fg_plan_pack *pack = &of->packs[i];
    bool is_small = pack->units < of->bound->cell;
    if (is_small && (small == NULL || pack->price * small->units < small->price * pack->units)) {
      small = pack;
    }
  }
  return small;
}

/* ------------------------------------------------------------------------------------------------------ a month */

static void find_ends(bound_month *of) {
  bound_ends *ends = &of->ends;
  ends->count = 0;
  for (int bought = 0; bought <= of->month; bought++) {
    int end = of->model->months[bought].last + 1;
    if (end > of->month && (ends->count == 0 || ends->months[ends->count - 1] < end)) {
      fg_amount least = of->bound->empty[end];
      if (ends->count > 0 && ends->least[ends->count - 1] < least) {
        least = ends->least[ends->count - 1];
      }
      ends->months[ends->count] = end;
      ends->least[ends->count++] = least;
    }
  }
}

/* The least cost in a row from the positions `from` to `to`, without the cell `but`. */
static fg_amount least_in(const fg_plan_bound *bound, const fg_amount *row, int64_t from, int64_t to, int month,
                          int64_t but) {
  fg_amount least = FG_PLAN_NEVER;
  int64_t last = bound_cell(bound, to, month);
  for (int64_t cell = bound_cell_at(bound, from, month); cell <= last; cell++) {
    least = cell != but && row[cell] < least ? row[cell] : least;
  }
  return least;
}

/* The least cost from positions of the month, `from` to `to`, fewer than a cell apart, with a pack more: from those
   that they lead to, or from the ends before them at which what was bought is void. `here` is their cell. */
static fg_amount least_with(bound_month *of, uint32_t pack, const fg_amount *row, int64_t from, int64_t to,
                            int64_t here) {
  const fg_plan_bound *bound = of->bound;
  fg_amount least = FG_PLAN_NEVER;
  if (of->ends.count == 0) {
    return least; /* it would be void before it is drawn on */
  }
  int64_t end = bound->begins[of->ends.months[of->ends.count - 1]];
  from += of->packs[pack].units;
  to += of->packs[pack].units;
  if (from < end) {
    int64_t until = fg_min_i64(to, end - 1);
    of->month_at[pack] = bound_month_at(bound, until, of->month_at[pack]);
    least = least_in(bound, row, from, until, of->month_at[pack], here);
  }
  int *count = &of->end_count[pack];
  while (*count > 0 && bound->begins[of->ends.months[*count - 1]] > to) {
    (*count)--;
  }
  return *count > 0 && of->ends.least[*count - 1] < least ? of->ends.least[*count - 1] : least;
}

/* The least cost from the positions `from` to `to` of the month, in the cell `here`, without small packs; -1: its
   beginning alone. */
static fg_amount least_of_positions(bound_month *of, const fg_amount *row, int64_t from, int64_t to, int64_t here) {
  const fg_plan_bound *bound = of->bound;
  const int64_t end = bound->begins[of->month + 1];
  fg_amount in_any_case = bound->base[of->month] - bound->base[of->month + 1];
  fg_amount bill = least_bill_of(of->model, of->month, end - to, end - from + of->spread);
  fg_amount least = fg_plan_add(bill - in_any_case, bound->empty[of->month + 1]);
  for (uint32_t i = 0; i < of->pack_count; i++) {
    if (of->packs[i].units >= bound->cell) {
      fg_amount cost = fg_plan_add(of->packs[i].price, least_with(of, i, row, from, to, here));
      least = cost < least ? cost : least;
    }
  }
  return least;
}

/* What it costs at least to come from the beginning of a cell to that of the next by small packs, and on from there.
   They are bought by the unit. How far all of them come before nothing is left is a part of a cell more at most, which
   bound_at adds once. */
static fg_amount least_by_small(const bound_month *of, const fg_amount *row, int64_t cell) {
  const fg_plan_bound *bound = of->bound;
  int64_t from = first_in(bound, cell, of->month);
  int64_t next = last_in(bound, cell, of->month) + 1;
  fg_amount cost = 0;
  if (of->small == NULL || !fg_multiply_i128(of->small->price, next - from, &cost)) {
    return FG_PLAN_NEVER;
  }
  return fg_plan_add(cost / of->small->units, row[bound_cell_at(bound, next, of->month)]);
}

static fg_status bound_positions(bound_month *of, fg_amount *row) {
  const fg_plan_bound *bound = of->bound;
  const int month = of->month;
  int64_t first = bound_cell(bound, bound->begins[month], month);
  int64_t last = bound_cell(bound, bound->begins[month + 1] - 1, month);
  for (int64_t cell = last; bound->begins[month + 1] > bound->begins[month] && cell >= first; cell--) {
    int64_t from = first_in(bound, cell, month);
    fg_amount least = least_of_positions(of, row, from, last_in(bound, cell, month), cell);
    fg_amount on = least_by_small(of, row, cell);
    row[cell] = on < least ? on : least;
    FG_TRY(fg_plan_goes_on(of->model->watch));
  }
  return FG_OK;
}

/* A month by capacity leaves what is in hand: its demand is behind as well. */
static void bound_capacity(const bound_month *of, fg_amount *row) {
  const fg_plan_bound *bound = of->bound;
  const int64_t demand = bound->begins[of->month + 1] - bound->begins[of->month];
  const int64_t end = bound->begins[bound->end];
  fg_amount cost = of->model->months[of->month].capacity_cost - (bound->base[of->month] - bound->base[of->month + 1]);
  int near = of->month;
  for (int month = of->month; month < bound->end; month++) {
    int64_t last = bound->begins[month + 1] > bound->begins[month]
                       ? bound_cell(bound, bound->begins[month + 1] - 1, month)
                       : -1;
    for (int64_t cell = bound_cell(bound, bound->begins[month], month); cell <= last; cell++) {
      int64_t from = fg_min_i64(end, first_in(bound, cell, month) + demand);
      int64_t to = fg_min_i64(end, last_in(bound, cell, month) + demand);
      near = bound_month_at(bound, to, near);
      fg_amount sum = fg_plan_add(cost, least_in(bound, row, from, to, near, demand > 0 ? -1 : cell));
      row[cell] = sum < row[cell] ? sum : row[cell];
    }
  }
}

/* Where the carries of a month differ in demand, the real position is behind by as much: then more in hand is never
   worse. */
static void bound_carries(const bound_month *of, fg_amount *row, int64_t cells) {
  const fg_plan_bound *bound = of->bound;
  int64_t first = bound_cell_at(bound, bound->begins[of->month + 1], of->month);
  fg_amount least = bound->empty[of->month + 1];
  for (int64_t cell = first; cell < cells; cell++) {
    least = row[cell] < least ? row[cell] : least;
    row[cell] = least;
  }
}

/* The row of a month that has ways which those after it do not have. */
static fg_status copy_row(const bound_month *of, int64_t cells, fg_amount **row) {
  fg_amount *copy = fg_plan_allocate((fg_plan_model *)(uintptr_t)of->model, (size_t)cells * sizeof *copy);
  FG_TRY(copy == NULL ? FG_NO_MEMORY : FG_OK);
  memcpy(copy, *row, (size_t)cells * sizeof *copy);
  *row = copy;
  return FG_OK;
}

/* From the month's beginning with nothing in hand. */
static fg_amount least_of_beginning(bound_month *of, const fg_amount *row) {
  const fg_plan_bound *bound = of->bound;
  const int64_t begin = bound->begins[of->month];
  fg_amount least = least_of_positions(of, row, begin, begin, -1);
  if (bound->begins[of->month + 1] > begin) {
    fg_amount on = least_by_small(of, row, bound_cell(bound, begin, of->month));
    least = on < least ? on : least;
  }
  return least;
}

static fg_status bound_month_of(bound_month *of, int64_t cells) {
  fg_plan_bound *bound = of->bound;
  const fg_plan_month *here = &of->model->months[of->month];
  const int month = of->month;
  int64_t least = 0;
  int64_t most = 0;
  find_demand(here, &least, &most);
  of->spread = most - least;
  bound->rows[month] = bound->rows[month + 1];
  bound->empty[month] = bound->empty[month + 1];
  if (!here->calls_allowed) {
    return FG_OK;
  }
  FG_TRY(has_choice(here) || of->spread > 0 ? copy_row(of, cells, &bound->rows[month]) : FG_OK);
  fg_amount *row = bound->rows[month];
  find_ends(of);
  for (uint32_t i = 0; i < of->pack_count; i++) {
    of->end_count[i] = of->ends.count;
    of->month_at[i] = month;
  }
  if (of->spread > 0) {
    bound_carries(of, row, cells);
  }
  FG_TRY(bound_positions(of, row));
  if (most > 0) {
    bound->empty[month] = least_of_beginning(of, row);
  }
  if (has_choice(here)) {
    fg_amount cost = here->capacity_cost - (bound->base[month] - bound->base[month + 1]);
    fg_amount by_capacity = fg_plan_add(cost, bound->empty[month + 1]);
    bound->empty[month] = by_capacity < bound->empty[month] ? by_capacity : bound->empty[month];
    bound_capacity(of, row);
  }
  return FG_OK;
}

fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             fg_plan_bound *bound) {
  bound_month of = {.model = model, .bound = bound, .packs = packs, .pack_count = pack_count};
  lay_out_bound(model, bound);
  bound->cell = choose_cell(model, packs, pack_count, bound);
  of.small = find_small(&of);
  bound->has_small = of.small != NULL;
  int64_t cells = bound_cell(bound, bound->begins[bound->end], bound->end) + 1;
  fg_amount *row = fg_plan_allocate(model, (size_t)cells * sizeof *row);
  FG_TRY(row == NULL ? FG_NO_MEMORY : FG_OK);
  for (int64_t cell = 0; cell < cells; cell++) {
    row[cell] = FG_PLAN_NEVER; /* months without demand leave cells out */
  }
  row[cells - 1] = 0; /* all is behind: nothing to pay */
  bound->rows[bound->end] = row;
  bound->empty[bound->end] = 0;
  for (of.month = bound->end - 1; of.month >= 0; of.month--) {
    FG_TRY(bound_month_of(&of, cells));
  }
  return FG_OK;
}

/* -------------------------------------------------------------------------------------------------- what is asked */

static fg_amount bound_at(const fg_plan_bound *bound, int month, int64_t position) {
  const fg_amount *row = bound->rows[month];
  position = fg_min_i64(position, bound->begins[bound->end]);
  int in = bound_month_at(bound, position, month);
  int64_t cell = bound_cell(bound, position, in);
  fg_amount least = row[cell];
  if (bound->has_small && in < bound->end) {
    fg_amount next = row[bound_cell_at(bound, last_in(bound, cell, in) + 1, in)];
    least = next < least ? next : least;
  }
  return fg_plan_add(bound->base[month], least);
}

fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units, int last) {
  FG_ASSERT(units >= 0 && month <= bound->end);
  if (units == 0) {
    return fg_plan_add(bound->base[month], bound->empty[month]);
  }
  int64_t position = bound->begins[month] + units;
  if (bound->is_plain && last + 1 <= bound->end && position >= bound->begins[last + 1]) {
    return fg_plan_add(bound->base[month], bound->empty[last + 1]);
  }
  return bound_at(bound, month, position);
}

fg_amount fg_plan_bound_within(const fg_plan_bound *bound, int month, int64_t units) {
  FG_ASSERT(units >= 0 && month < bound->end);
  return units == 0 ? fg_plan_add(bound->base[month], bound->empty[month])
                    : bound_at(bound, month, bound->begins[month] + units);
}
