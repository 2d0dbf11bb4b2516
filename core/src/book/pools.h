/* Pools: lots that several products draw on. A unit of each product is a whole number of the parts in which the lots
   are counted. */
#ifndef FG_POOLS_H
#define FG_POOLS_H

#include "book.h"

/* Finds the products that pools cover, and how many parts a unit of each pool and product is, which all editions of a
   book have in common. FG_OVERFLOW where a lot would be more than 2^63 - 1 parts; FG_NO_MEMORY. */
fg_status fg_pools_compile(fg_book *const *editions, uint32_t count);

#endif
