/* A price table applied to several quantities at a time, where the processor can. */
#ifndef FG_PRICE_LANES_H
#define FG_PRICE_LANES_H

#include "price_table.h"

/* How many quantities this processor can price at a time: 8, 4, or 0 if it has no vectors for it. */
size_t fg_price_lanes_width(void);

/* Prices as many of the first quantities as fill whole vectors of `width`, which the processor has, and answers how many
   these are: 0 if the table divides. *within becomes false if one of them is beyond the table; their amounts are then
   undefined. */
size_t fg_price_lanes_apply(const fg_price_table *table, size_t width, const int64_t *units, size_t count,
                            int64_t *amounts, bool *within);

#endif
