/* Prices the rows of a column at one schedule: by a table of 64-bit numbers as far as that is proven exact, else by the
   rule itself. */
#ifndef FG_PRICER_H
#define FG_PRICER_H

#include "../book/book.h"
#include "../book/price_table.h"
#include "integer_column.h"

/* Amounts of rows of a column that stand one after the other. */
typedef struct fg_amount_rows {
  fg_amounts of;
  size_t first; ///< the row that the first amount is of
} fg_amount_rows;

/* What the rows of one column are priced by. */
typedef struct fg_pricer {
  const fg_book *book;
  const fg_schedule *schedule;
  fg_price_input input;
  fg_price_table table;
  int64_t excess; ///< how many units of the table's scale make one unit of the column's
  const fg_amount_rows *amounts;
  const char *name; ///< the name of the column that faults are told of
} fg_pricer;

fg_status fg_pricer_begin(fg_pricer *by, const fg_book *book, const fg_schedule *schedule, const fg_price_input *input,
                          const fg_amount_rows *amounts, fg_error *error);
/* Writes the amount of a row, given as money. FG_INVALID if the column has too few decimals for it. */
fg_status fg_pricer_store_amount(const fg_pricer *by, size_t row, fg_amount amount);
/* Prices a row of which `tier_units`, of which its units are the last, pick the tier. */
fg_status fg_pricer_last(fg_pricer *by, int64_t units, int64_t tier_units, size_t row, size_t *bad_row,
                         fg_error *error);
/* Fills the error of a row that cannot be priced; `unrounded` says that its amount has too many decimals. */
FG_COLD fg_status fg_pricer_blame(const fg_pricer *by, fg_status status, size_t row, bool unrounded, size_t *bad_row,
                                  fg_error *error);

/* Prices `count` rows from `first` on. Rows that are null in the column `nulls` are not priced. */
fg_status fg_pricer_piece(fg_pricer *by, const int64_t *units, const int64_t *tier_units, const fg_integers *nulls,
                          size_t first, size_t count, size_t *bad_row, fg_error *error);

#endif
