#include "quote_event.h"

#include "explain.h"
#include "price_model.h"

const fg_event *fg_quote_event(const fg_book *book, const fg_price_query *query) {
  int event = fg_book_product(book, query->product) != FG_NONE ? FG_NONE : fg_book_event(book, query->product);
  return event == FG_NONE ? NULL : &book->events[event];
}

static fg_status find_event_part(const fg_book *book, const fg_event *event, uint32_t place,
                                 const fg_price_query *query, fg_price_question *question, fg_error *error) {
  const fg_product *product = &book->products[event->products[place]];
  fg_price_query part = *query;
  part.product = product->id;
  part.meter = product->meter;
  return fg_quote_find(book, &part, question, error);
}

/* Adds to the count of one product's price the units of the others that share its counter. They are used one after the
   other: if each unit has the price of its slice, those before it count, otherwise all of them. */
static fg_status count_shared(const fg_book *book, const fg_event *event, uint32_t place, const fg_price_query *query,
                              fg_price_question *question, fg_error *error) {
  const fg_schedule *own = question->schedule;
  int64_t *count = &question->input.tier_quantity;
  if (question->is_free || own->counter.length == 0) {
    return FG_OK;
  }
  uint32_t end = fg_price_model_of(own)->by_slice ? place : event->product_count;
  for (uint32_t i = 0; i < end; i++) {
    fg_price_question other;
    FG_TRY(find_event_part(book, event, i, query, &other, error));
    bool is_shared = i != place && !other.is_free && fg_string_equal(other.schedule->counter, own->counter);
    FG_TRY(!is_shared || fg_add_i64(*count, other.input.units, count) ? FG_OK : fg_refuse(error, FG_OVERFLOW));
  }
  return FG_OK;
}

static fg_status price_part(const fg_book *book, const fg_event *event, uint32_t place, const fg_price_query *query,
                            fg_price_question *question, fg_price_result *result, fg_error *error) {
  FG_TRY(find_event_part(book, event, place, query, question, error));
  FG_TRY(count_shared(book, event, place, query, question, error));
  fg_status status = fg_quote_compute(question, result);
  return status == FG_OK ? FG_OK : fg_book_refuse(book, fg_quote_source(question), error, status);
}

fg_status fg_quote_check_event(const fg_event *event, const fg_price_query *query, fg_error *error) {
  if (!fg_string_equal(query->meter, event->id)) {
    return fg_refuse(error, FG_UNKNOWN_METER);
  }
  FG_TRY(fg_quote_check_usage(query, error));
  return query->tier_quantity == -1
             ? FG_OK
             : fg_fail(error, FG_INVALID, "tier_quantity", "expected none: the counts of an event begin with it");
}

fg_status fg_quote_require_measured(const fg_book *book, const fg_event *event, const fg_price_query *query,
                                    fg_error *error) {
  uint16_t lacks = 0;
  for (uint32_t i = 0; i < event->product_count && (i == 0 || lacks > 0); i++) {
    fg_price_question question;
    FG_TRY(find_event_part(book, event, i, query, &question, error));
    lacks = fg_event_lacks(lacks, i + 1, &question.rating);
  }
  return fg_require_measured(book, lacks, error);
}

static fg_status event_amount(const fg_book *book, const fg_event *event, const fg_price_query *query,
                              fg_amount *amount, fg_error *error) {
  fg_amount sum = 0;
  FG_TRY(fg_quote_check_event(event, query, error));
  FG_TRY(fg_quote_require_measured(book, event, query, error));
  for (uint32_t i = 0; i < event->product_count; i++) {
    fg_price_question question;
    fg_price_result part;
    FG_TRY(price_part(book, event, i, query, &question, &part, error));
    FG_TRY(fg_amount_add(sum, part.amount, &sum) ? FG_OK : fg_refuse(error, FG_OVERFLOW));
  }
  *amount = sum;
  return FG_OK;
}

/* Tells the price of each product. */
static fg_status tell_products(fg_teller *to, const fg_book *book, const fg_event *event, const fg_price_query *query,
                               fg_error *error) {
  fg_price_question question;
  fg_price_result result;
  fg_tell_begin_list(to, "products");
  for (uint32_t i = 0; i < event->product_count; i++) {
    FG_TRY(price_part(book, event, i, query, &question, &result, error));
    fg_quote_tell(to, book, &question, &result);
  }
  fg_tell_end_list(to);
  return FG_OK;
}

typedef struct event_sum {
  char *out; ///< FG_EXPLANATION_MAX bytes
  size_t length;
} event_sum;

/* Leaves out what there is no room for. */
static void add_word(event_sum *sum, const char *word, size_t length) {
  if (length < FG_EXPLANATION_MAX - sum->length) {
    memcpy(sum->out + sum->length, word, length);
    sum->length += length;
  }
}

static void add_event_amount(event_sum *sum, fg_amount amount, int minor_digits) {
  char grouped[FG_GROUPED_MAX];
  size_t length = fg_explain_amount(amount, minor_digits, grouped);
  add_word(sum, grouped, length);
}

static fg_status add_products(event_sum *sum, const fg_book *book, const fg_event *event, const fg_price_query *query,
                              fg_error *error) {
  fg_price_question question;
  fg_price_result result;
  for (uint32_t i = 0; i < event->product_count; i++) {
    FG_TRY(price_part(book, event, i, query, &question, &result, error));
    add_word(sum, " + ", i == 0 ? 0 : 3);
    add_word(sum, question.product->id.text, question.product->id.length);
    add_word(sum, " ", 1);
    add_event_amount(sum, result.amount, book->minor_digits);
  }
  return FG_OK;
}

/* Tells how it adds up: "runs 0.20 + compute 1.536 = 1.736". */
static fg_status tell_event_sum(fg_teller *to, const fg_book *book, const fg_event *event, const fg_price_query *query,
                                fg_amount amount, fg_error *error) {
  event_sum sum = {.out = fg_explanation_new(&book->allocator)};
  if (sum.out == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = add_products(&sum, book, event, query, error);
  add_word(&sum, " = ", 3);
  add_event_amount(&sum, amount, book->minor_digits);
  if (status == FG_OK) {
    fg_tell_text(to, "explanation", (fg_string){sum.out, sum.length});
  }
  fg_explanation_free(&book->allocator, sum.out);
  return status;
}

static fg_status price_named_event(const fg_book *book, const fg_event *event, const fg_price_query *query,
                                   const fg_visitor *visitor, fg_error *error) {
  fg_amount amount = 0;
  FG_TRY(event_amount(book, event, query, &amount, error));
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "product", event->id);
  fg_tell_text(&to, "meter", event->id);
  fg_tell_integer(&to, "units", query->quantity);
  fg_tell_amount(&to, "amount", amount);
  FG_TRY(tell_products(&to, book, event, query, error));
  fg_tell_text(&to, "rule", event->source);
  FG_TRY(tell_event_sum(&to, book, event, query, amount, error));
  fg_tell_end_object(&to);
  fg_status status = fg_teller_status(&to);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

static fg_status price_product(const fg_book *book, const fg_price_query *query, const fg_visitor *visitor,
                               fg_error *error) {
  fg_price_question question;
  fg_price_result result;
  FG_TRY(fg_quote_ask(book, query, &question, &result, error));
  fg_teller to = fg_teller_to(visitor);
  fg_quote_tell(&to, book, &question, &result);
  fg_status status = fg_teller_status(&to);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_book_price(const fg_book *book, const fg_price_query *query, const fg_visitor *visitor, fg_error *error) {
  book = fg_book_at(book, query->at);
  const fg_event *event = fg_quote_event(book, query);
  return event == NULL ? price_product(book, query, visitor, error)
                       : price_named_event(book, event, query, visitor, error);
}

fg_status fg_quote_amount(const fg_book *book, const fg_price_query *query, fg_amount *amount, fg_error *error) {
  fg_price_question question;
  fg_price_result result;
  book = fg_book_at(book, query->at);
  const fg_event *event = fg_quote_event(book, query);
  if (event != NULL) {
    return event_amount(book, event, query, amount, error);
  }
  FG_TRY(fg_quote_ask(book, query, &question, &result, error));
  *amount = result.amount;
  return FG_OK;
}
