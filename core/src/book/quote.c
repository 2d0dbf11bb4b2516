#include "quote.h"

#include <stdio.h>

#include "event_price.h"
#include "explain.h"
#include "names.h"

fg_status fg_quote_check_usage(const fg_price_query *query, fg_error *error) {
  return query->days == 0 && query->months == 0
             ? FG_OK
             : fg_fail(error, FG_INVALID, query->days != 0 ? "days" : "months", "expected none: usage has no period");
}

static fg_status check_numbers(const fg_price_query *query, fg_error *error) {
  if (query->quantity < 0) {
    return fg_fail(error, FG_INVALID, "quantity", "expected a whole number from 0 to 2^63-1");
  }
  if (query->days < 0 || query->months < 0) {
    return fg_fail(error, FG_INVALID, query->days < 0 ? "days" : "months", "expected 1 or more");
  }
  return FG_OK;
}

fg_status fg_quote_split(const fg_book *book, fg_attributes given, fg_attribute *own, fg_attributes *usage,
                         fg_attributes *account, fg_error *error) {
  size_t front = 0;
  size_t back = FG_ATTRIBUTES_MAX;
  if (given.count > FG_ATTRIBUTES_MAX) {
    return fg_fail(error, FG_INVALID, "attributes", "expected at most %d", FG_ATTRIBUTES_MAX);
  }
  for (size_t i = 0; i < given.count; i++) {
    int64_t place = fg_text_index_find(&book->attribute_found_by, given.items[i].name);
    own[place >= 0 && book->attributes[place].of_account ? --back : front++] = given.items[i];
  }
  *usage = (fg_attributes){own, front};
  *account = (fg_attributes){own + back, FG_ATTRIBUTES_MAX - back};
  return FG_OK;
}

fg_status fg_quote_values(const fg_book *book, const fg_asked *asked, fg_attributes given, fg_time at,
                          fg_values *values, fg_error *error) {
  fg_attribute own[FG_ATTRIBUTES_MAX];
  fg_attributes usage;
  fg_attributes account;
  FG_TRY(fg_quote_split(book, given, own, &usage, &account, error));
  FG_TRY(fg_attributes_check(book, account, true, error));
  if (asked->clock && !fg_time_is_shown(at, &book->zone)) {
    return fg_fail(error, FG_INVALID, "at",
                   "expected an instant of the years 1970 to 9999: rules ask its hour or weekday");
  }
  return fg_values_read(book, asked, usage, &account, at, values, error);
}

fg_status fg_quote_rate(const fg_book *book, const fg_product *product, fg_attributes given, fg_time at,
                        int64_t quantity, fg_values *values, fg_rating *rating, fg_error *error) {
  FG_TRY(fg_quote_values(book, &product->asks, given, at, values, error));
  return fg_rate_values(book, product, values, quantity, rating, error);
}

static fg_status rate_query(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                            fg_error *error) {
  const fg_product *product = question->product;
  FG_TRY(fg_quote_rate(book, product, query->attributes, query->at, query->quantity, &question->values,
                       &question->rating, error));
  question->is_rated = !product->plain;
  if (!question->rating.billable) {
    question->is_free = true;
    question->input.units = 0;
    return FG_OK;
  }
  question->schedule = &product->prices[question->rating.price].schedule;
  question->input.units = question->rating.units;
  question->input.factor = product->factors[question->rating.factor];
  return FG_OK;
}

static fg_status find_usage(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                            fg_error *error) {
  FG_TRY(fg_quote_check_usage(query, error));
  question->input.periods = 1;
  return rate_query(book, query, question, error);
}

static fg_status find_capacity(const fg_book *book, const fg_price_query *query, const fg_capacity_offer *capacity,
                               fg_price_question *question, fg_error *error) {
  bool by_day = query->days > 0;
  if (query->attributes.count > 0) {
    return fg_fail(error, FG_INVALID, "attributes", "expected none: capacity has none");
  }
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
    return fg_no_such_product(book, FG_PRODUCT_OR_EVENT, query->product, "", error);
  }
  question->product = &book->products[product];
  question->meter = query->meter;
  question->quantity = question->input.units = query->quantity;
  if (fg_string_equal(query->meter, question->product->meter)) {
    return find_usage(book, query, question, error);
  }
  int capacity = fg_product_capacity(book, question->product, query->meter);
  if (capacity != FG_NONE) {
    return find_capacity(book, query, book->capacities[capacity].offer, question, error);
  }
  return fg_no_such_meter(book, question->product, query->meter, "", error);
}

static bool asks_events(const fg_price_question *question) {
  return question->is_rated && !question->is_free && fg_product_prices_events(question->product);
}

static fg_status read_input(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                            fg_error *error) {
  fg_price_input *input = &question->input;
  input->tier_quantity = query->tier_quantity == -1 ? input->units : query->tier_quantity;
  if (query->tier_quantity != -1 && asks_events(question)) {
    return fg_fail(error, FG_INVALID, "tier_quantity", "expected none: each event is priced by itself");
  }
  if (input->tier_quantity < input->units) {
    return fg_fail(error, FG_INVALID, "tier_quantity", "expected at least the %s",
                   question->is_rated ? "units" : "quantity");
  }
  input->rounding = book->rounding;
  if (!question->is_free && question->schedule->per_hours_of_month) {
    if (!fg_time_is_shown(query->at, &book->zone)) {
      return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
    }
    input->hours_of_month = fg_month_hours(fg_month_of(fg_date_at(query->at, &book->zone)), &book->zone);
  }
  return FG_OK;
}

fg_status fg_quote_find(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                        fg_error *error) {
  memset(question, 0, sizeof *question);
  book = fg_book_at(book, query->at);
  FG_TRY(check_numbers(query, error));
  FG_TRY(find_price(book, query, question, error));
  return read_input(book, query, question, error);
}

/* The cost of events that are each priced by itself. */
static fg_status cost_of_events(const fg_price_question *question, fg_exact *amount) {
  const fg_events_charged events = {.price = question->rating.price,
                                    .factor = question->rating.factor,
                                    .of_each = question->rating.of_each,
                                    .units = question->input.units,
                                    .hours_of_month = question->input.hours_of_month};
  return fg_events_price(question->product, &events, amount);
}

/* Prices events that are each priced by itself as one slice, whose unit price is that of the first tier. */
static fg_status quote_events(const fg_price_question *question, fg_price_result *result) {
  fg_exact amount;
  FG_TRY(cost_of_events(question, &amount));
  FG_TRY(fg_exact_round(amount, question->input.rounding, &result->amount));
  result->slices[0] = (fg_price_slice){.units = question->input.units,
                                       .unit_price = fg_price_published(question->schedule, 0),
                                       .amount = result->amount};
  result->slice_count = 1;
  return FG_OK;
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

fg_status fg_quote_compute(const fg_price_question *question, fg_price_result *result) {
  if (question->is_free) {
    *result = (fg_price_result){.amount = 0};
    return FG_OK;
  }
  return asks_events(question) ? quote_events(question, result)
                               : fg_price_compute(question->schedule, &question->input, result);
}

/* Tells which of the product's prices holds, and the factor of its unit price. */
static void tell_rating(fg_teller *to, const fg_price_question *question) {
  char factor[FG_MONEY_TEXT_MAX];
  size_t length = fg_money_format(fg_money_of(question->product->factors[question->rating.factor]), 0, factor);
  uint16_t place = question->rating.price;
  fg_string price = place == FG_NO_PLACE ? fg_string_of("") : question->product->prices[place].id;
  fg_tell_optional_text(to, "price", price.length > 0 ? price : (fg_string){NULL, 0});
  fg_tell_text(to, "factor", (fg_string){factor, length});
  fg_tell_flag(to, "billable", question->rating.billable);
}

static size_t explain_quote(const fg_book *book, const fg_price_question *question, const fg_price_result *result,
                            char explanation[FG_EXPLANATION_MAX]) {
  const fg_price_input *input = &question->input;
  fg_explained explained = {.schedule = question->schedule,
                            .total = input->units,
                            .tier_quantity = input->tier_quantity,
                            .hours_of_month = input->hours_of_month,
                            .periods = input->periods,
                            .period = question->period,
                            .minor_digits = book->minor_digits};
  if (question->is_free) {
    return (size_t)snprintf(explanation, FG_EXPLANATION_MAX, "not billable");
  }
  if (question->is_rated) {
    explained.factor = input->factor;
    explained.terms = &question->product->quantities[question->rating.terms];
    explained.values = &question->values;
    explained.quantity = question->quantity;
  }
  fg_exact exact = FG_EXACTLY(0);
  if (asks_events(question) && cost_of_events(question, &exact) == FG_OK) {
    bool is_exact = exact.above == 0 && exact.whole == result->amount;
    return fg_explain_events(&explained, is_exact, result->amount, explanation);
  }
  return fg_explain_price(&explained, result, explanation);
}

static void tell_explained_quote(fg_teller *to, const fg_book *book, const fg_price_question *question,
                                 const fg_price_result *result) {
  char *explanation = fg_explanation_new(&book->allocator);
  if (explanation == NULL) {
    fg_tell_fail(to, FG_NO_MEMORY);
    return;
  }
  fg_tell_text(to, "explanation", (fg_string){explanation, explain_quote(book, question, result, explanation)});
  fg_explanation_free(&book->allocator, explanation);
}

void fg_quote_tell(fg_teller *to, const fg_book *book, const fg_price_question *question,
                   const fg_price_result *result) {
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "product", question->product->id);
  fg_tell_text(to, "meter", question->meter);
  fg_tell_integer(to, "units", question->input.units);
  fg_tell_amount(to, "amount", result->amount);
  if (question->is_rated) {
    tell_rating(to, question);
  }
  tell_slices(to, result);
  fg_tell_text(to, "rule", fg_quote_source(question));
  tell_explained_quote(to, book, question, result);
  fg_tell_end_object(to);
}

fg_status fg_quote_ask(const fg_book *book, const fg_price_query *query, fg_price_question *question,
                       fg_price_result *result, fg_error *error) {
  FG_TRY(fg_quote_find(book, query, question, error));
  FG_TRY(fg_require_measured(fg_book_at(book, query->at), question->rating.lacks, error));
  fg_status status = fg_quote_compute(question, result);
  return status == FG_OK ? FG_OK : fg_book_refuse(book, fg_quote_source(question), error, status);
}
