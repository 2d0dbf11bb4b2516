/* Prices columns of quantities and attributes by rules. */
#ifndef FG_RATED_COLUMNS_H
#define FG_RATED_COLUMNS_H

#include "pricer.h"

/* The smallest scale in which every amount of a product's usage is exact, whatever the attributes are. */
int fg_rated_scale(const fg_book *book, const fg_product *product);

/* Prices each row of a product's usage, as fg_price_columns does. */
fg_status fg_price_rated_columns(const fg_book *book, const fg_product *product, const fg_price_query *query,
                                 const fg_integers *quantities, const fg_attribute_column *columns, size_t column_count,
                                 const fg_amount_rows *amounts, size_t *bad_row, fg_error *error);

#endif
