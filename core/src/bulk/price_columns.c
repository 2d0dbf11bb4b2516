/* Prices whole columns: by a table of 64-bit numbers as far as that is proven exact, else row by row. */
#include "../book/quote_event.h"
#include "event_columns.h"
#include "rated_columns.h"

/* The product whose usage is priced by rules; NULL if the query asks for another price. */
static const fg_product *rated_product(const fg_book *book, const fg_price_query *query, size_t column_count) {
  int product = fg_book_product(book, query->product);
  const fg_product *found = product == FG_NONE ? NULL : &book->products[product];
  bool is_of_usage = found != NULL && fg_string_equal(query->meter, found->meter) && query->days == 0 &&
                     query->months == 0;
  return is_of_usage && (!found->plain || column_count > 0) ? found : NULL;
}

fg_status fg_price_scale(const fg_book *book, const fg_price_query *query, int *scale, fg_error *error) {
  fg_price_question question;
  fg_price_query of_none = *query;
  of_none.quantity = 0;
  of_none.tier_quantity = -1;
  book = fg_book_at(book, query->at);
  const fg_product *product = rated_product(book, query, 0);
  const fg_event *event = fg_quote_event(book, query);
  if (event != NULL) {
    FG_TRY(fg_quote_check_event(event, &of_none, error));
    *scale = fg_event_scale(book, event);
    return FG_OK;
  }
  if (product != NULL) {
    *scale = fg_rated_scale(book, product);
    return FG_OK;
  }
  FG_TRY(fg_quote_find(book, &of_none, &question, error));
  *scale = fg_schedule_scale(question.schedule, book->rounding, book->minor_digits);
  return FG_OK;
}

static int scale_of(int scale, fg_amount amount) { return (int)fg_max_i64(scale, fg_amount_decimals(amount)); }

static int scale_of_schedule(int scale, const fg_schedule *schedule) {
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    scale = scale_of(scale_of(scale, schedule->tiers[i].price), schedule->tiers[i].fee);
  }
  return scale;
}

static int scale_of_bounds(int scale, const fg_bounds *bounds) {
  return scale_of(scale_of(scale, bounds->least.amount), bounds->most.amount);
}

static int scale_of_product(int scale, const fg_book *book, const fg_product *product) {
  scale = (int)fg_max_i64(scale, fg_rated_scale(book, product));
  for (uint32_t i = 0; i < product->price_count; i++) {
    scale = scale_of_schedule(scale, &product->prices[i].schedule);
  }
  for (uint32_t i = 0; i < product->fee_count; i++) {
    scale = scale_of(scale, product->fees[i].amount);
  }
  return scale_of_bounds(scale, &product->bounds);
}

int fg_book_scale(const fg_book *book) {
  int scale = book->bill == NULL ? book->minor_digits : scale_of_bounds(book->minor_digits, book->bill);
  for (uint32_t i = 0; i < book->edition_count; i++) {
    scale = (int)fg_max_i64(scale, fg_book_scale(&book->editions[i]));
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    scale = scale_of_product(scale, book, &book->products[i]);
  }
  return scale;
}

fg_status fg_price_columns(const fg_book *book, const fg_price_query *query, const fg_integers *quantities,
                           const fg_attribute_column *columns, size_t column_count, const fg_amounts *amounts,
                           size_t *bad_row, fg_error *error) {
  int64_t room[FG_PIECE];
  fg_price_question question;
  fg_price_query of_none = *query;
  const fg_amount_rows rows = {*amounts, 0};
  fg_pricer by = {.name = "quantities"};
  of_none.quantity = 0;
  of_none.tier_quantity = -1;
  *bad_row = SIZE_MAX;
  book = fg_book_at(book, query->at);
  const fg_product *product = rated_product(book, query, column_count);
  const fg_event *event = fg_quote_event(book, query);
  if (event != NULL) {
    return fg_price_event_columns(book, event, &of_none, quantities, columns, column_count, amounts, bad_row, error);
  }
  if (product != NULL) {
    return fg_price_rated_columns(book, product, query, quantities, columns, column_count, &rows, bad_row, error);
  }
  FG_TRY(fg_quote_find(book, &of_none, &question, error));
  if (column_count > 0) {
    return fg_fail(error, FG_INVALID, "attributes", "expected none: capacity has none");
  }
  FG_TRY(fg_pricer_begin(&by, book, question.schedule, &question.input, &rows, error));
  for (size_t first = 0; first < quantities->count; first += FG_PIECE) {
    size_t count = fg_piece_count(quantities, first);
    const int64_t *units = fg_integers_read(quantities, first, count, room);
    FG_TRY(fg_pricer_piece(&by, units, units, quantities, first, count, bad_row, error));
  }
  return FG_OK;
}
