/* Cost over quantity: what a way to pay comes to, and between which quantities it does so along a straight line. */
#ifndef FG_CURVE_H
#define FG_CURVE_H

#include "../../include/faregate_whatif.h"
#include "../book/book.h"
#include "../base/status.h"

/* A way to pay, its names found in the book. */
typedef struct fg_curve {
  const fg_book *book;
  const fg_product *product;
  const fg_schedule *schedule; ///< NULL: a fixed price, or packs alone
  fg_string meter;
  bool of_capacity; ///< the schedule is, or was before it became a fixed price
  bool of_events;   ///< each of which is priced by itself
  int64_t each;     ///< units of one of the quantity, 1 …
  uint16_t price;   ///< of the product's prices, and its factor: where it is of events
  uint16_t factor_place;
  int64_t free;       ///< units of the quantity that cost nothing, the first ones
  int64_t pack_units; ///< 0: no packs
  fg_amount pack_price;
  int64_t packs;   ///< bought, the rest by the schedule; 0: as many as it takes
  fg_amount fixed; ///< whatever the quantity
  int64_t periods;
  int64_t hours;    ///< of the month
  fg_amount factor; ///< of the unit price; 0: none
} fg_curve;

fg_status fg_curve_of(const fg_way *way, fg_curve *curve, fg_error *error);
/* The same, and the last quantity to tell of: at most `most`, or where that is -1 as far as it is worth seeing.
   FG_NOT_SOLD, FG_INVALID. */
fg_status fg_curve_up_to(const fg_way *way, int64_t most, fg_curve *curve, int64_t *end, fg_error *error);

fg_status fg_curve_refuse(const fg_curve *curve, fg_error *error, fg_status status);

/* What a quantity costs. FG_NOT_SOLD, FG_OVERFLOW. */
fg_status fg_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost);

/* False where the quantity would be charged at a null price. */
bool fg_curve_is_sold(const fg_curve *curve, int64_t quantity);

/* The last quantity of the piece that `quantity` is in: along a piece the cost never falls, and all of it is sold or
   nothing. */
int64_t fg_curve_piece_end(const fg_curve *curve, int64_t quantity);

/* `most`, or for -1 a quantity up to which every tier that has a price is seen, and some of a price by itself. */
int64_t fg_curve_last(const fg_curve *curve, int64_t most);

/* The last quantity up to which the cost goes along a straight line. */
int64_t fg_curve_line_end(const fg_curve *curve, int64_t quantity);

#endif
