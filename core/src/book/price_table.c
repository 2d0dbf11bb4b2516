#include "price_lanes.h"
#include "price_model.h"

/* Half of what 64 bits hold, so that the sum of two such numbers cannot overflow. */
#define TABLE_MAX (INT64_C(1) << 62)

/* Whether the price of a block has at most 12 decimals in every tier of a month. */
static bool divides(const fg_schedule *schedule, int64_t hours) {
  fg_price_view view = fg_price_view_of(schedule, hours);
  fg_amount parts = view.per / fg_greatest_common_divisor(view.per, schedule->block);
  bool all = true;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    all = all && schedule->tiers[i].price % parts == 0;
  }
  return all;
}

int fg_schedule_scale(const fg_schedule *schedule, fg_rounding rounding, int minor_digits) {
  int scale = minor_digits;
  if (rounding.mode != FG_ROUND_NONE) {
    return rounding.digits > scale ? rounding.digits : scale;
  }
  for (int days = 28; days <= 31; days++) {
    if (!divides(schedule, 24 * days)) {
      return FG_MONEY_DECIMALS;
    }
    fg_price_view view = fg_price_view_of(schedule, 24 * days);
    fg_amount parts = view.per / fg_greatest_common_divisor(view.per, schedule->block);
    for (uint32_t i = 0; i < schedule->tier_count; i++) {
      int decimals = fg_amount_decimals(schedule->tiers[i].price / parts);
      scale = decimals > scale ? decimals : scale;
    }
  }
  return scale;
}

/* What a table is made from while it is made. */
typedef struct layout {
  fg_price_view view;
  const fg_schedule *schedule;
  const fg_price_input *input;
  fg_price_table *table;
  fg_price_line lines[FG_TIERS_MAX];
  fg_int128 numerator[FG_TIERS_MAX]; ///< numerators of each block's price over `divisor`, in steps of the rounding
  fg_int128 divisor;
} layout;

/* Finds the rates of all tiers as fractions with one divisor. Rounded amounts are counted in steps of the last decimal
   that the rounding keeps, other amounts in units of the table's scale. */
static bool make_rates(layout *in) {
  bool rounds = in->input->rounding.mode != FG_ROUND_NONE;
  int digits = rounds ? in->input->rounding.digits : in->table->scale;
  fg_int128 units = 0;
  if (!fg_multiply_i128(in->schedule->block, in->input->periods, &units) ||
      !fg_multiply_i128(in->view.per, fg_power_of_ten(FG_MONEY_DECIMALS - digits), &in->divisor)) {
    return false;
  }
  fg_int128 common = in->divisor;
  for (uint32_t i = 0; i < in->schedule->tier_count; i++) {
    if (!fg_multiply_i128(in->lines[i].rate, units, &in->numerator[i])) {
      return false;
    }
    common = fg_greatest_common_divisor(in->numerator[i], common);
  }
  in->divisor /= common;
  for (uint32_t i = 0; i < in->schedule->tier_count; i++) {
    in->numerator[i] /= common;
  }
  in->table->step = (int64_t)fg_power_of_ten(in->table->scale - digits);
  return in->divisor <= TABLE_MAX / 2;
}

static void make_rounding(layout *in) {
  fg_price_table *table = in->table;
  int64_t divisor = (int64_t)in->divisor;
  FG_ASSERT(divisor >= 1 && divisor <= TABLE_MAX);
  table->divisor = divisor;
  switch (in->input->rounding.mode) {
  case FG_ROUND_HALF_EVEN:
    table->ties_to_even = divisor % 2 == 0;
    table->addend = divisor / 2;
    break;
  case FG_ROUND_HALF_UP: table->addend = divisor / 2; break;
  case FG_ROUND_UP: table->addend = divisor - 1; break;
  case FG_ROUND_NONE:
  case FG_ROUND_DOWN:
  case FG_ROUNDING_COUNT: table->addend = 0; break;
  }
}

/* Whether the amount at the start of a line needs no rounding. Only then do slices that are summed before they are
   rounded make a straight line. */
static bool is_start_exact(const layout *in, const fg_price_input *rounded, fg_amount amount) {
  fg_price_input input = *rounded;
  fg_price_result exact;
  if (!in->schedule->is_summed || input.rounding.mode == FG_ROUND_NONE) {
    return true;
  }
  input.rounding = (fg_rounding){FG_ROUND_UP, FG_MONEY_DECIMALS, 0};
  return fg_price_compute(in->schedule, &input, &exact) == FG_OK && exact.amount == amount;
}

/* Finds the amount that a line starts from, that of its `origin`, in units of the scale; false if it is beyond the
   table. */
static bool find_start(const layout *in, const fg_price_line *line, int64_t *start) {
  fg_price_input input = *in->input;
  fg_price_result result;
  input.units = input.tier_quantity = line->origin;
  if (fg_price_compute(in->schedule, &input, &result) != FG_OK) {
    return false;
  }
  fg_amount amount = result.amount / fg_power_of_ten(FG_MONEY_DECIMALS - in->table->scale);
  *start = (int64_t)amount;
  return amount <= TABLE_MAX / 2 && is_start_exact(in, &input, result.amount);
}

/* The most blocks for which no intermediate number of the amount passes 64 bits; -1: none. */
static int64_t safe_blocks(const layout *in, fg_int128 slope, fg_int128 origin) {
  fg_int128 most = INT64_MAX / in->schedule->block / in->input->periods - 1;
  fg_int128 amount_max = TABLE_MAX / 2 / in->table->step;
  if (slope > TABLE_MAX || (slope > 0 && origin > TABLE_MAX / 2 / slope)) {
    return -1;
  }
  if (slope > 0) {
    fg_int128 by_product = TABLE_MAX / 2 / slope;
    fg_int128 by_amount = amount_max * in->divisor / slope;
    most = by_product < most ? by_product : most;
    most = by_amount < most ? by_amount : most;
  }
  return (int64_t)most;
}

static void add_row(fg_price_table *table, int64_t from, int64_t start, int64_t slope, int64_t offset) {
  FG_ASSERT(table->tier_count < FG_TABLE_TIERS_MAX && slope >= 0);
  uint32_t row = table->tier_count++;
  table->from[row] = from;
  table->start[row] = start;
  table->slope[row] = slope;
  table->offset[row] = offset;
}

/* Appends the row of a tier; false if the tier, or part of it, is beyond the table. */
static bool add_line(layout *in, uint32_t tier) {
  fg_price_table *table = in->table;
  const fg_price_line *line = &in->lines[tier];
  int64_t block = in->schedule->block;
  int64_t first = line->first / block;
  int64_t origin = line->origin / block;
  bool exact = in->divisor == 1;
  fg_int128 rate = in->numerator[tier] * (exact ? table->step : 1);
  int64_t start = 0;
  int64_t most = find_start(in, line, &start) ? safe_blocks(in, rate, origin) : -1;
  if (most < first) {
    table->limit = fg_min_i64(table->limit, (first - 1) * block);
    return false;
  }
  int64_t slope = (int64_t)rate;
  int64_t offset = -origin * slope;
  add_row(table, first, exact ? start + offset : start, slope, exact ? 0 : offset);
  if (most < line->last / block) {
    table->limit = fg_min_i64(table->limit, most * block);
    return false;
  }
  return true;
}

static void lay_out(layout *in) {
  if (in->lines[0].first > 0) {
    add_row(in->table, 0, 0, 0, 0); /* nothing used costs nothing, whatever the first step */
  }
  for (uint32_t tier = 0; tier < in->schedule->tier_count && add_line(in, tier); tier++) {
  }
}

void fg_price_table_make(const fg_schedule *schedule, const fg_price_input *input, int scale, fg_price_table *table) {
  layout in = {
      .view = fg_price_view_of(schedule, input->hours_of_month), .schedule = schedule, .input = input, .table = table};
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    in.lines[tier] = in.view.model->line(&in.view, tier);
  }
  FG_ASSERT(scale >= fg_schedule_scale(schedule, input->rounding, 0));
  memset(table, 0, sizeof *table);
  table->scale = scale;
  table->limit = -1;
  table->follows_units = !in.view.model->by_basis;
  if (!schedule->tiers[0].sold || schedule->rounding.mode != FG_ROUND_NONE || fg_schedule_has_fee(schedule) ||
      schedule->block > TABLE_MAX / 2 || input->rounding.least > 0 ||
      (input->rounding.mode == FG_ROUND_NONE && !divides(schedule, input->hours_of_month)) || !make_rates(&in)) {
    return;
  }
  int64_t sold = fg_min_i64(fg_price_sold_up_to(schedule, input->hours_of_month), TABLE_MAX);
  table->limit = sold / schedule->block * schedule->block;
  table->block = schedule->block;
  make_rounding(&in);
  table->adds_up = in.view.model->by_slice && schedule->is_summed && schedule->block == 1 && table->divisor == 1;
  lay_out(&in);
  if (table->tier_count == 0) {
    table->limit = -1;
  }
}

static inline uint32_t row_of(const fg_price_table *table, int64_t blocks) {
  uint32_t row = 0;
  for (uint32_t i = 1; i < table->tier_count; i++) {
    row += blocks >= table->from[i];
  }
  return row;
}

static inline int64_t blocks_of(const fg_price_table *table, int64_t units) {
  return table->block == 1 ? units : (units + table->block - 1) / table->block;
}

static inline int64_t amount_of(const fg_price_table *table, int64_t units, int64_t tier_units) {
  int64_t blocks = blocks_of(table, units);
  uint32_t row = row_of(table, tier_units == units ? blocks : blocks_of(table, tier_units));
  int64_t product = table->slope[row] * blocks;
  if (table->divisor == 1) {
    return table->start[row] + product;
  }
  int64_t dividend = product + table->offset[row] + table->addend;
  FG_ASSERT(dividend >= 0);
  int64_t quotient = dividend / table->divisor;
  bool is_tie = table->ties_to_even && quotient * table->divisor == dividend;
  quotient -= is_tie & (quotient & 1);
  return table->start[row] + quotient * table->step;
}

static inline bool is_within(const fg_price_table *table, int64_t quantity) {
  return quantity >= 0 && quantity <= table->limit;
}

bool fg_price_table_last(const fg_price_table *table, int64_t units, int64_t tier_units, int64_t *amount) {
  bool is_known = units == tier_units || !table->follows_units || table->adds_up;
  if (!is_known || !is_within(table, units) || !is_within(table, tier_units)) {
    return false;
  }
  if (units == tier_units || !table->follows_units) {
    *amount = amount_of(table, units, tier_units);
    return true;
  }
  int64_t before = tier_units - units;
  *amount = amount_of(table, tier_units, tier_units) - amount_of(table, before, before);
  return true;
}

static bool apply_rows(const fg_price_table *table, const int64_t *units, const int64_t *tier_units, size_t count,
                       int64_t *amounts) {
  for (size_t place = 0; place < count; place++) {
    if (!fg_price_table_last(table, units[place], tier_units[place], &amounts[place])) {
      return false;
    }
  }
  return true;
}

bool fg_price_table_apply(const fg_price_table *table, const int64_t *units, const int64_t *tier_units, size_t count,
                          int64_t *amounts) {
  bool within = table->limit >= 0;
  size_t done = within && units == tier_units ? fg_price_lanes_apply(table, units, count, amounts, &within) : 0;
  return within && apply_rows(table, units + done, tier_units + done, count - done, amounts + done);
}
