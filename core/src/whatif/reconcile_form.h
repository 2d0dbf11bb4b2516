/* How a vendor's invoice is read: the form, and what is known of the row that is being read. */
#ifndef FG_RECONCILE_FORM_H
#define FG_RECONCILE_FORM_H

#include "reconcile.h"

/* What a column is of. */
typedef enum fg_form_column {
  FG_COLUMN_MONTH,
  FG_COLUMN_PRODUCT,
  FG_COLUMN_KIND,
  FG_COLUMN_CURRENCY,
  FG_COLUMN_MEASURES, ///< the first of them
  FG_COLUMN_FUNDS = FG_COLUMN_MEASURES + FG_MEASURE_COUNT,
  FG_COLUMN_COUNT = FG_COLUMN_FUNDS + FG_FUND_COUNT
} fg_form_column;

extern const char *const fg_form_columns[FG_COLUMN_COUNT + 1]; ///< their names in a form, with a NULL behind

/* What rows come to, as a total below them says it. */
typedef struct fg_row_sums {
  int64_t rows;
  fg_measured sum;
  int64_t lacks[FG_MEASURE_COUNT]; ///< rows that do not say it
} fg_row_sums;

typedef struct fg_form_reader {
  fg_reconciliation *run;
  const char *names[FG_COLUMN_COUNT]; ///< of the vendor's columns; NULL: there is none
  bool is_named[FG_COLUMN_COUNT];     ///< the form says so, and not the default
  int64_t found[FG_COLUMN_COUNT];     ///< rows that have it
  const fg_json *path, *products, *kinds, *only, *constants;
  fg_number_form numbers;
  int64_t usage_later;                      ///< months after the usage that it is billed
  const fg_json *levels[FG_FORM_DEPTH_MAX]; ///< objects around the row, the innermost last
  size_t depth;
  int64_t row;
  fg_row_sums all, since; ///< of the rows that are compared: all of them, and those since the last total
  bool is_short;          ///< of memory
} fg_form_reader;

/* Reads the form, NULL for none. FG_INVALID, FG_UNKNOWN_PRODUCT with the path. */
fg_status fg_invoice_form_read(fg_form_reader *reader, const fg_json *form);

/* Reads one row into what is compared, or sets it apart, or leaves it out. */
fg_status fg_invoice_row_read(fg_form_reader *reader);

#endif
