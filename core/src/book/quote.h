/* A price query, and what the book has for it: the product, the schedule and the units to price. */
#ifndef FG_QUOTE_H
#define FG_QUOTE_H

#include "rating.h"
#include "../base/tell.h"

typedef struct fg_price_question {
  const fg_product *product;
  const fg_schedule *schedule; ///< NULL: the usage costs nothing, because it is not billed
  bool is_free;                ///< the usage is not billed
  fg_string meter;
  int64_t quantity;
  const char *period; ///< what a capacity is priced by, "day" or "month"; NULL for usage
  fg_price_input input;
  bool is_rated; ///< usage of a product that is not plain, so that the members below are set
  fg_values values;
  fg_rating rating;
} fg_price_question;

/* Refuses days and months, which are of capacity. FG_INVALID. */
fg_status fg_quote_check_usage(const fg_price_query *query, fg_error *error);
/* Finds what a query asks for in the book, and refuses whatever fg_book_price refuses before it knows the amount. */
fg_status fg_quote_find(const fg_book *book, const fg_price_query *query, fg_price_question *question, fg_error *error);
/* Parts the attributes of a query, which gives those of usage and account as one list, in `own`, which has room for
   FG_ATTRIBUTES_MAX. FG_INVALID: there are more. */
fg_status fg_quote_split(const fg_book *book, fg_attributes given, fg_attribute *own, fg_attributes *usage,
                         fg_attributes *account, fg_error *error);
/* Reads the values of a usage. Queries give the attributes of usage and account as one list. */
fg_status fg_quote_values(const fg_book *book, const fg_asked *asked, fg_attributes given, fg_time at,
                          fg_values *values, fg_error *error);
/* Rates a usage. Queries give the attributes of usage and account as one list. */
fg_status fg_quote_rate(const fg_book *book, const fg_product *product, fg_attributes given, fg_time at,
                        int64_t quantity, fg_values *values, fg_rating *rating, fg_error *error);

/* Finds and prices it, with all refusals of fg_book_price. */
fg_status fg_quote_ask(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                       fg_price_result *result, fg_error *error);
/* Tells the answer as an object. */
void fg_quote_tell(fg_teller *to, const fg_book *book, const fg_price_question *question,
                   const fg_price_result *result);

/* Computes the price of a question that was found. FG_NOT_SOLD, FG_OVERFLOW. */
fg_status fg_quote_compute(const fg_price_question *question, fg_price_result *result);

/* The source that the book names for the price. */
static inline fg_string fg_quote_source(const fg_price_question *question) {
  return question->is_free ? question->product->source : question->schedule->source;
}

#endif
