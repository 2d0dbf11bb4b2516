/* The rows of one call that are priced by the rules of a product: their common values, and the columns of their
   attributes. */
#ifndef FG_RATED_ROWS_H
#define FG_RATED_ROWS_H

#include "../../include/faregate_bulk.h"
#include "../book/attributes.h"
#include "../book/book.h"
#include "pricer.h"
#include "text_steps.h"

/* Marks for rows that have no value, or one that the book does not know. */
enum { FG_NO_VALUE = -1, FG_STRANGE_VALUE = -2 };

/* A column of an attribute. */
typedef struct fg_rated_column {
  const fg_attribute_column *given;
  const fg_book_attribute *attribute;
  uint32_t place;
  int64_t *of_codes;     ///< the value of each entry of the column's dictionary; NULL: it has none
  uint32_t code_count;   ///< how many entries there are
  fg_text_steps steps;   ///< for texts without a dictionary: what each adds to the number of a cell
  const fg_split *split; ///< how rules divide the values; NULL: they do not, or the product has no table of rules
  uint32_t stride;       ///< how far apart the cells of neighbouring parts are
} fg_rated_column;

/* One of the product's prices, multiplied by one of its factors. */
typedef struct fg_rated_pricer {
  fg_tier tiers[FG_TIERS_MAX];
  fg_schedule schedule;
  fg_pricer by;
} fg_rated_pricer;

typedef struct fg_rated_rows {
  const fg_book *book;
  const fg_product *product;
  const fg_price_query *query;
  const fg_integers *quantities;
  const fg_amount_rows *amounts;
  fg_rated_column columns[FG_ATTRIBUTES_MAX];
  size_t column_count;
  fg_values values; ///< the values that all rows share, and then those of the current row
  uint64_t given;   ///< a bit for each attribute that the query gives for all rows
  /* Of a product of an event, and not of one that the query names: for each row of a piece, how many products lack what
     they are measured by (fg_require_measured), and an attribute that is lacking. */
  uint16_t *lacks, *lacked;
  bool asks_values; ///< the values are needed themselves, by terms of quantities or by rules without a table
  uint32_t base_cell;
  fg_rated_pricer **pricers;       ///< by price and factor; NULL: not made yet
  const fg_price_table **by_rated; ///< by the place in the table's `rated`; NULL: not made, or not the whole price
  int64_t (*room)[FG_PIECE];       ///< for the values of all columns and for the quantities, of one piece
  size_t *bad_row;
  fg_error *error;
} fg_rated_rows;

/* Reads the attributes of all rows, and the columns. The caller has set the members from `book` to `amounts`, and
   `bad_row` and `error`; all others are 0. Ended by fg_rated_end, after a failure too. */
fg_status fg_rated_begin(fg_rated_rows *rows, const fg_attribute_column *columns, size_t column_count);
void fg_rated_end(fg_rated_rows *rows);

/* Prices `count` rows from `first` on, at most a piece. */
fg_status fg_rated_piece(fg_rated_rows *rows, size_t first, size_t count);
/* Finds what rows are priced by, NULL where they cost nothing, and how many units each has. */
fg_status fg_rated_find(fg_rated_rows *rows, size_t first, size_t count, int64_t *units, fg_rated_pricer **pricers);

fg_status fg_rated_begin_column(fg_rated_rows *rows, const fg_attribute_column *given);
void fg_rated_end_column(const fg_rated_rows *rows, fg_rated_column *column);

/* Finds the cells of rows in the fast way. It answers false for columns of unusual types, and if a value is missing or
   unknown. */
bool fg_rated_find_cells(const fg_rated_rows *rows, size_t first, size_t count, uint32_t *cells);

/* Reads the values of rows, and finds their cells; false if a value is missing or unknown. */
bool fg_rated_read_cells(const fg_rated_rows *rows, size_t first, size_t count, int64_t (*values)[FG_PIECE],
                         uint32_t *cells);

#endif
