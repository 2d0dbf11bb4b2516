/* Counters: tiers of schedules that name one are found by one count of a period. */
#ifndef FG_COUNTERS_H
#define FG_COUNTERS_H

#include "book.h"

bool fg_products_share_counter(const fg_product *a, const fg_product *b);

/* Whether the tiers of a graduated price are filled by units that are not charged as well, so that it matters in which
   order units come. In format 1 it does not: the units charged are the last of all that pick the tier. */
bool fg_product_fills_tiers(const fg_book *book, const fg_product *product);

struct fg_book_reader;

/* What the products of a price list must be together by their counters. */
fg_status fg_check_counters(const struct fg_book_reader *reader, const fg_product *products, uint32_t count);

/* Whether a price of a product names a counter. */
bool fg_product_names_counter(const fg_product *product);

#endif
