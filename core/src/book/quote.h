/* What a price query asks for, found in the book. */
#ifndef FG_QUOTE_H
#define FG_QUOTE_H

#include "book.h"

typedef struct fg_price_question {
  const fg_product *product;
  const fg_schedule *schedule;
  fg_string meter;
  const char *period; ///< "day" or "month" of capacity; NULL for usage
  fg_price_input input;
} fg_price_question;

/* Finds it, with the refusals of fg_book_price that do not depend on an amount. */
fg_status fg_quote_find(const fg_book *book, const fg_price_query *query, fg_price_question *question, fg_error *error);

#endif
