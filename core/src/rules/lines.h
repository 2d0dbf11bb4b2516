/* The lines of a bill in books from format 2 on. A line is all usage of a product at one of its prices in a settlement
   period, over all editions, factors and tier periods, rounded once (docs/decisions/0022-rating-any-tariff.md). */
#ifndef FG_LINES_H
#define FG_LINES_H

#include "periods.h"

/* Prices the usage of a product that is to be billed and adds it to `*total`. Lines and their parts are appended to
   those of `into`, if that is not NULL. No unit is refused for a null price, because all have happened. FG_OVERFLOW,
   FG_NO_MEMORY. */
fg_status fg_lines_add(const fg_account *account, const fg_state *state, uint32_t product, const fg_billed *billed,
                       fg_account *into, fg_amount *total);

/* One of the tier periods that are billed. */
typedef struct fg_line_period {
  uint32_t first, end; ///< places of its buckets; equal: there is no further period
  uint16_t edition;    ///< the latest edition of what is billed
  bool is_open;        ///< the product was open in the period, or was used
  fg_exact cost;       ///< cost of the usage over all lines, before the rounding of the book
} fg_line_period;

/* The tier period after a given one; the first, if all members of that are 0. FG_OVERFLOW. */
fg_status fg_lines_next_period(const fg_account *account, const fg_state *state, uint32_t product,
                               const fg_billed *billed, fg_line_period *period);

#endif
