/* Prices columns of events: each row is the sum of what the products of the event cost for the same quantity and
   attributes. */
#ifndef FG_EVENT_COLUMNS_H
#define FG_EVENT_COLUMNS_H

#include "pricer.h"

/* The smallest scale in which every amount of the event is exact, whatever the attributes are. */
int fg_event_scale(const fg_book *book, const fg_event *event);

/* Prices each row as fg_price_columns does. The book is one edition. */
fg_status fg_price_event_columns(const fg_book *book, const fg_event *event, const fg_price_query *query,
                                 const fg_integers *quantities, const fg_attribute_column *columns, size_t column_count,
                                 const fg_amounts *amounts, size_t *bad_row, fg_error *error);

#endif
