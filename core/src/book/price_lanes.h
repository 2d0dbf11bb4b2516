/* A price table applied to several quantities at a time, where the processor can. */
#ifndef FG_PRICE_LANES_H
#define FG_PRICE_LANES_H

#include "price_table.h"

/* Prices as many of the first quantities as fill whole vectors and answers how many these are: 0 if the table divides
   or the processor has no vectors for it. *within becomes false if one of them is beyond the table; their amounts are
   then undefined. */
size_t fg_price_lanes_apply(const fg_price_table *table, const int64_t *units, size_t count, int64_t *amounts,
                            bool *within);

#endif
