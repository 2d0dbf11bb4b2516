/* What a query costs, of a product or of an event: the sum of what each of its products costs for the same quantity and
   attributes. */
#ifndef FG_QUOTE_EVENT_H
#define FG_QUOTE_EVENT_H

#include "quote.h"

/* The amount that fg_book_price answers. */
fg_status fg_quote_amount(const fg_book *book, const fg_price_query *query, fg_amount *amount, fg_error *error);
/* The part of it that the product at a place of an event costs. The book is one edition. */
fg_status fg_quote_part_amount(const fg_book *book, const fg_event *event, uint32_t place, const fg_price_query *query,
                               fg_amount *amount, fg_error *error);

#endif
