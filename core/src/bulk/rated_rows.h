/* The rows of one call that are priced by rules: what they have in common, and the columns of their attributes. */
#ifndef FG_RATED_ROWS_H
#define FG_RATED_ROWS_H

#include "../../include/faregate_bulk.h"
#include "../book/attributes.h"
#include "../book/book.h"
#include "pricer.h"
#include "text_steps.h"

/* Values of rows that have none, and that the book does not know. */
enum { FG_NO_VALUE = -1, FG_STRANGE_VALUE = -2 };

/* The attribute of a column. */
typedef struct fg_rated_column {
  const fg_attribute_column *given;
  const fg_book_attribute *attribute;
  uint32_t place;
  int64_t *of_codes;     ///< the values of a dictionary's entries; NULL: it has none
  uint32_t code_count;   ///< of them
  fg_text_steps steps;   ///< of texts without a dictionary: what each adds to a cell
  const fg_split *split; ///< how rules part its values; NULL: not at all, or they have no table
  uint32_t stride;       ///< cells from one part to the next
} fg_rated_column;

/* One of the product's prices times one of its factors. */
typedef struct fg_rated_pricer {
  fg_tier tiers[FG_TIERS_MAX];
  fg_schedule schedule;
  fg_pricer by;
} fg_rated_pricer;

/* What the rows of one call are priced by. */
typedef struct fg_rated_rows {
  const fg_book *book;
  const fg_product *product;
  const fg_price_query *query;
  const fg_integers *quantities;
  const fg_amounts *amounts;
  fg_rated_column columns[FG_ATTRIBUTES_MAX];
  size_t column_count;
  fg_values values; ///< what all rows have, then those of the row at hand
  bool asks_values; ///< terms do, or rules that have no table
  uint32_t base_cell;
  fg_rated_pricer **pricers;       ///< by price and factor; NULL: not asked for yet
  const fg_price_table **by_rated; ///< by the place in the table's `rated`; NULL: not asked for yet, or not so simple
  size_t *bad_row;
  fg_error *error;
} fg_rated_rows;

fg_status fg_rated_begin_column(fg_rated_rows *rows, const fg_attribute_column *given);
void fg_rated_end_column(const fg_rated_rows *rows, fg_rated_column *column);

/* The cells of rows that have all a value, of columns as they mostly are; false where they are others. */
bool fg_rated_find_cells(const fg_rated_rows *rows, size_t first, size_t count, uint32_t *cells);

/* The cells of rows by their values, which are kept; false if a row has none that is known. */
bool fg_rated_read_cells(const fg_rated_rows *rows, size_t first, size_t count, int64_t (*values)[FG_PIECE],
                         uint32_t *cells);

#endif
