/* Counters: schedules that name the same counter find their tiers by one count of units in a period. */
#ifndef FG_COUNTERS_H
#define FG_COUNTERS_H

#include "book.h"

bool fg_products_share_counter(const fg_product *a, const fg_product *b);

/* A counter that a price of a product names. */
typedef struct fg_counter_use {
  fg_string counter;
  uint32_t product;
} fg_counter_use;

/* All counters that products name, those of one name together, in the order of the products. */
typedef struct fg_counter_uses {
  fg_counter_use *items;
  uint32_t count;
  size_t room;
} fg_counter_uses;
fg_status fg_counter_uses_find(const fg_product *products, uint32_t count, const fg_allocator *allocator,
                               fg_counter_uses *uses);
void fg_counter_uses_release(fg_counter_uses *uses, const fg_allocator *allocator);

/* Whether the order in which units come decides what they cost: the price is graduated, and units that are not charged
   fill its tiers as well. In format 1 order never matters, because the units charged are the last of those that pick
   the tier. */
bool fg_product_fills_tiers(const fg_book *book, const fg_product *product);

struct fg_book_reader;

/* Checks that the products of a price list agree in what their counters need. */
fg_status fg_check_counters(const struct fg_book_reader *reader, const fg_product *products, uint32_t count);

/* Whether any price of a product names a counter. */
bool fg_product_names_counter(const fg_product *product);

#endif
