/* A bill of totals: the rows of accounts one after another, each of which is a period of the product's tiers. */
#ifndef FG_BILL_WALK_H
#define FG_BILL_WALK_H

#include "../book/quote.h"
#include "../state/state.h"
#include "pricer.h"

/* A period that each account has a row of. */
typedef struct fg_bill_period {
  const fg_book *list; ///< the edition in force
  int64_t hours;       ///< of the month that it begins in
  int64_t free;        ///< units that the book issues for it
  fg_rating rating;    ///< of a unit
} fg_bill_period;

/* A bill query that was read, and where the walk over its rows stands. */
typedef struct fg_bill_walk {
  const fg_book *book;
  const fg_bill_query *query;
  const fg_bill_columns *bills;
  uint32_t product;
  fg_policy policy;
  fg_bill_period *periods; ///< as many as the query has
  bool by_table;           ///< all rows have one schedule, and nothing is added to what it prices
  int64_t packs_left;      ///< of the current account
  size_t *bad_row;
  fg_error *error;
} fg_bill_walk;

static inline const fg_product *fg_bill_product(const fg_bill_walk *walk, const fg_bill_period *period) {
  return &period->list->products[walk->product];
}

/* Reads the query and the periods of its rows, which are the walk's to release. FG_UNSUPPORTED of a product whose
   totals do not say what it costs; FG_INVALID. */
fg_status fg_bill_read(fg_bill_walk *walk);

#endif
