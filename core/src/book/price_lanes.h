/* Applies a price table to several quantities at a time, if the processor can. */
#ifndef FG_PRICE_LANES_H
#define FG_PRICE_LANES_H

#include "price_table.h"

/* Prices the first quantities of a column, as many as fill whole vectors, and answers how many these are: 0 if the
   table divides, or the processor lacks the vectors. `*within` becomes false if one of these quantities is beyond the
   table; their amounts are then undefined. */
size_t fg_price_lanes_apply(const fg_price_table *table, const int64_t *units, size_t count, int64_t *amounts,
                            bool *within);

#endif
