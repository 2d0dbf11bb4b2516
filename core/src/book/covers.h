/* Which covers of pools hold for a usage, where that depends on its attributes: in each pool the first cover of the
   product that fits. One number stands for all these choices, with a digit for each pool. */
#ifndef FG_COVERS_H
#define FG_COVERS_H

#include "rating.h"

/* Finds, for each product of an edition, the pools whose covers depend on attributes; false where memory is short. */
bool fg_covers_compile(fg_book *edition);

/* How many different numbers usage of a product can have, at least 1; INT64_MAX where they cannot be counted. */
int64_t fg_covers_count(const fg_book *book, uint32_t product);
enum { FG_COVERS_MAX = 1 << 16 };

/* The number that stands for the covers of a usage at an instant. An attribute that the usage lacks fits no cover. */
uint16_t fg_covers_fitting(const fg_book *book, uint32_t product, fg_attributes usage, const fg_attributes *account,
                           fg_time at);
/* The parts that one unit of usage with such a rating draws from a lot of an owner; 0: it draws on none of this
   owner's. Usage at a price of 0 draws on no pool of money. */
int64_t fg_covers_weight(const fg_book *book, uint32_t owner, uint32_t product, const fg_rating *rating);

#endif
