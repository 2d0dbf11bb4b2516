/* A line of usage while it is added up, one period of tiers after another: the cells of each period in parts, a part at
   the price of a tier (R11 to R13). */
#ifndef FG_LINE_PERIOD_H
#define FG_LINE_PERIOD_H

#include "periods.h"

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
  bool has_last;        ///< `last` is a part that is not added yet, because the rest of a begun block goes to it
  fg_invoice_part last; ///< the latest of the period
  const fg_schedule *last_schedule;
} fg_line_sum;

/* Whether the usage of a bucket is of the line. */
bool fg_line_has(const fg_line_sum *sum, const fg_bucket *bucket);

/* Adds up the buckets of one period of tiers, of which some are billed. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_add_period(fg_line_sum *sum, uint32_t first, uint32_t end);

#endif
