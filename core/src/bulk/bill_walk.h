/* Bills totals: walks over rows, each of which is one period of the product's tiers. The rows of an account stand
   together, in the order of time. A bill of an event is a walk for each of its products. */
#ifndef FG_BILL_WALK_H
#define FG_BILL_WALK_H

#include "../book/quote.h"
#include "../state/state.h"
#include "pricer.h"

/* A part of a period in which one edition is in force. */
typedef struct fg_bill_stretch {
  fg_time begin;
  fg_rating rating;          ///< how the rules price each unit
  int64_t each;              ///< units of one of the total: 1; in a bill of events, those of one event
  const fg_integers *before; ///< units of each row used before the stretch; NULL: it begins the period
} fg_bill_stretch;

/* A period for which each account has a row. */
typedef struct fg_bill_period {
  fg_span span;
  const fg_book *list;   ///< the edition in force at the beginning of the period
  uint32_t first, count; ///< the period's stretches, by index in the walk's list
  int64_t hours;         ///< the hours of the month in which the period begins
  int64_t free;          ///< units that the book issues for the period; 0 if the query has a column of them
  fg_amount fees;        ///< what is due at its end
} fg_bill_period;

/* The row that an account lives at the moment. */
typedef struct fg_bill_row {
  size_t row;
  int64_t total;
  int64_t of_each; ///< if each event is priced by itself: the units of one event
  int64_t counted; ///< units that other usage has had of a shared counter; 0 once they are counted
  fg_usage usage;
} fg_bill_row;

/* What a piece of the rows needs room for. */
typedef struct fg_bill_room {
  int64_t totals[FG_PIECE];
  int64_t tiers[FG_PIECE];
} fg_bill_room;

/* A query for a bill, and the state of the walk over its rows. */
typedef struct fg_bill_walk {
  const fg_book *book;
  const fg_bill_query *query;
  const fg_bill_columns *bills;
  fg_amount_rows amounts;
  uint32_t product;
  fg_string event;              ///< of which the rows are; empty: they are of the product
  struct fg_bill_walk *counter; ///< whose `counted` is that of the walk's counter: itself, or one before it
  fg_policy policy;
  fg_bill_period *periods; ///< as many as the query has periods
  FG_ARRAY(fg_bill_stretch) stretches;
  bool by_table;                       ///< whether a table prices all rows, so that no account has to live them
  fg_attributes of_account;            ///< the attributes of the query that are of accounts
  fg_attribute own[FG_ATTRIBUTES_MAX]; ///< room for `of_account`
  fg_account *account;                 ///< lives the rows; NULL if all rows are priced by table
  fg_bill_row living;                  ///< the row that it lives
  int64_t free_left;                   ///< free units that the current row has left
  int64_t packs_left;                  ///< units of packs that the current account has left
  size_t *bad_row;
  fg_error *error;
} fg_bill_walk;

static inline const fg_product *fg_bill_product(const fg_bill_walk *walk, const fg_bill_period *period) {
  return &period->list->products[walk->product];
}

/* Reads the query and the periods of its rows; the walk releases these. An account that another walk of the event has
   made is used. FG_UNSUPPORTED for a product whose cost depends on more than its totals; FG_INVALID. */
fg_status fg_bill_read(fg_bill_walk *walk);
void fg_bill_release(fg_bill_walk *walk); ///< does not free the account

static inline bool fg_bill_is_of_event(const fg_bill_walk *walk) { return walk->event.length > 0; }

/* The counter of usage in a stretch, which others may share; empty: it has none. */
fg_string fg_bill_counter(const fg_bill_walk *walk, const fg_bill_stretch *stretch);
/* The period of a row. A product that prices each event by itself has no period of tiers, so its settlement counts. */
fg_period fg_bill_period_of_rows(const fg_product *product);

/* Puts the edition that is in force at an instant into the account that lives the rows. */
static inline void fg_bill_put_in_force(fg_account *account, fg_time at) {
  account->book = fg_book_edition(account->whole, fg_account_edition_at(account, at));
  account->state.now = at;
}

/* Computes the fees of the product that are due in each period. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_bill_read_fees(fg_bill_walk *walk);

/* Tells the caller whenever so many rows more are done; `done` counts all. FG_STOPPED. */
enum { FG_BILL_STEP = 1 << 16 };
static inline fg_status fg_bill_go_on(const fg_bill_walk *walk, size_t done) {
  const fg_bill_query *query = walk->query;
  bool is_told = query->go_on != NULL && done > 0 && done % FG_BILL_STEP == 0;
  return !is_told || query->go_on(query->context, FG_BILL_STEP) ? FG_OK : fg_refuse(walk->error, FG_STOPPED);
}

/* Reads a column that has a value for each row, or one value for all. */
static inline int64_t fg_bill_value(const fg_integers *column, size_t row) {
  return fg_integers_at(column, column->count == 1 ? 0 : row);
}

/* Sets the free units and packs that a row, the `number`th of its account, may draw on. False if a value is below 0
   or beyond 2^63-1. */
static inline bool fg_bill_cover_begin(fg_bill_walk *walk, size_t row, size_t number) {
  const fg_bill_query *query = walk->query;
  walk->free_left = query->free == NULL ? walk->periods[number].free : fg_bill_value(query->free, row);
  if (query->packs != NULL && number == 0) {
    walk->packs_left = fg_bill_value(query->packs, row / query->periods);
  }
  return walk->free_left >= 0 && walk->packs_left >= 0;
}

/* Covers units of the current row: by free units, then by packs, and the rest is postpaid (R7). */
static inline fg_usage fg_bill_cover(fg_bill_walk *walk, int64_t units) {
  fg_usage usage = {.free = fg_min_i64(units, walk->free_left)};
  usage.packs = fg_min_i64(units - usage.free, walk->packs_left);
  usage.postpaid = units - usage.free - usage.packs;
  walk->free_left -= usage.free;
  walk->packs_left -= usage.packs;
  return usage;
}

static inline void fg_bill_note(const fg_bill_walk *walk, size_t row, const fg_usage *usage) {
  walk->bills->free[row] = usage->free;
  walk->bills->packs[row] = usage->packs;
  walk->bills->postpaid[row] = usage->postpaid;
}

enum { FG_BILL_PATH_MAX = 256 };

/* The path of a column that a bill of an event has for each product. */
const char *fg_bill_path(const fg_bill_walk *walk, const char *column, char path[FG_BILL_PATH_MAX]);
/* Refuses a value of a column, with a message and the path of the row. */
FG_COLD fg_status fg_bill_blame(fg_bill_walk *walk, const char *column, size_t row, const char *message);
/* Refuses a row of which the total, or what it may draw on, is below 0 or no number. */
FG_COLD fg_status fg_bill_blame_cover(fg_bill_walk *walk, size_t row, int64_t total);

/* Begins a walk of which all rows are priced by a table, and covers and prices a piece of them. */
fg_status fg_bill_table_begin(fg_bill_walk *walk, fg_pricer *by);
fg_status fg_bill_table_piece(fg_bill_walk *walk, fg_pricer *by, fg_bill_room *room, size_t first, size_t count);

/* Covers and prices a row of all those walks that share an account, which lives it. */
fg_status fg_bill_live_row(fg_bill_walk *const *walks, uint32_t count, size_t row);

/* Bills an event, as fg_bill_periods does. */
fg_status fg_bill_event(const fg_book *book, const fg_bill_query *query, const fg_bill_columns *bills, size_t *bad_row,
                        fg_error *error);

#endif
