/* A schedule laid out for many quantities: tiers as 64-bit edges, amounts and slopes, valid up to a proven limit. */
#ifndef FG_PRICE_TABLE_H
#define FG_PRICE_TABLE_H

#include "price.h"

enum { FG_TABLE_TIERS_MAX = FG_TIERS_MAX + 1 };

/* Of a quantity in tier i that fills k blocks, the amount is start[i] + slope[i] × k where all rates are exact, and
   start[i] + round((slope[i] × k + offset[i]) ÷ divisor) × step where they are not. */
typedef struct fg_price_table {
  int64_t limit;      ///< quantities of 0 … limit are priced by the table, others by fg_price_compute; -1: none are
  int scale;          ///< amounts count 10^-scale currency units
  bool follows_units; ///< a tier_quantity above the units is beyond the table
  int64_t block;
  uint32_t tier_count;
  int64_t from[FG_TABLE_TIERS_MAX]; ///< the first block of the tier
  int64_t start[FG_TABLE_TIERS_MAX];
  int64_t slope[FG_TABLE_TIERS_MAX];
  int64_t offset[FG_TABLE_TIERS_MAX];
  int64_t divisor; ///< 1 … 2^61
  int64_t step;
  int64_t addend; ///< makes the division round as the book does
  bool ties_to_even;
} fg_price_table;

/* The least number of decimals that holds every amount of a schedule, at least `minor_digits`. */
int fg_schedule_scale(const fg_schedule *schedule, fg_rounding rounding, int minor_digits);

/* The table of a schedule; of `input` all but the quantities is used. `scale` is at least that of fg_schedule_scale. */
void fg_price_table_make(const fg_schedule *schedule, const fg_price_input *input, int scale, fg_price_table *table);

/* Amounts of `count` quantities, their tiers picked by `tier_units`: `units` itself, or where the table allows it at
   least as many. False if the table does not reach as far for one of them; the amounts are then undefined. */
bool fg_price_table_apply(const fg_price_table *table, const int64_t *units, const int64_t *tier_units, size_t count,
                          int64_t *amounts);

/* The amount of one quantity that picks its own tier; false where the table does not hold it. */
bool fg_price_table_one(const fg_price_table *table, int64_t units, int64_t *amount);

/* The amount of one of 0 … limit, in line for tables that need no division. */
static inline int64_t fg_price_table_at(const fg_price_table *table, int64_t units) {
  uint32_t row = 0;
  int64_t amount = 0;
  if (FG_UNLIKELY(table->block != 1 || table->divisor != 1)) {
    (void)fg_price_table_one(table, units, &amount);
    return amount;
  }
  for (uint32_t i = 1; i < table->tier_count; i++) {
    row += units >= table->from[i];
  }
  return table->start[row] + table->slope[row] * units;
}

#endif
