/* Prices the rows of a column at one schedule: by a table of 64-bit numbers as far as that is proven exact, else by the
   rule itself. */
#ifndef FG_PRICER_H
#define FG_PRICER_H

#include "../book/book.h"
#include "../book/price_table.h"
#include "integer_column.h"

enum { FG_PIECE = 1024 }; ///< rows at a time: a few of these columns fit in the first-level cache

/* What prices the rows of one column. */
typedef struct fg_pricer {
  const fg_book *book;
  const fg_schedule *schedule;
  fg_price_input input;
  fg_price_table table;
  int64_t excess; ///< units of the table's scale in one of the column's
  const fg_amounts *amounts;
  const char *name; ///< of the column that faults are named after
} fg_pricer;

fg_status fg_pricer_begin(fg_pricer *by, const fg_book *book, const fg_schedule *schedule, const fg_price_input *input,
                          const fg_amounts *amounts, fg_error *error);
/* Writes the amount of a row, in units of the table's scale. FG_INVALID: the column has not as many decimals. */
fg_status fg_pricer_store(const fg_pricer *by, size_t row, fg_amount amount);
/* Writes an amount that is not in units of the table's scale. FG_INVALID as fg_pricer_store. */
fg_status fg_pricer_store_amount(const fg_pricer *by, size_t row, fg_amount amount);
/* Prices any row, by the rule itself and not by the table. */
fg_status fg_pricer_row(fg_pricer *by, int64_t units, int64_t tier_units, size_t row, size_t *bad_row, fg_error *error);
/* Tells that a row cannot be priced; `unrounded`: its amount has too many decimals. */
FG_COLD fg_status fg_pricer_blame(const fg_pricer *by, fg_status status, size_t row, bool unrounded, size_t *bad_row,
                                  fg_error *error);

/* Prices `count` rows from `first` on; `nulls` is the column whose nulls are not priced. */
fg_status fg_pricer_piece(fg_pricer *by, const int64_t *units, const int64_t *tier_units, const fg_integers *nulls,
                          size_t first, size_t count, size_t *bad_row, fg_error *error);

#endif
