/* The lines of a bill in books from format 2 on: all usage of a product at one of its prices in a period of settlement,
   over all editions, factors and tier periods, rounded once (docs/decisions/0022-rating-any-tariff.md). */
#ifndef FG_LINES_H
#define FG_LINES_H

#include "periods.h"

/* Prices what is to be billed of a product and adds what it comes to; the lines go to the end of `into`->lines and
   their parts to `into`->parts, if it is not NULL. All units have happened: none is refused for a null price.
   FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_lines_add(const fg_account *account, const fg_state *state, uint32_t product, const fg_billed *billed,
                       fg_account *into, fg_amount *total);

/* One of the periods of tiers that are billed. */
typedef struct fg_line_period {
  uint32_t first, end; ///< its buckets; none: there is no further period
  uint16_t edition;    ///< the latest of what is billed
  bool is_open;        ///< the product was open in it, or used
  fg_exact cost;       ///< of the usage, over all lines, not rounded by the book
} fg_line_period;

/* The period after another; after one that is all 0, the first. FG_OVERFLOW. */
fg_status fg_lines_next_period(const fg_account *account, const fg_state *state, uint32_t product,
                               const fg_billed *billed, fg_line_period *period);

#endif
