/* What a price query asks for, found in the book. */
#ifndef FG_QUOTE_H
#define FG_QUOTE_H

#include "rating.h"

typedef struct fg_price_question {
  const fg_product *product;
  const fg_schedule *schedule; ///< NULL: it is free
  bool is_free;                ///< the usage is not billable
  fg_string meter;
  int64_t quantity;
  const char *period; ///< "day" or "month" of capacity; NULL for usage
  fg_price_input input;
  bool is_rated; ///< usage of a product that is not plain: the members below are set
  fg_values values;
  fg_rating rating;
} fg_price_question;

/* Finds it, with the refusals of fg_book_price that do not depend on an amount. */
fg_status fg_quote_find(const fg_book *book, const fg_price_query *query, fg_price_question *question, fg_error *error);
/* The values of usage, whose attributes and those of its account are given together. */
fg_status fg_quote_values(const fg_book *book, const fg_asked *asked, fg_attributes given, fg_time at,
                          fg_values *values, fg_error *error);
/* Rates usage, whose attributes and those of its account are given together. */
fg_status fg_quote_rate(const fg_book *book, const fg_product *product, fg_attributes given, fg_time at,
                        int64_t quantity, fg_values *values, fg_rating *rating, fg_error *error);

/* Prices what was found. As of fg_price_compute. */
fg_status fg_quote_price(const fg_price_question *question, fg_price_result *result);

/* Where the price is from. */
static inline fg_string fg_quote_source(const fg_price_question *question) {
  return question->is_free ? question->product->source : question->schedule->source;
}

#endif
