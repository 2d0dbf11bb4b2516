/* A line of usage while it is added up, one period of tiers after another: the cells of each period in parts, a part at
   the price of a tier (R11 to R13). */
#ifndef FG_LINE_PERIOD_H
#define FG_LINE_PERIOD_H

#include "periods.h"

/* A part of a line, and the schedule that it is priced by. */
typedef struct fg_priced_part {
  fg_invoice_part part;
  const fg_schedule *schedule;
  uint32_t place; ///< once it is added, in `into`->parts
} fg_priced_part;

/* A line while it is added up, one tier period after another. Of its period of tiers a bucket that is used later than
   what is billed has no part in it. */
typedef struct fg_line_sum {
  const fg_account *account;
  const fg_state *state;
  const fg_service *service;
  const fg_billed *billed;
  fg_account *into; ///< NULL: its amount alone is asked
  fg_invoice_line line;
  fg_exact amount, of_period;
  bool has_last;       ///< `last` is a part that is not added yet, because more units may be of it
  fg_priced_part last; ///< the latest of the period
  bool has_count;      ///< of the parts of the period that were added, the count stands in `count_in`
  fg_priced_part count_in;
} fg_line_sum;

/* Whether the usage of a bucket is of the line. */
bool fg_line_has(const fg_line_sum *sum, const fg_bucket *bucket);

/* Adds up the buckets of one period of tiers, of which some are billed. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_add_period(fg_line_sum *sum, uint32_t first, uint32_t end);

#endif
