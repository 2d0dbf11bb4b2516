#include "cheapest_bound.h"

#include "cheapest_cells.h"

static void find_ends(fg_bound_month *of) {
  fg_bound_ends *ends = &of->ends;
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
static void pass_ends(const fg_bound_month *of, fg_bound_pack *pack, int64_t cell) {
  for (; pack->end_count > 0; pack->end_count--) {
    int64_t before = of->bound->begins[of->ends.months[pack->end_count - 1]] - pack->units;
    pack->change = before > 0 ? before / of->bound->cell : 0;
    if (cell >= pack->change) {
      return;
    }
  }
}

static void find_void_least(fg_bound_month *of, int64_t cell) {
  of->void_least = FG_NEVER_GRAINS;
  of->change = 0;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    fg_bound_pack *pack = &of->packs[i];
    pass_ends(of, pack, cell);
    if (pack->end_count > 0) {
      of->void_least = fg_min_i64(of->void_least, pack->price + of->ends.least[pack->end_count - 1]);
      of->change = fg_max_i64(of->change, pack->change);
    }
  }
}

/* Sets up ends and packs for the month's last cell. */
static void begin_month(fg_bound_month *of) {
  const fg_plan_bound *bound = of->bound;
  find_ends(of);
  int last = of->ends.count == 0 ? 0 : bound->is_spread ? bound->end : of->ends.months[of->ends.count - 1];
  of->limit = bound->begins[last];
  for (uint32_t i = 0; i < of->pack_count; i++) {
    fg_bound_pack *pack = &of->packs[i];
    pack->past = of->limit > pack->units ? (of->limit - pack->units - 1) / bound->cell + 1 : 0;
    pack->end_count = of->ends.count;
  }
  of->change = INT64_MAX;
  of->line = 0;
}

/* The least of bill and tilt over the month's positions `from` to `to`. */
static int64_t least_billed(fg_bound_month *of, int64_t from, int64_t to) {
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
    return fg_min_i64(fg_bound_grains(bound, last) + fg_bound_tilt(bound, to),
                      fg_bound_grains(bound, first) + fg_bound_tilt(bound, from));
  }
  fg_amount bill = fg_bound_least_bill(model, of->month, end - to, end - from + of->spread) - in_any_case;
  return fg_bound_grains(bound, bill) + fg_bound_tilt(bound, from);
}

/* The least cost from the positions of a cell if a pack is bought of which all units can be drawn on. */
static int64_t least_drawn(const fg_bound_month *of, const int64_t *row, int64_t cell) {
  int64_t least = FG_NEVER_GRAINS;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const fg_bound_pack *pack = &of->packs[i];
    if (cell < pack->past) {
      const int64_t *with = row + cell + pack->whole;
      least = fg_min_i64(least, fg_min_i64(pack->near + with[0], pack->far + with[1]));
    }
  }
  return least;
}

static fg_status bound_positions(fg_bound_month *of, int64_t *row) {
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
    least = least < FG_NEVER_GRAINS ? least + bound->empty[of->month + 1] : least;
    least = fg_min_i64(least, of->void_least + fg_bound_tilt(bound, from));
    least = fg_min_i64(least, least_drawn(of, row, cell));
    row[cell] = fg_min_i64(row[cell], least); /* kept if lower, because the next month may begin in this cell */
    FG_TRY(fg_watch_goes_on(&of->model->watch->search));
  }
  return FG_OK;
}

/* The least cost from the month's beginning if no units are in hand. */
static int64_t least_of_beginning(fg_bound_month *of, const int64_t *row) {
  const fg_plan_bound *bound = of->bound;
  const int64_t begin = bound->begins[of->month];
  of->line = 0;
  int64_t least = least_billed(of, begin, begin) - fg_bound_tilt(bound, begin);
  least = least < FG_NEVER_GRAINS / 2 ? least + bound->empty[of->month + 1] : FG_NEVER_GRAINS;
  for (uint32_t i = 0; i < of->pack_count; i++) {
    const fg_bound_pack *pack = &of->packs[i];
    const int64_t with = begin + pack->units;
    if (with < of->limit) {
      least = fg_min_i64(least, pack->price + row[with / bound->cell] - fg_bound_tilt(bound, with));
    }
    if (pack->end_count > 0) {
      least = fg_min_i64(least, pack->price + of->ends.least[pack->end_count - 1]);
    }
  }
  return least;
}

/* Takes into account that the month may go by capacity. Then the units in hand are kept: the position moves on by the
   month's demand, or some of the units become void later. */
static void bound_capacity(const fg_bound_month *of, int64_t *row, int64_t cells) {
  const fg_plan_bound *bound = of->bound;
  const int64_t demand = bound->begins[of->month + 1] - bound->begins[of->month];
  const int64_t all = bound->begins[bound->end];
  fg_amount more = of->model->months[of->month].capacity_cost - (bound->base[of->month] - bound->base[of->month + 1]);
  const int64_t cost = fg_min_i64(fg_bound_grains(bound, more), FG_NEVER_GRAINS / 4);
  const int64_t whole = demand / bound->cell;
  const int64_t rest = demand % bound->cell;
  int passed = 0; /* how many ends the cell's months have passed */
  for (int64_t cell = bound->begins[of->month] / bound->cell; demand > 0 && cell < cells; cell++) {
    int64_t to = (cell + 1) * bound->cell - 1 + demand;
    int64_t least = to >= all ? 0 : FG_NEVER_GRAINS; /* 0 at the last position, because all demand is then covered */
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
static void bound_carries(const fg_bound_month *of, int64_t *row, int64_t cells) {
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
static fg_status copy_row(const fg_bound_month *of, int64_t cells, int64_t **row) {
  int64_t *copy = fg_plan_allocate((fg_plan_model *)(uintptr_t)of->model, (size_t)(cells + 1) * sizeof *copy);
  FG_TRY(copy == NULL ? FG_NO_MEMORY : FG_OK);
  memcpy(copy, *row, (size_t)(cells + 1) * sizeof *copy);
  *row = copy;
  return FG_OK;
}

static fg_status bound_month_of(fg_bound_month *of, int64_t cells) {
  fg_plan_bound *bound = of->bound;
  const fg_plan_month *here = &of->model->months[of->month];
  const int month = of->month;
  int64_t least = 0;
  int64_t most = 0;
  fg_bound_demand(here, &least, &most);
  of->spread = most - least;
  bound->rows[month] = bound->rows[month + 1];
  bound->empty[month] = bound->empty[month + 1];
  if (!here->calls_allowed) {
    return FG_OK;
  }
  FG_TRY(fg_bound_has_choice(here) || of->spread > 0 ? copy_row(of, cells, &bound->rows[month]) : FG_OK);
  if (of->spread > 0) {
    bound_carries(of, bound->rows[month], cells);
  }
  begin_month(of);
  FG_TRY(bound_positions(of, bound->rows[month]));
  if (most > 0) {
    find_void_least(of, bound->begins[month] / bound->cell);
    bound->empty[month] = fg_min_i64(FG_NEVER_GRAINS, least_of_beginning(of, bound->rows[month]));
  }
  if (fg_bound_has_choice(here)) {
    fg_amount more = here->capacity_cost - (bound->base[month] - bound->base[month + 1]);
    bound->empty[month] = fg_min_i64(bound->empty[month], fg_bound_grains(bound, more) + bound->empty[month + 1]);
    bound_capacity(of, bound->rows[month], cells);
  }
  return FG_OK;
}

fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             const fg_plan_choice *known, int64_t most, fg_plan_bound *bound) {
  fg_bound_month *of = fg_plan_allocate(model, sizeof *of);
  FG_TRY(of == NULL ? FG_NO_MEMORY : FG_OK);
  of->model = model;
  of->bound = bound;
  of->pack_count = pack_count;
  memset(bound, 0, sizeof *bound);
  fg_bound_choose_cells(of, packs, known, most);
  const int64_t all = bound->begins[bound->end];
  const int64_t cells = all / bound->cell + 1;
  int64_t *row = fg_plan_allocate(model, (size_t)(cells + 1) * sizeof *row);
  FG_TRY(row == NULL ? FG_NO_MEMORY : FG_OK);
  for (int64_t cell = 0; cell <= cells; cell++) {
    /* There is one entry more than cells, because a position after a pack is in one of two cells. */
    row[cell] = FG_NEVER_GRAINS;
  }
  row[cells - 1] = fg_bound_tilt(bound, all); /* at the last position nothing is left to pay */
  bound->rows[bound->end] = row;
  for (of->month = bound->end - 1; of->month >= 0; of->month--) {
    FG_TRY(bound_month_of(of, cells));
  }
  return FG_OK;
}

static fg_amount bound_amount(const fg_plan_bound *bound, int month, int64_t grains) {
  return grains < FG_NEVER_GRAINS / 2 ? fg_plan_add(bound->base[month], grains * ((fg_amount)1 << bound->grain_bits))
                                      : FG_PLAN_NEVER;
}

static int64_t bound_at(const fg_plan_bound *bound, int month, int64_t position) {
  position = fg_min_i64(position, bound->begins[bound->end]);
  return bound->rows[month][position / bound->cell] - fg_bound_tilt(bound, position);
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
