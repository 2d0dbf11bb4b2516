/* The core as a WebAssembly module, for web pages and other hosts. Arguments and answers lie in the module's memory:
   the host asks for `room`, writes its arguments there, and reads the answer to a question, JSON in UTF-8, at
   `answer_text`. The function of a question returns its status; if it was refused, the JSON is {code, message, path,
   rule}. faregate.js is the interface for JavaScript. */
#include "../../core/src/base/tell.h"
#include "../../core/src/json/write.h"
#include "../../core/src/state/command_json.h"
#include "faregate_book.h"
#include "faregate_whatif.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))

static fg_text answer;   ///< the answer to the latest question
static fg_text timeline; ///< the timeline of the latest plan

EXPORT(room) void *wasm_room(size_t size) { return malloc(size); }
EXPORT(give_back) void wasm_give_back(void *room) { free(room); }

EXPORT(answer_text) const char *wasm_answer_text(void) { return answer.text; }
EXPORT(answer_length) size_t wasm_answer_length(void) { return answer.length; }
EXPORT(timeline_text) const char *wasm_timeline_text(void) { return timeline.text; }
EXPORT(timeline_length) size_t wasm_timeline_length(void) { return timeline.length; }
EXPORT(version) const char *wasm_version(void) { return fg_version(); }

typedef struct wasm_telling {
  fg_json_writer writer;
  fg_visitor visitor;
  fg_error error;
} wasm_telling;

/* Begins an answer with money and times as the book has them; without a book neither can be told. */
static const fg_visitor *begin(wasm_telling *telling, const fg_book *book) {
  fg_text_release(&answer);
  answer = (fg_text){.allocator = fg_allocator_or_default(NULL)};
  telling->writer = (fg_json_writer){.text = &answer};
  if (book != NULL) {
    telling->writer.minor_digits = fg_book_minor_digits(book);
    telling->writer.zone = fg_book_zone(book);
  }
  telling->visitor = fg_json_visitor(&telling->writer);
  telling->error = (fg_error){.status = FG_OK};
  return &telling->visitor;
}

static void tell_error(const fg_error *error, fg_status status) {
  wasm_telling telling;
  fg_teller to = fg_teller_to(begin(&telling, NULL));
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "code", fg_status_name(status));
  fg_tell_word(&to, "message", error->status == status ? error->message : "");
  fg_tell_word(&to, "path", error->status == status ? error->path : "");
  fg_tell_word(&to, "rule", error->status == status ? error->rule : "");
  fg_tell_end_object(&to);
}

/* Ends what `begin` began. If the question was refused, its error replaces what was told. */
static fg_status end(const wasm_telling *telling, fg_status status) {
  fg_error error = telling->error;
  if (status != FG_OK) {
    tell_error(&error, status == FG_STOPPED ? FG_NO_MEMORY : status);
  }
  return status;
}

/* Loads a book from JSON, for the host to release; 0 if it is refused. */
EXPORT(book_load) fg_book *wasm_book_load(const char *json, size_t length) {
  wasm_telling telling;
  fg_book *book = NULL;
  begin(&telling, NULL);
  return end(&telling, fg_book_load(json, length, NULL, &book, &telling.error)) == FG_OK ? book : NULL;
}

EXPORT(book_release) void wasm_book_release(fg_book *book) { fg_book_release(book); }

EXPORT(book_describe) fg_status wasm_book_describe(const fg_book *book) {
  wasm_telling telling;
  const fg_visitor *visitor = begin(&telling, book);
  return end(&telling, fg_book_describe(book, visitor));
}

EXPORT(book_check) fg_status wasm_book_check(const char *json, size_t length) {
  wasm_telling telling;
  const fg_visitor *visitor = begin(&telling, NULL);
  return end(&telling, fg_book_check(json, length, NULL, visitor, &telling.error));
}

/* Reads an instant as docs/timeline.md writes it, in the book's civil time if it has no offset. FG_NO_TIME, which no
   text stands for, if it is refused. */
EXPORT(instant) fg_time wasm_instant(const fg_book *book, const char *text, size_t length) {
  wasm_telling telling;
  fg_time at = FG_NO_TIME;
  begin(&telling, NULL);
  fg_status status = fg_time_parse(text, length, fg_book_zone(book), &at);
  if (status != FG_OK) {
    fg_fail(&telling.error, status, "at", "expected an instant such as \"2025-01-01T00:00:00+08:00\"");
  }
  return end(&telling, status) == FG_OK ? at : FG_NO_TIME;
}

/* Attributes, read from a JSON object; a text of length 0 stands for none. The document that they are read from lives
   as long as they do. */
typedef struct wasm_attributes {
  fg_json_document document;
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_attributes read;
} wasm_attributes;

static fg_status read_attributes(fg_string json, wasm_attributes *attributes, fg_error *error) {
  memset(attributes, 0, sizeof *attributes);
  if (json.text == NULL) {
    return FG_OK;
  }
  FG_TRY(fg_json_parse(json, NULL, &attributes->document, error));
  return fg_attributes_from_json(&attributes->document.root, attributes->room, &attributes->read, error);
}

EXPORT(price)
fg_status wasm_price(const fg_book *book, const char *product, size_t product_length, const char *meter,
                     size_t meter_length, int64_t quantity, int64_t tier_quantity, int64_t days, int64_t months,
                     fg_time at, const char *attributes, size_t attributes_length) {
  fg_price_query query = {.product = {product, product_length},
                          .meter = {meter, meter_length},
                          .quantity = quantity,
                          .tier_quantity = tier_quantity,
                          .days = days,
                          .months = months,
                          .at = at};
  wasm_telling telling;
  wasm_attributes given;
  const fg_visitor *visitor = begin(&telling, book);
  fg_status status = read_attributes((fg_string){attributes, attributes_length}, &given, &telling.error);
  if (status == FG_OK) {
    query.attributes = given.read;
    status = fg_book_price(book, &query, visitor, &telling.error);
  }
  fg_json_release(&given.document);
  return end(&telling, status);
}

typedef fg_status way_question(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error);

static fg_status ask_way(way_question *question, fg_way *way, int64_t most, fg_string attributes) {
  wasm_telling telling;
  wasm_attributes given;
  const fg_visitor *visitor = begin(&telling, way->book);
  fg_status status = read_attributes(attributes, &given, &telling.error);
  if (status == FG_OK) {
    way->attributes = given.read;
    status = question(way, most, visitor, &telling.error);
  }
  fg_json_release(&given.document);
  return end(&telling, status);
}

EXPORT(curve)
fg_status wasm_curve(const fg_book *book, const char *product, size_t product_length, const char *meter,
                     size_t meter_length, const char *pack, size_t pack_length, int64_t packs, int64_t free_units,
                     fg_time at, const char *attributes, size_t attributes_length, int64_t most) {
  fg_way way = {.book = book,
                .product = {product, product_length},
                .meter = {meter, meter_length},
                .pack = {pack, pack_length},
                .packs = packs,
                .free = free_units,
                .at = at};
  return ask_way(fg_way_curve, &way, most, (fg_string){attributes, attributes_length});
}

EXPORT(cliffs)
fg_status wasm_cliffs(const fg_book *book, const char *product, size_t product_length, const char *meter,
                      size_t meter_length, int64_t free_units, fg_time at, const char *attributes,
                      size_t attributes_length, int64_t most) {
  fg_way way = {
      .book = book, .product = {product, product_length}, .meter = {meter, meter_length}, .free = free_units, .at = at};
  return ask_way(fg_way_cliffs, &way, most, (fg_string){attributes, attributes_length});
}

EXPORT(quote)
fg_status wasm_quote(fg_book *book, const char *content, size_t content_length, const char *policy,
                     size_t policy_length, const char *attributes, size_t attributes_length, int64_t months, fg_time at,
                     bool without_free) {
  const fg_basket basket = {.content = {content, content_length},
                            .policy = {policy, policy_length},
                            .attributes = {attributes, attributes_length},
                            .months = months,
                            .at = at,
                            .without_free = without_free};
  wasm_telling telling;
  const fg_visitor *visitor = begin(&telling, book);
  return end(&telling, fg_basket_quote(book, &basket, NULL, visitor, &telling.error));
}

/* Makes a plan; its timeline is then at `timeline_text`. */
EXPORT(plan)
fg_status wasm_plan(fg_book *book, const char *forecast, size_t forecast_length, const char *orders,
                    size_t orders_length) {
  const fg_plan_query query = {.forecast = {forecast, forecast_length}, .plan = {orders, orders_length}};
  wasm_telling telling;
  fg_plan *made = NULL;
  const fg_visitor *visitor = begin(&telling, book);
  fg_text_release(&timeline);
  timeline = (fg_text){.text = NULL};
  fg_status status = fg_plan_make(book, &query, NULL, &made, &telling.error);
  if (status == FG_OK) {
    status = fg_plan_describe(made, visitor);
  }
  if (status == FG_OK) {
    status = fg_plan_timeline(made, &timeline);
  }
  fg_plan_free(made);
  return end(&telling, status);
}

/* The price books that a timeline may name, given by `offer_book`. */
typedef struct wasm_offered {
  char *name;
  fg_book *book;
} wasm_offered;

static wasm_offered *offered;
static size_t offered_count;

/* Adds a book, and keeps a reference to it. */
EXPORT(offer_book) fg_status wasm_offer_book(const char *name, size_t length, fg_book *book) {
  wasm_telling telling;
  begin(&telling, NULL);
  char *kept = malloc(length + 1);
  wasm_offered *grown = kept == NULL ? NULL : realloc(offered, (offered_count + 1) * sizeof *offered);
  if (grown == NULL) {
    free(kept);
    return end(&telling, FG_NO_MEMORY);
  }
  memcpy(kept, name, length);
  kept[length] = '\0';
  offered = grown;
  offered[offered_count++] = (wasm_offered){kept, fg_book_retain(book)};
  return end(&telling, FG_OK);
}

static fg_status find_book(void *context, fg_string name, fg_book **book, fg_error *error) {
  (void)context;
  for (size_t i = offered_count; i-- > 0;) { /* of two books with one name, the later one is found first */
    if (fg_string_is(name, offered[i].name)) {
      *book = fg_book_retain(offered[i].book);
      return FG_OK;
    }
  }
  return fg_fail(error, FG_UNKNOWN_BOOK, "", "no price book of that name was offered");
}

EXPORT(replay) fg_status wasm_replay(const char *json, size_t length) {
  const fg_book_source books = {find_book, NULL};
  wasm_telling telling;
  begin(&telling, NULL);
  return end(&telling, fg_replay(json, length, &books, NULL, NULL, &answer, &telling.error));
}
