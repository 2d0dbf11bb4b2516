/* A line of usage while it is added up, one tier period after another. The cells of a period make parts, each of units
   at the price of one tier (R11 to R13). */
#ifndef FG_LINE_PERIOD_H
#define FG_LINE_PERIOD_H

#include "periods.h"

/* A part of a line, and the schedule that prices it. */
typedef struct fg_priced_part {
  fg_invoice_part part;
  const fg_schedule *schedule;
  uint32_t place; ///< place in `into`->parts, once the part is added
} fg_priced_part;

/* A line while it is added up. A bucket of its tier periods that is used later than what is billed has no part in
   it. */
typedef struct fg_line_sum {
  const fg_account *account;
  const fg_state *state;
  const fg_service *service;
  const fg_billed *billed;
  fg_account *into; ///< where lines and parts go; NULL: the caller needs the amount alone
  fg_invoice_line line;
  fg_exact amount, of_period;
  bool has_last;       ///< `last` is set, and not added to the line yet, because more units may belong to it
  fg_priced_part last; ///< the latest part of the period
  uint64_t tiers_held; ///< a bit for each tier in which units of the period are charged
  bool has_count;      ///< one of the parts added in the period is where the count stands; `count_in` is that part
  fg_priced_part count_in;
} fg_line_sum;

/* Adds up the buckets [`first`, `end`) of one tier period, of which some are billed. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_line_add_period(fg_line_sum *sum, uint32_t first, uint32_t end);

#endif
