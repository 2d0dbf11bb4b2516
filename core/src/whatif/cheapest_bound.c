#include "cheapest_bound.h"

#include "month_bill.h"

/* Costs stay below 2^COST_BITS grains. An impossible cost, even with a pack's price and tilt added, stays above all of
   them. */
enum { COST_BITS = 57, CARRIES_LOOKED_AT = 64, ODD_SIZES = 32, BILLED_CELLS = 1 << 14 };
#define NEVER_GRAINS (INT64_C(1) << 61)

/* A pack in units of cells; cheapest_bound.h says what cells, tilt and grains are. */
typedef struct bound_pack {
  int64_t units;
  int64_t price;  ///< the pack's price, in grains
  int64_t whole;  ///< how many whole cells the pack advances
  int64_t near;   ///< the price, corrected by the tilt, if the pack leads `whole` cells on
  int64_t far;    ///< the price if it leads `whole` + 1 cells on; NEVER_GRAINS: the pack is a whole number of cells
  int64_t past;   ///< the first cell from which the pack holds more units than can still be drawn on
  int64_t change; ///< in cells before this one, the pack does not reach the last of `end_count` ends
  int end_count;  ///< how many ends the pack passes from the current cell
} bound_pack;

/* The months in which a purchase of a month may become void, also if it is dated back to an earlier one, in order; and
   for each the least cost from any of these months up to it. */
typedef struct bound_ends {
  int months[FG_PLAN_MONTHS_MAX + 1];
  int64_t least[FG_PLAN_MONTHS_MAX + 1];
  int count;
} bound_ends;

/* A month while its cells are worked out, from the last to the first. */
typedef struct bound_month {
  const fg_plan_model *model;
  fg_plan_bound *bound;
  bound_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t pack_count;
  int month;
  int64_t spread;     ///< by how much the demand differs between the month's carries
  int64_t limit;      ///< the position up to which a pack can be drawn on
  bound_ends ends;    ///< empty: what is bought now would be void before it is drawn on
  int64_t void_least; ///< the least cost with a pack that is bought here and becomes void in part
  int64_t change;     ///< `void_least` holds from this cell on; cells before it have another value
  uint32_t line;      ///< the line of the bill at the cell's last position
} bound_month;

static bool has_choice(const fg_plan_month *month) {
  return month->calls_allowed && month->capacity_cost < FG_PLAN_NEVER;
}

static int64_t grains_of(const fg_plan_bound *bound, fg_amount amount) {
  fg_amount grains = amount >> bound->grain_bits;
  return grains < NEVER_GRAINS ? (int64_t)grains : NEVER_GRAINS;
}

/* The tilt of a position, which depends on its place in its cell. */
static int64_t tilt_at(const fg_plan_bound *bound, int64_t position) { return bound->tilt * (position % bound->cell); }

static void find_demand(const fg_plan_month *month, int64_t *least, int64_t *most) {
  *least = month->calls_allowed ? INT64_MAX : 0;
  *most = 0;
  for (uint32_t i = 0; i < month->carry_count && month->calls_allowed; i++) {
    *least = fg_min_i64(*least, month->carries[i].demand);
    *most = fg_max_i64(*most, month->carries[i].demand);
  }
}

/* The least bill of a residual between `from` and `to`, over all carries of a month. */
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

static void lay_out_bound(bound_month *of) {
  const fg_plan_model *model = of->model;
  fg_plan_bound *bound = of->bound;
  int64_t most[FG_PLAN_MONTHS_MAX];
  bound->end = model->month_count;
  for (int month = 0; month < bound->end; month++) {
    int64_t least = 0;
    find_demand(&model->months[month], &least, &most[month]);
    bound->begins[month + 1] = bound->begins[month] + least;
    bound->is_spread = bound->is_spread || least < most[month];
  }
  for (int month = bound->end - 1; month >= 0; month--) {
    const fg_plan_month *here = &model->months[month];
    fg_amount cost = here->calls_allowed ? least_bill_of(model, month, 0, most[month]) : here->capacity_cost;
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
    rows += has_choice(&model->months[month]) || model->months[month].carry_count > 1;
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
static int64_t unit_cost(const bound_month *of, const fg_plan_choice *known) {
  const fg_plan_bound *bound = of->bound;
  fg_amount cost = known->cost;
  int64_t units = 0;
  for (int month = 0; month < bound->end; month++) {
    fg_amount capacity = of->model->months[month].capacity_cost;
    cost -= !known->by_capacity[month] || capacity > cost ? 0 : capacity;
    units += known->by_capacity[month] ? 0 : bound->begins[month + 1] - bound->begins[month];
  }
  return units == 0 ? 0 : grains_of(bound, cost) / units;
}

/* Chooses the tilt: what a unit costs in the smallest steps. That is a unit of the packs smaller than a cell, if all
   others are whole cells, and else a unit of the known plan. A pack smaller than a cell may lead to another position of
   the same cell, and must not look like a gain. */
static void choose_tilt(bound_month *of, const fg_plan_pack *packs, const fg_plan_choice *known) {
  fg_plan_bound *bound = of->bound;
  int64_t least = INT64_MAX;
  bool is_whole = true;
  for (bound->grain_bits = 0; known->cost >> bound->grain_bits >= INT64_C(1) << COST_BITS; bound->grain_bits++) {
  }
  for (uint32_t i = 0; i < of->pack_count; i++) {
    bool is_small = packs[i].units < bound->cell;
    least = is_small ? fg_min_i64(least, grains_of(bound, packs[i].price) / packs[i].units) : least;
    is_whole = is_whole && (is_small || packs[i].units % bound->cell == 0);
  }
  bound->tilt = least < INT64_MAX && is_whole ? least : fg_min_i64(unit_cost(of, known), least);
  bound->tilt = fg_min_i64(bound->tilt, (INT64_C(1) << COST_BITS) / bound->cell);
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const int64_t rest = packs[i].units % bound->cell;
    const int64_t price = fg_min_i64(grains_of(bound, packs[i].price), NEVER_GRAINS / 4);
    of->packs[i] = (bound_pack){.units = packs[i].units,
                                .price = price,
                                .whole = packs[i].units / bound->cell,
                                .near = packs[i].units < bound->cell ? NEVER_GRAINS : price - bound->tilt * rest,
                                .far = rest == 0 ? NEVER_GRAINS : price + bound->tilt * (bound->cell - rest)};
  }
}

static void find_ends(bound_month *of) {
  bound_ends *ends = &of->ends;
  ends->count = 0;
  for (int bought = 0; bought <= of->month; bought++) {
    int end = of->model->months[bought].last + 1;
    if (end > of->month && (ends->count == 0 || ends->months[ends->count - 1] < end)) {
      int64_t least = of->bound->empty[end];
      least = ends->count > 0 ? fg_min_i64(least, ends->least[ends->count - 1]) : least;
      ends->months[ends->count] = end;
      ends->least[ends->count++] = least;
    }
  }
}

/* Sets how many ends a pack passes from the current cell; it passes no more from the cells before. */
static void pass_ends(const bound_month *of, bound_pack *pack, int64_t cell) {
  for (; pack->end_count > 0; pack->end_count--) {
    int64_t before = of->bound->begins[of->ends.months[pack->end_count - 1]] - pack->units;
    pack->change = before > 0 ? before / of->bound->cell : 0;
    if (cell >= pack->change) {
      return;
    }
  }
}

static void find_void_least(bound_month *of, int64_t cell) {
  of->void_least = NEVER_GRAINS;
  of->change = 0;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    bound_pack *pack = &of->packs[i];
    pass_ends(of, pack, cell);
    if (pack->end_count > 0) {
      of->void_least = fg_min_i64(of->void_least, pack->price + of->ends.least[pack->end_count - 1]);
      of->change = fg_max_i64(of->change, pack->change);
    }
  }
}

/* Sets up ends and packs for the month's last cell. */
static void begin_month(bound_month *of) {
  const fg_plan_bound *bound = of->bound;
  find_ends(of);
  int last = of->ends.count == 0 ? 0 : bound->is_spread ? bound->end : of->ends.months[of->ends.count - 1];
  of->limit = bound->begins[last];
  for (uint32_t i = 0; i < of->pack_count; i++) {
    bound_pack *pack = &of->packs[i];
    pack->past = of->limit > pack->units ? (of->limit - pack->units - 1) / bound->cell + 1 : 0;
    pack->end_count = of->ends.count;
  }
  of->change = INT64_MAX;
  of->line = 0;
}

/* The least of bill and tilt over the month's positions `from` to `to`. */
static int64_t least_billed(bound_month *of, int64_t from, int64_t to) {
  const fg_plan_model *model = of->model;
  const fg_plan_bound *bound = of->bound;
  const int64_t end = bound->begins[of->month + 1];
  fg_amount in_any_case = bound->base[of->month] - bound->base[of->month + 1];
  while (of->line + 1 < model->line_count && model->lines[of->line].to < end - to) {
    of->line++;
  }
  const fg_plan_line *line = &model->lines[of->line];
  if (of->spread == 0 && of->line < model->line_count && end - from <= line->to) {
    fg_amount last = line->before + line->rate * (end - to - line->from) - in_any_case;
    fg_amount first = line->before + line->rate * (end - from - line->from) - in_any_case;
    return fg_min_i64(grains_of(bound, last) + tilt_at(bound, to), grains_of(bound, first) + tilt_at(bound, from));
  }
  fg_amount bill = least_bill_of(model, of->month, end - to, end - from + of->spread) - in_any_case;
  return grains_of(bound, bill) + tilt_at(bound, from);
}

/* The least cost from the positions of a cell if a pack is bought of which all units can be drawn on. */
static int64_t least_drawn(const bound_month *of, const int64_t *row, int64_t cell) {
  int64_t least = NEVER_GRAINS;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const bound_pack *pack = &of->packs[i];
    if (cell < pack->past) {
      const int64_t *with = row + cell + pack->whole;
      least = fg_min_i64(least, fg_min_i64(pack->near + with[0], pack->far + with[1]));
    }
  }
  return least;
}

static fg_status bound_positions(bound_month *of, int64_t *row) {
  const fg_plan_bound *bound = of->bound;
  const int64_t begin = bound->begins[of->month];
  const int64_t end = bound->begins[of->month + 1];
  for (int64_t cell = (end - 1) / bound->cell; end > begin && cell >= begin / bound->cell; cell--) {
    int64_t from = fg_max_i64(begin, cell * bound->cell);
    int64_t to = fg_min_i64(end, (cell + 1) * bound->cell) - 1;
    if (cell < of->change) {
      find_void_least(of, cell);
    }
    int64_t least = least_billed(of, from, to);
    least = least < NEVER_GRAINS ? least + bound->empty[of->month + 1] : least;
    least = fg_min_i64(least, of->void_least + tilt_at(bound, from));
    least = fg_min_i64(least, least_drawn(of, row, cell));
    row[cell] = fg_min_i64(row[cell], least); /* kept if lower, because the next month may begin in this cell */
    FG_TRY(fg_watch_goes_on(&of->model->watch->search));
  }
  return FG_OK;
}

/* The least cost from the month's beginning if no units are in hand. */
static int64_t least_of_beginning(bound_month *of, const int64_t *row) {
  const fg_plan_bound *bound = of->bound;
  const int64_t begin = bound->begins[of->month];
  of->line = 0;
  int64_t least = least_billed(of, begin, begin) - tilt_at(bound, begin);
  least = least < NEVER_GRAINS / 2 ? least + bound->empty[of->month + 1] : NEVER_GRAINS;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const bound_pack *pack = &of->packs[i];
    const int64_t with = begin + pack->units;
    if (with < of->limit) {
      least = fg_min_i64(least, pack->price + row[with / bound->cell] - tilt_at(bound, with));
    }
    if (pack->end_count > 0) {
      least = fg_min_i64(least, pack->price + of->ends.least[pack->end_count - 1]);
    }
  }
  return least;
}

/* Takes into account that the month may go by capacity. Then the units in hand are kept: the position moves on by the
   month's demand, or some of the units become void later. */
static void bound_capacity(const bound_month *of, int64_t *row, int64_t cells) {
  const fg_plan_bound *bound = of->bound;
  const int64_t demand = bound->begins[of->month + 1] - bound->begins[of->month];
  const int64_t all = bound->begins[bound->end];
  fg_amount more = of->model->months[of->month].capacity_cost - (bound->base[of->month] - bound->base[of->month + 1]);
  const int64_t cost = fg_min_i64(grains_of(bound, more), NEVER_GRAINS / 4);
  const int64_t whole = demand / bound->cell;
  const int64_t rest = demand % bound->cell;
  int passed = 0; /* how many ends the cell's months have passed */
  for (int64_t cell = bound->begins[of->month] / bound->cell; demand > 0 && cell < cells; cell++) {
    int64_t to = (cell + 1) * bound->cell - 1 + demand;
    int64_t least = to >= all ? 0 : NEVER_GRAINS; /* 0 at the last position, because all demand is then covered */
    if (fg_max_i64(bound->begins[of->month], cell * bound->cell) + demand < all) {
      least = fg_min_i64(least, row[cell + whole] - bound->tilt * rest);
      least = rest > 0 ? fg_min_i64(least, row[cell + whole + 1] + bound->tilt * (bound->cell - rest)) : least;
    }
    for (; passed < of->ends.count && bound->begins[of->ends.months[passed]] <= to; passed++) {
    }
    least = passed > 0 ? fg_min_i64(least, of->ends.least[passed - 1]) : least;
    row[cell] = fg_min_i64(row[cell], least + cost);
  }
}

/* Corrects the row of a month whose carries differ in demand. The real position may then be further on by the
   difference, so more units in hand must never look worse. */
static void bound_carries(const bound_month *of, int64_t *row, int64_t cells) {
  const fg_plan_bound *bound = of->bound;
  const int64_t begin = bound->begins[of->month + 1];
  int64_t before = bound->empty[of->month + 1]; /* the least cost, without tilt, of the cells before */
  for (int64_t cell = begin / bound->cell; cell < cells; cell++) {
    int64_t own = row[cell];
    row[cell] = fg_min_i64(own, before);
    before = fg_min_i64(before, own - bound->tilt * (bound->cell - 1));
  }
}

/* Copies the row, which a month shares with the months after it unless it has choices of its own. */
static fg_status copy_row(const bound_month *of, int64_t cells, int64_t **row) {
  int64_t *copy = fg_plan_allocate((fg_plan_model *)(uintptr_t)of->model, (size_t)(cells + 1) * sizeof *copy);
  FG_TRY(copy == NULL ? FG_NO_MEMORY : FG_OK);
  memcpy(copy, *row, (size_t)(cells + 1) * sizeof *copy);
  *row = copy;
  return FG_OK;
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
  if (of->spread > 0) {
    bound_carries(of, bound->rows[month], cells);
  }
  begin_month(of);
  FG_TRY(bound_positions(of, bound->rows[month]));
  if (most > 0) {
    find_void_least(of, bound->begins[month] / bound->cell);
    bound->empty[month] = fg_min_i64(NEVER_GRAINS, least_of_beginning(of, bound->rows[month]));
  }
  if (has_choice(here)) {
    fg_amount more = here->capacity_cost - (bound->base[month] - bound->base[month + 1]);
    bound->empty[month] = fg_min_i64(bound->empty[month], grains_of(bound, more) + bound->empty[month + 1]);
    bound_capacity(of, bound->rows[month], cells);
  }
  return FG_OK;
}

fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             const fg_plan_choice *known, int64_t most, fg_plan_bound *bound) {
  bound_month *of = fg_plan_allocate(model, sizeof *of);
  FG_TRY(of == NULL ? FG_NO_MEMORY : FG_OK);
  of->model = model;
  of->bound = bound;
  of->pack_count = pack_count;
  memset(bound, 0, sizeof *bound);
  lay_out_bound(of);
  bound->cell = choose_cell(model, packs, pack_count, most, bound);
  choose_tilt(of, packs, known);
  const int64_t all = bound->begins[bound->end];
  const int64_t cells = all / bound->cell + 1;
  int64_t *row = fg_plan_allocate(model, (size_t)(cells + 1) * sizeof *row);
  FG_TRY(row == NULL ? FG_NO_MEMORY : FG_OK);
  for (int64_t cell = 0; cell <= cells; cell++) {
    /* There is one entry more than cells, because a position after a pack is in one of two cells. */
    row[cell] = NEVER_GRAINS;
  }
  row[cells - 1] = tilt_at(bound, all); /* at the last position nothing is left to pay */
  bound->rows[bound->end] = row;
  for (of->month = bound->end - 1; of->month >= 0; of->month--) {
    FG_TRY(bound_month_of(of, cells));
  }
  return FG_OK;
}

static fg_amount bound_amount(const fg_plan_bound *bound, int month, int64_t grains) {
  return grains < NEVER_GRAINS / 2 ? fg_plan_add(bound->base[month], grains * ((fg_amount)1 << bound->grain_bits))
                                   : FG_PLAN_NEVER;
}

static int64_t bound_at(const fg_plan_bound *bound, int month, int64_t position) {
  position = fg_min_i64(position, bound->begins[bound->end]);
  return bound->rows[month][position / bound->cell] - tilt_at(bound, position);
}

fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units, int last) {
  FG_ASSERT(units >= 0 && month <= bound->end);
  if (units == 0) {
    return bound_amount(bound, month, bound->empty[month]);
  }
  int64_t position = bound->begins[month] + units;
  bool is_void = last < bound->end && position >= bound->begins[last + 1] && !bound->is_spread;
  return bound_amount(bound, month, is_void ? bound->empty[last + 1] : bound_at(bound, month, position));
}

fg_amount fg_plan_bound_within(const fg_plan_bound *bound, int month, int64_t units) {
  FG_ASSERT(units >= 0 && month < bound->end);
  return bound_amount(bound, month,
                      units == 0 ? bound->empty[month] : bound_at(bound, month, bound->begins[month] + units));
}
