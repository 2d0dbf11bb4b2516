/* Cost over quantity: what a way to pay costs, and between which quantities the cost is a straight line. */
#ifndef FG_CURVE_H
#define FG_CURVE_H

#include "../../include/faregate_whatif.h"
#include "../book/book.h"
#include "../base/status.h"

/* A way to pay, with the offers that it names. */
typedef struct fg_curve {
  const fg_book *book;
  const fg_product *product;
  const fg_schedule *schedule; ///< NULL: a fixed price, or packs alone
  fg_string meter;
  bool of_capacity; ///< the price is one of capacity
  bool of_events;   ///< each event is priced by itself
  int64_t each;     ///< how many units one of the quantity counts as, at least 1
  uint16_t price;   ///< for events: the index of the product's price, and in `factor_place` that of its factor
  uint16_t factor_place;
  int64_t free;       ///< how many units cost nothing; they come first
  int64_t pack_units; ///< units in a pack; 0: no packs
  fg_amount pack_price;
  int64_t packs;   ///< how many packs are bought, the rest is charged by the schedule; 0: as many as are needed
  fg_amount fixed; ///< the cost that does not depend on the quantity
  int64_t periods;
  int64_t hours;    ///< hours of the month
  fg_amount factor; ///< factor of the unit price; 0: none
} fg_curve;

fg_status fg_curve_of(const fg_way *way, fg_curve *curve, fg_error *error);
/* Makes a curve, and finds the last quantity to tell: `most` or, if that is -1, as far as is worth seeing. FG_NOT_SOLD,
   FG_INVALID. */
fg_status fg_curve_up_to(const fg_way *way, int64_t most, fg_curve *curve, int64_t *end, fg_error *error);

fg_status fg_curve_refuse(const fg_curve *curve, fg_error *error, fg_status status);

fg_status fg_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost);

/* Whether a quantity is sold; it is not if a null price would be charged for it. */
bool fg_curve_is_sold(const fg_curve *curve, int64_t quantity);

/* The last quantity of the piece that contains `quantity`. Within a piece the cost never falls, and either all or none
   of it is sold. */
int64_t fg_curve_piece_end(const fg_curve *curve, int64_t quantity);

/* The last quantity to tell: `most` or, if that is -1, one by which every tier with a price has begun. */
int64_t fg_curve_last(const fg_curve *curve, int64_t most);

/* The last quantity up to which the cost is a straight line. */
int64_t fg_curve_line_end(const fg_curve *curve, int64_t quantity);

#endif
