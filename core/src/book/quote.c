#include "quote.h"

#include "explain.h"
#include "../base/status.h"
#include "../base/tell.h"

static fg_status check_numbers(const fg_price_query *query, fg_error *error) {
  if (query->quantity < 0) {
    return fg_fail(error, FG_INVALID, "quantity", "expected 0 or more");
  }
  if (query->tier_quantity != -1 && query->tier_quantity < query->quantity) {
    return fg_fail(error, FG_INVALID, "tier_quantity", "expected at least the quantity");
  }
  if (query->days < 0 || query->months < 0) {
    return fg_fail(error, FG_INVALID, query->days < 0 ? "days" : "months", "expected 1 or more");
  }
  return FG_OK;
}

static fg_status find_usage(const fg_price_query *query, fg_price_question *question, fg_error *error) {
  if (query->days != 0 || query->months != 0) {
    return fg_fail(error, FG_INVALID, query->days != 0 ? "days" : "months", "expected none: usage has no period");
  }
  question->schedule = &question->product->schedule;
  question->input.periods = 1;
  return FG_OK;
}

static fg_status find_capacity(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                               fg_error *error) {
  const fg_capacity_offer *capacity = question->product->capacity;
  bool by_day = query->days > 0;
  if (by_day == (query->months > 0)) {
    return fg_fail(error, FG_INVALID, by_day ? "months" : "days", "expected either days or months of capacity");
  }
  question->schedule = by_day ? capacity->day : capacity->month;
  question->period = by_day ? "day" : "month";
  question->input.periods = by_day ? query->days : query->months;
  fg_string source = fg_product_price_source(question->product, true);
  return question->schedule == NULL ? fg_book_refuse(book, source, error, FG_NOT_SOLD) : FG_OK;
}

static fg_status find_price(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                            fg_error *error) {
  int product = fg_book_product(book, query->product);
  if (product == FG_NONE) {
    return fg_refuse(error, FG_UNKNOWN_PRODUCT);
  }
  question->product = &book->products[product];
  question->meter = query->meter;
  if (fg_string_equal(query->meter, question->product->meter)) {
    return find_usage(query, question, error);
  }
  const fg_capacity_offer *capacity = question->product->capacity;
  if (capacity != NULL && fg_string_equal(query->meter, capacity->meter)) {
    return find_capacity(book, query, question, error);
  }
  return fg_refuse(error, FG_UNKNOWN_METER);
}

static fg_status read_input(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                            fg_error *error) {
  fg_price_input *input = &question->input;
  input->units = query->quantity;
  input->tier_quantity = query->tier_quantity == -1 ? query->quantity : query->tier_quantity;
  input->rounding = book->rounding;
  if (question->schedule->per_hours_of_month) {
    if (!fg_time_is_civil(query->at)) {
      return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
    }
    input->hours_of_month = fg_month_hours(fg_month_of(fg_date_at(query->at, book->offset_minutes)));
  }
  return FG_OK;
}

fg_status fg_quote_find(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                        fg_error *error) {
  memset(question, 0, sizeof *question);
  FG_TRY(check_numbers(query, error));
  FG_TRY(find_price(book, query, question, error));
  return read_input(book, query, question, error);
}

static void tell_slices(fg_teller *to, const fg_price_result *result) {
  fg_tell_begin_list(to, "lines");
  for (uint32_t i = 0; i < result->slice_count; i++) {
    const fg_price_slice *slice = &result->slices[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_integer(to, "units", slice->units);
    fg_tell_amount(to, "unit_price", slice->unit_price);
    fg_tell_integer(to, "tier", slice->tier);
    fg_tell_amount(to, "amount", slice->amount);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static fg_status tell_quote(const fg_book *book, const fg_price_question *question, const fg_price_result *result,
                            const fg_visitor *visitor) {
  const fg_price_input *input = &question->input;
  fg_explained explained = {.schedule = question->schedule,
                            .total = input->units,
                            .tier_quantity = input->tier_quantity,
                            .hours_of_month = input->hours_of_month,
                            .periods = input->periods,
                            .period = question->period,
                            .minor_digits = book->minor_digits};
  char explanation[FG_EXPLANATION_MAX];
  fg_string text = {explanation, fg_explain_price(&explained, result, explanation)};
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "product", question->product->id);
  fg_tell_text(&to, "meter", question->meter);
  fg_tell_integer(&to, "units", input->units);
  fg_tell_amount(&to, "amount", result->amount);
  tell_slices(&to, result);
  fg_tell_text(&to, "rule", question->schedule->source);
  fg_tell_text(&to, "explanation", text);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

fg_status fg_book_price(const fg_book *book, const fg_price_query *query, const fg_visitor *visitor, fg_error *error) {
  fg_price_question question;
  fg_price_result result;
  FG_TRY(fg_quote_find(book, query, &question, error));
  fg_status status = fg_price_compute(question.schedule, &question.input, &result);
  status = status == FG_OK ? tell_quote(book, &question, &result, visitor) : status;
  return status == FG_OK ? FG_OK : fg_book_refuse(book, question.schedule->source, error, status);
}
