/* The limits of a book and the capacities that raise them: how many windows an account counts them in, and which
   windows a call asks. */
#ifndef FG_LIMITS_H
#define FG_LIMITS_H

#include "book.h"

/* The place of a limit in a product's list, FG_NONE if it has none of that id; and whether a limit of the book holds
   for a product. */
int fg_product_limit(const fg_product *product, fg_string id);
bool fg_book_limit_is_of(const fg_limit *limit, const fg_product *product);

/* The place of a limit of that id among those that a product's calls ask: first the book's limits, then the product's
   own. FG_NONE if neither has it. */
int fg_product_window(const fg_book *book, const fg_product *product, fg_string id);

/* Whether a limit is none that a book states, but only stands for the window that counts what a bought rate covers. */
static inline bool fg_limit_is_of_cover(const fg_limit *limit) { return limit->id.length == 0; }

/* How many windows a limit has: one, or one for each value of its attribute and one for calls without a value. */
uint32_t fg_limit_windows(const fg_book *book, const fg_limit *limit);

/* R22: when units let through at `admitted` leave a window of the clock. Windows that divide a day begin at its 00:00;
   those of several days begin on days since 1970-01-01 that are divisible by their length. Windows of up to an hour are
   cut where clocks change, as hours are. Longer ones begin at civil times, so they are longer or shorter there. */
fg_time fg_clock_window_end(fg_time length, const fg_zone *zone, fg_time admitted);

/* Numbers the windows and capacities of a book, so that all editions have the same: fills in its `windows` and
   `capacities`, and what its products say of both. FG_NO_MEMORY. */
fg_status fg_book_lay_out_limits(fg_book *book, const fg_book *editions, uint32_t count);

#endif
