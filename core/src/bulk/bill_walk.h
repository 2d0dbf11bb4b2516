/* Bills of totals. The rows of an account stand together, each for one period of the product's tiers, and the accounts
   follow each other. */
#ifndef FG_BILL_WALK_H
#define FG_BILL_WALK_H

#include "../book/quote.h"
#include "../state/state.h"
#include "pricer.h"

/* A period for which each account has a row. */
typedef struct fg_bill_period {
  const fg_book *list; ///< the edition in force
  int64_t hours;       ///< the hours of the month in which the period begins
  int64_t free;        ///< units that the book issues for the period
  fg_rating rating;    ///< what the rules say of each unit's price
} fg_bill_period;

/* A query for a bill, and the state of the walk over its rows. */
typedef struct fg_bill_walk {
  const fg_book *book;
  const fg_bill_query *query;
  const fg_bill_columns *bills;
  uint32_t product;
  fg_policy policy;
  fg_bill_period *periods; ///< as many as the query has periods
  bool by_table;           ///< all rows have one price, and nothing but usage costs
  int64_t packs_left;      ///< units of packs that the current account has left
  size_t *bad_row;
  fg_error *error;
} fg_bill_walk;

static inline const fg_product *fg_bill_product(const fg_bill_walk *walk, const fg_bill_period *period) {
  return &period->list->products[walk->product];
}

/* Reads the query and the periods of its rows; the walk releases these. FG_UNSUPPORTED for a product whose cost depends
   on more than its totals; FG_INVALID. */
fg_status fg_bill_read(fg_bill_walk *walk);

#endif
