/* The limits of a book and what raises them: which windows an account has, and which of them a call is asked by. */
#ifndef FG_LIMITS_H
#define FG_LIMITS_H

#include "book.h"

/* The place of a limit among those that a product lists; FG_NONE. Whether one of the book is of a product. */
int fg_product_limit(const fg_product *product, fg_string id);
bool fg_book_limit_is_of(const fg_limit *limit, const fg_product *product);

/* Whether a limit of that id is asked of a product: its own or one of the book. FG_NONE, or its place: those of the
   book stand first. */
int fg_product_window(const fg_book *book, const fg_product *product, fg_string id);

/* Whether it is no limit of the book, but stands for the window of what a bought rate covers. */
static inline bool fg_limit_is_of_cover(const fg_limit *limit) { return limit->id.length == 0; }

/* How many windows a limit has: one, or one for each value of an attribute and one for calls without. */
uint32_t fg_limit_windows(const fg_book *book, const fg_limit *limit);

/* Fills in fg_book.windows and capacities, and what a product has of them, so that all editions have the same.
   FG_NO_MEMORY. */
fg_status fg_book_lay_out_limits(fg_book *book, const fg_book *editions, uint32_t count);

#endif
