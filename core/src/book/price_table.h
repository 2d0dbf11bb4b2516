/* A schedule laid out to price many quantities fast: its tiers as 64-bit edges, amounts and slopes, valid up to a
   proven limit. */
#ifndef FG_PRICE_TABLE_H
#define FG_PRICE_TABLE_H

#include "price.h"

enum { FG_TABLE_TIERS_MAX = FG_TIERS_MAX + 1 };

/* The amount of a quantity in tier i that fills k blocks is start[i] + slope[i] × k where all rates are exact, else
   start[i] + round((slope[i] × k + offset[i]) ÷ divisor) × step. */
typedef struct fg_price_table {
  /* The table prices quantities of 0 … limit, and fg_price_compute the others; -1: the table prices none. */
  int64_t limit;
  int scale;          ///< decimals of the amounts: they count 10^-scale currency units
  bool follows_units; ///< the units charged must also pick the tier, unless the table `adds_up`
  int64_t block;
  uint32_t tier_count;
  int64_t from[FG_TABLE_TIERS_MAX]; ///< first block of each tier
  int64_t start[FG_TABLE_TIERS_MAX];
  int64_t slope[FG_TABLE_TIERS_MAX];
  int64_t offset[FG_TABLE_TIERS_MAX];
  int64_t divisor; ///< between 1 and 2^61
  int64_t step;
  int64_t addend; ///< is added before the division, so that it rounds as the book does
  bool ties_to_even;
  bool adds_up; ///< the last units of a quantity cost what all of it does, less what those before cost
} fg_price_table;

/* The least number of decimals, at least `minor_digits`, in which every amount of a schedule can be told exactly. */
int fg_schedule_scale(const fg_schedule *schedule, fg_rounding rounding, int minor_digits);

/* Makes the table of a schedule. Of `input` everything but the quantities is used; `scale` is at least what
   fg_schedule_scale answers. */
void fg_price_table_make(const fg_schedule *schedule, const fg_price_input *input, int scale, fg_price_table *table);

/* Prices `count` quantities. `tier_units` picks their tiers: it is `units` itself, or a column of quantities of which
   they are the last. False if a quantity is beyond the table, or the table cannot tell what it costs; the amounts are
   then undefined. */
bool fg_price_table_apply(const fg_price_table *table, const int64_t *units, const int64_t *tier_units, size_t count,
                          int64_t *amounts);

/* The amount of the last `units` of a quantity that picks the tier; false where it is beyond the table, or the table
   cannot tell what they cost. */
bool fg_price_table_last(const fg_price_table *table, int64_t units, int64_t tier_units, int64_t *amount);

/* The amount of a quantity of 0 … limit, inlined for tables that need no division. */
static inline int64_t fg_price_table_at(const fg_price_table *table, int64_t units) {
  uint32_t row = 0;
  int64_t amount = 0;
  if (FG_UNLIKELY(table->block != 1 || table->divisor != 1)) {
    (void)fg_price_table_last(table, units, units, &amount);
    return amount;
  }
  for (uint32_t i = 1; i < table->tier_count; i++) {
    row += units >= table->from[i];
  }
  return table->start[row] + table->slope[row] * units;
}

#endif
