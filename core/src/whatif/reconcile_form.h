/* How a vendor's invoice is read: its form, and the state of the row that is being read. */
#ifndef FG_RECONCILE_FORM_H
#define FG_RECONCILE_FORM_H

#include "reconcile.h"

typedef enum fg_form_column {
  FG_COLUMN_MONTH,
  FG_COLUMN_PRODUCT,
  FG_COLUMN_KIND,
  FG_COLUMN_CURRENCY,
  FG_COLUMN_MEASURES, ///< the first of the measures, in the order of fg_measure
  FG_COLUMN_FUNDS = FG_COLUMN_MEASURES + FG_MEASURE_COUNT,
  FG_COLUMN_COUNT = FG_COLUMN_FUNDS + FG_FUND_COUNT
} fg_form_column;

extern const char *const fg_form_columns[FG_COLUMN_COUNT + 1]; ///< the columns' names in a form, with NULL at the end

/* Sums of rows, which a total below them must equal. */
typedef struct fg_row_sums {
  int64_t rows;
  fg_measured sum;
  int64_t lacks[FG_MEASURE_COUNT]; ///< how many rows do not say the measure
} fg_row_sums;

typedef struct fg_form_reader {
  fg_reconciliation *run;
  const char *names[FG_COLUMN_COUNT]; ///< the vendor's names of the columns; NULL: he has no such column
  bool is_named[FG_COLUMN_COUNT];     ///< whether the form names the column, so that it is not the default name
  int64_t found[FG_COLUMN_COUNT];     ///< how many rows have the column
  const fg_json *path, *products, *kinds, *only, *constants;
  fg_number_form numbers;
  int64_t usage_later;                      ///< how many months after its usage a bill comes
  const fg_json *levels[FG_FORM_DEPTH_MAX]; ///< the objects around the row, the innermost last
  size_t depth;
  int64_t row;
  fg_row_sums all, since; ///< sums of all rows that are compared, and of those since the last total
  bool is_short;          ///< memory is short
} fg_form_reader;

/* Reads the form, NULL for none. FG_INVALID and FG_UNKNOWN_PRODUCT with a path. */
fg_status fg_invoice_form_read(fg_form_reader *reader, const fg_json *form);

/* Reads a row: it is added to the cells, noted as unread with the reason, or left out. */
fg_status fg_invoice_row_read(fg_form_reader *reader);

#endif
