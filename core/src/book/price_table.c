#include "price_lanes.h"

/* Half of what 64 bits hold: sums of two such numbers cannot overflow. */
#define TABLE_MAX (INT64_C(1) << 62)

static fg_int128 power_of_ten(int exponent) {
  fg_int128 power = 1;
  for (; exponent > 0; exponent--) {
    power *= 10;
  }
  return power;
}

static fg_int128 common_divisor(fg_int128 a, fg_int128 b) {
  while (b != 0) {
    fg_int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static fg_divisor make_divisor(int64_t divisor) {
  FG_ASSERT(divisor >= 1 && divisor <= TABLE_MAX);
  fg_divisor made = {(uint64_t)divisor, 0, 0};
  int bits = 0;
  while (((uint64_t)1 << bits) < made.divisor) {
    bits++;
  }
  if (bits > 0) {
    fg_uint128 power = (fg_uint128)1 << (63 + bits);
    made.magic = (uint64_t)((power + made.divisor - 1) / made.divisor);
    made.shift = bits - 1;
  }
  return made;
}

/* ---------------------------------------------------------------------------------------------------------- scale */

static int decimals_of(fg_amount amount) {
  int decimals = FG_MONEY_DECIMALS;
  while (decimals > 0 && amount % 10 == 0) {
    amount /= 10;
    decimals--;
  }
  return decimals;
}

int fg_schedule_scale(const fg_schedule *schedule, fg_rounding rounding, int minor_digits) {
  int scale = minor_digits;
  if (rounding.mode != FG_ROUND_NONE) {
    return rounding.digits > scale ? rounding.digits : scale;
  }
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    for (int days = 28; days <= 31; days++) { /* a price per hours of the month is exact in each of them */
      fg_int128 per = (fg_int128)schedule->per * (schedule->per_hours_of_month ? 24 * days : 1);
      fg_int128 common = common_divisor(per, schedule->block);
      bool whole = schedule->model == FG_PRICE_STAIRSTEP;
      int decimals = decimals_of(whole ? schedule->tiers[i].price : schedule->tiers[i].price / (per / common));
      scale = decimals > scale ? decimals : scale;
    }
  }
  return scale;
}

/* ---------------------------------------------------------------------------------------------------------- table */

/* A table in the making. */
typedef struct layout {
  const fg_schedule *schedule;
  const fg_price_input *input;
  fg_price_table *table;
  int64_t per;
  int64_t hours;
  fg_int128 numerator[FG_TIERS_MAX]; ///< of a block's price over `divisor`, in steps of the rounding
  fg_int128 divisor;
  fg_int128 start; ///< amount of all tiers before the one being laid out
} layout;

static int64_t edge_of(const layout *in, uint32_t tier) {
  int64_t edge = INT64_MAX;
  if (tier < in->schedule->tier_count && !fg_multiply_i64(in->schedule->tiers[tier].from, in->hours, &edge)) {
    edge = INT64_MAX;
  }
  return edge;
}

/* Rounded amounts count steps: the decimals the rounding keeps, or all of the scale where nothing is rounded. */
static bool make_rates(layout *in) {
  bool rounds = in->input->rounding.mode != FG_ROUND_NONE;
  int digits = rounds ? in->input->rounding.digits : in->table->scale;
  bool whole = in->schedule->model == FG_PRICE_STAIRSTEP;
  fg_int128 units = 0;
  if (!fg_multiply_i128(whole ? 1 : in->schedule->block, in->input->periods, &units) ||
      !fg_multiply_i128(whole ? 1 : in->per, power_of_ten(FG_MONEY_DECIMALS - digits), &in->divisor)) {
    return false;
  }
  fg_int128 common = in->divisor;
  for (uint32_t i = 0; i < in->schedule->tier_count; i++) {
    if (!fg_multiply_i128(in->schedule->tiers[i].price, units, &in->numerator[i])) {
      return false;
    }
    common = common_divisor(in->numerator[i], common);
  }
  in->divisor /= common;
  for (uint32_t i = 0; i < in->schedule->tier_count; i++) {
    in->numerator[i] /= common;
  }
  in->table->step = (int64_t)power_of_ten(in->table->scale - digits);
  return in->divisor <= TABLE_MAX / 2;
}

static void make_rounding(layout *in) {
  fg_price_table *table = in->table;
  int64_t divisor = (int64_t)in->divisor;
  table->divisor = make_divisor(divisor);
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

/* The amount of `units` in one tier, in units of the scale; false if it is beyond the table. */
static bool slice_amount(const layout *in, uint32_t tier, int64_t units, fg_int128 *amount) {
  int64_t charged = 0;
  fg_amount exact = 0;
  if (!fg_multiply_i64(units, in->input->periods, &charged) ||
      fg_amount_rate(in->schedule->tiers[tier].price, charged, in->schedule->model == FG_PRICE_STAIRSTEP ? 1 : in->per,
                     in->input->rounding, &exact) != FG_OK) {
    return false;
  }
  *amount = exact / power_of_ten(FG_MONEY_DECIMALS - in->table->scale);
  return true;
}

/* The most blocks for which no step of the sum leaves 64 bits. */
static int64_t safe_blocks(const layout *in, fg_int128 slope, fg_int128 origin) {
  fg_int128 most = INT64_MAX / in->schedule->block / in->input->periods - 1;
  fg_int128 amount_max = TABLE_MAX / 2 / in->table->step;
  if (in->start > TABLE_MAX / 2 || slope > TABLE_MAX || (slope > 0 && origin > TABLE_MAX / 2 / slope)) {
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

/* Lays out one tier; false if it, or part of it, is beyond the table. */
static bool add_tier(layout *in, uint32_t tier) {
  fg_price_table *table = in->table;
  bool graduated = in->schedule->model == FG_PRICE_GRADUATED;
  bool stairstep = in->schedule->model == FG_PRICE_STAIRSTEP;
  bool exact = in->divisor == 1;
  int64_t edge = edge_of(in, tier) / in->schedule->block;
  int64_t next = edge_of(in, tier + 1);
  int64_t slope = 0;
  if (stairstep && !slice_amount(in, tier, 1, &in->start)) {
    return false;
  }
  fg_int128 rate = stairstep ? 0 : in->numerator[tier] * (exact ? table->step : 1);
  int64_t most = safe_blocks(in, rate, graduated ? edge : 0);
  int64_t first = edge + (in->schedule->upper_inclusive && tier > 0);
  if (most < first) {
    table->limit = fg_min_i64(table->limit, (first - 1) * in->schedule->block);
    return false;
  }
  slope = (int64_t)rate;
  int64_t offset = graduated ? -edge * slope : 0;
  int64_t start = (int64_t)in->start;
  add_row(table, stairstep ? fg_max_i64(first, 1) : first, exact ? start + offset : start, slope, exact ? 0 : offset);
  if (most < next / in->schedule->block) {
    table->limit = fg_min_i64(table->limit, most * in->schedule->block);
    return false;
  }
  fg_int128 amount = 0;
  bool whole = !graduated || slice_amount(in, tier, next - edge_of(in, tier), &amount);
  in->start += amount;
  return whole;
}

static void lay_out(layout *in) {
  fg_price_table *table = in->table;
  if (in->schedule->model == FG_PRICE_STAIRSTEP) {
    add_row(table, 0, 0, 0, 0); /* nothing used costs nothing, whatever the first step */
  }
  for (uint32_t tier = 0; tier < in->schedule->tier_count; tier++) {
    if (edge_of(in, tier) == INT64_MAX || !add_tier(in, tier)) {
      break;
    }
  }
}

void fg_price_table_make(const fg_schedule *schedule, const fg_price_input *input, int scale, fg_price_table *table) {
  layout in = {.schedule = schedule,
               .input = input,
               .table = table,
               .hours = schedule->per_hours_of_month ? input->hours_of_month : 1};
  FG_ASSERT(scale >= fg_schedule_scale(schedule, input->rounding, 0));
  memset(table, 0, sizeof *table);
  table->scale = scale;
  table->limit = -1;
  table->follows_units = schedule->model == FG_PRICE_GRADUATED || schedule->model == FG_PRICE_STAIRSTEP;
  if (!schedule->tiers[0].sold || !fg_multiply_i64(schedule->per, in.hours, &in.per) || !make_rates(&in) ||
      schedule->block > TABLE_MAX / 2) {
    return;
  }
  int64_t sold = fg_min_i64(fg_price_sold_up_to(schedule, in.hours), TABLE_MAX);
  table->limit = sold / schedule->block * schedule->block;
  table->block = make_divisor(schedule->block);
  make_rounding(&in);
  lay_out(&in);
  if (table->tier_count == 0) {
    table->limit = -1;
  }
}

/* ---------------------------------------------------------------------------------------------------------- amounts */

static inline uint32_t row_of(const fg_price_table *table, int64_t blocks) {
  uint32_t row = 0;
  for (uint32_t i = 1; i < table->tier_count; i++) {
    row += blocks >= table->from[i];
  }
  return row;
}

static inline int64_t amount_of(const fg_price_table *table, int64_t units, int64_t tier_units) {
  int64_t rest = (int64_t)table->block.divisor - 1;
  int64_t blocks = fg_divide(units + rest, &table->block);
  uint32_t row = row_of(table, tier_units == units ? blocks : fg_divide(tier_units + rest, &table->block));
  int64_t product = table->slope[row] * blocks;
  if (table->divisor.divisor == 1) {
    return table->start[row] + product;
  }
  int64_t dividend = product + table->offset[row] + table->addend;
  FG_ASSERT(dividend >= 0);
  int64_t quotient = fg_divide(dividend, &table->divisor);
  bool is_tie = table->ties_to_even && quotient * (int64_t)table->divisor.divisor == dividend;
  quotient -= is_tie & (quotient & 1);
  return table->start[row] + quotient * table->step;
}

static inline bool is_within(const fg_price_table *table, int64_t quantity) {
  return quantity >= 0 && quantity <= table->limit;
}

static bool apply_rows(const fg_price_table *table, const int64_t *units, const int64_t *tier_units, size_t count,
                       int64_t *amounts) {
  for (size_t at = 0; at < count; at++) {
    if (!is_within(table, units[at]) || !is_within(table, tier_units[at])) {
      return false;
    }
    amounts[at] = amount_of(table, units[at], tier_units[at]);
  }
  return true;
}

bool fg_price_table_apply(const fg_price_table *table, const int64_t *units, const int64_t *tier_units, size_t count,
                          int64_t *amounts) {
  bool within = table->limit >= 0;
  size_t width = within && units == tier_units ? fg_price_lanes_width() : 0;
  size_t done = width > 0 ? fg_price_lanes_apply(table, width, units, count, amounts, &within) : 0;
  return within && apply_rows(table, units + done, tier_units + done, count - done, amounts + done);
}
