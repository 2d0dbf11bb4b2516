/* What a query costs, of a product or of an event: the sum of what each of its products costs for the same quantity and
   attributes. */
#ifndef FG_QUOTE_EVENT_H
#define FG_QUOTE_EVENT_H

#include "quote.h"

/* The event that a query asks for; NULL if it asks for a product, or for nothing that the book has. The book is one
   edition. */
const fg_event *fg_quote_event(const fg_book *book, const fg_price_query *query);
/* Refuses what a query for an event must not have. FG_UNKNOWN_METER, FG_INVALID. */
fg_status fg_quote_check_event(const fg_event *event, const fg_price_query *query, fg_error *error);
/* Refuses a query for one event or more that says of no product how much of it there is (fg_require_measured). The book
   is one edition. Statuses of fg_quote_find, too. */
fg_status fg_quote_require_measured(const fg_book *book, const fg_event *event, const fg_price_query *query,
                                    fg_error *error);
/* The amount that fg_book_price answers. */
fg_status fg_quote_amount(const fg_book *book, const fg_price_query *query, fg_amount *amount, fg_error *error);

#endif
