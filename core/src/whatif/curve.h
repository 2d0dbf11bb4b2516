/* Cost over quantity: what a way to pay costs, and between which quantities the cost is a straight line. */
#ifndef FG_CURVE_H
#define FG_CURVE_H

#include "../../include/faregate_whatif.h"
#include "../book/book.h"
#include "../base/status.h"
#include "../base/watch.h"

/* A way to pay, with the offers that it names. */
typedef struct fg_curve {
  const fg_book *book;
  const fg_product *product;   ///< NULL: the curve is of an event, and the sum of its products' curves
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
  int64_t hours;         ///< hours of the month
  fg_amount factor;      ///< factor of the unit price; 0: none
  const fg_event *event; ///< of which the curve, or that of one of its products, is; NULL: of none
  /* Of a product of an event: how many units of one event other products count at the same counter, in all and before
     it. */
  int64_t others, others_before;
  struct fg_curve *parts; ///< of an event: the curves of its products, in its order
  fg_watch watch;         ///< asks whether the work goes on; the watched functions take the curve without const
} fg_curve;

static inline bool fg_curve_is_of_event(const fg_curve *curve) { return curve->product == NULL; }

/* Makes a curve. It must be released, also after a failure. */
fg_status fg_curve_of(const fg_way *way, fg_curve *curve, fg_error *error);
void fg_curve_release(fg_curve *curve);
/* Makes a curve, and finds the last quantity to tell: `most` or, if that is -1, as far as is worth seeing. FG_NOT_SOLD,
   FG_INVALID, FG_STOPPED. It must be released, also after a failure. */
fg_status fg_curve_up_to(const fg_way *way, int64_t most, fg_curve *curve, int64_t *end, fg_error *error);

/* Also tells that the work was ended by the caller. */
fg_status fg_curve_refuse(const fg_curve *curve, fg_error *error, fg_status status);

fg_status fg_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost);

/* Whether a quantity is sold; it is not if a null price would be charged for it. */
bool fg_curve_is_sold(const fg_curve *curve, int64_t quantity);

/* The last quantity of the piece that contains `quantity`. Either all or none of a piece is sold. */
int64_t fg_curve_piece_end(const fg_curve *curve, int64_t quantity);

/* The last quantity, in the piece, up to which the cost never falls, or of an event never rises. */
int64_t fg_curve_slope_end(const fg_curve *curve, int64_t quantity);

/* How many pieces, slopes or lines are told at most. */
enum { FG_CURVE_PIECES_MAX = 1000000 };

/* The last quantity to tell: `most` or, if that is -1, one by which every tier with a price has begun. Watched. */
fg_status fg_curve_last(fg_curve *curve, int64_t most, int64_t *last);

/* The last quantity up to which the cost is a straight line. */
int64_t fg_curve_line_end(const fg_curve *curve, int64_t quantity);

/* Whether an amount is rounded, by the book or a schedule. */
bool fg_curve_is_rounded(const fg_curve *curve);

/* The same of a product alone. */
fg_status fg_product_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost);
int64_t fg_product_curve_piece_end(const fg_curve *curve, int64_t quantity);
int64_t fg_product_curve_line_end(const fg_curve *curve, int64_t quantity);
/* The last quantity of which the schedule charges at most `units`; and with how many units the last tier begins. */
int64_t fg_product_curve_quantity(const fg_curve *curve, int64_t units);
int64_t fg_product_curve_last_tier(const fg_curve *curve);

/* The same of an event alone, whose last tier begins with so many of it. */
fg_status fg_event_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost);
int64_t fg_event_curve_piece_end(const fg_curve *curve, int64_t quantity);
int64_t fg_event_curve_slope_end(const fg_curve *curve, int64_t quantity);
int64_t fg_event_curve_line_end(const fg_curve *curve, int64_t quantity);
int64_t fg_event_curve_last_tier(const fg_curve *curve);

/* Counts for each product of an event what others count at its counter. */
void fg_event_curve_count_others(fg_curve *curve);

#endif
