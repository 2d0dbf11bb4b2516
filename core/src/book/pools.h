/* Pools: lots that several products draw on, each unit a whole number of parts. */
#ifndef FG_POOLS_H
#define FG_POOLS_H

#include "book.h"

/* Finds the products of the covers, and the parts of lots and weights, which all editions of a book have in common.
   FG_OVERFLOW: a lot would be more than 2^63 - 1 of them; FG_NO_MEMORY. */
fg_status fg_pools_compile(fg_book *const *editions, uint32_t count);

#endif
