/* Which covers of pools are for a usage: of each pool whose covers of its product ask what a usage is, the first that
   fits. A number tells all of them, a digit for each such pool. */
#ifndef FG_COVERS_H
#define FG_COVERS_H

#include "book.h"

/* Finds these pools of each product of an edition; false where memory is short. */
bool fg_covers_compile(fg_book *edition);

/* How many such numbers a product has, at least 1; INT64_MAX where there are more. */
int64_t fg_covers_count(const fg_book *book, uint32_t product);
enum { FG_COVERS_MAX = 1 << 16 };

/* The number of a usage at an instant; what it does not have fits nothing. */
uint16_t fg_covers_fitting(const fg_book *book, uint32_t product, fg_attributes usage, const fg_attributes *account,
                           fg_time at);
/* The parts that one unit of such a usage draws from a lot of an owner; 0: it draws on none. */
int64_t fg_covers_weight(const fg_book *book, uint32_t owner, uint32_t product, uint16_t covers);

#endif
