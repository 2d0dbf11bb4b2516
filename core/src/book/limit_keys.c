/* The checks of limits and capacities, and the kinds of values that only these have. */
#include "book_keys.h"
#include "fraction.h"
#include "limits.h"
#include "when.h"

enum { SECONDS_OF_DAY = 86400, WINDOW_MAX = FG_DAYS_MAX };

/* Reads the seconds of a window; tasks at once are kept as 0. */
static fg_status key_window_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  static const char *const fields[] = {"seconds", NULL};
  fg_string word = fg_json_string(value);
  const fg_json *seconds = NULL;
  int64_t count = 0;
  if (word.text == NULL || !fg_string_is(word, "slots")) {
    if (!fg_json_is(value, FG_JSON_OBJECT)) {
      return fg_fail(reader->error, FG_INVALID, "", "expected \"slots\" or an object of \"seconds\"");
    }
    FG_TRY(fg_json_fields(value, fields, reader->error));
    FG_TRY(fg_json_require(value, "seconds", &seconds, reader->error));
    FG_TRY(fg_within(reader->error,
                     fg_json_integer(seconds, 1, (int64_t)WINDOW_MAX * SECONDS_OF_DAY, &count, reader->error),
                     "seconds"));
  }
  fg_key_set_number(key, object, count);
  return FG_OK;
}

static void key_window_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  int64_t seconds = fg_key_number(key, object);
  (void)book;
  if (seconds == 0) {
    fg_tell_word(to, key->name, "slots");
    return;
  }
  fg_tell_begin_object(to, key->name);
  fg_tell_integer(to, "seconds", seconds);
  fg_tell_end_object(to);
}

const fg_key_kind fg_kind_window = {key_window_read, key_window_tell};

static fg_status read_product_name(const fg_book_reader *reader, const fg_json *value, fg_string *name) {
  FG_TRY(fg_value_name(reader, value, name));
  bool is_known = fg_book_product(reader->book, *name) != FG_NONE || !fg_is_read(reader, &reader->book->products);
  return is_known ? fg_book_keep(reader, *name, name)
                  : fg_fail(reader->error, FG_INVALID, "", "expected the id of a product of this book");
}

static fg_status key_products_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  fg_names *names = fg_key_place(key, object);
  void *items = NULL;
  FG_TRY(fg_value_list(reader, value, "ids of products", sizeof(fg_string), &items));
  names->items = items;
  for (FG_EACH_ELEMENT(value, element)) {
    fg_string *name = &((fg_string *)items)[names->count];
    FG_TRY(fg_within(reader->error, read_product_name(reader, element, name), "[%u]", names->count));
    for (uint32_t i = 0; i < names->count; i++) {
      if (fg_string_equal(names->items[i], *name)) {
        return fg_fail(reader->error, FG_INVALID, "", "expected each product once");
      }
    }
    names->count++;
  }
  return FG_OK;
}

static void key_products_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_names *names = fg_key_value(key, object);
  (void)book;
  if (names->count == 0) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_texts(to, key->name, names->items, names->count);
}

const fg_key_kind fg_kind_products = {key_products_read, key_products_tell};

static fg_status key_by_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value, void *object) {
  fg_string name;
  FG_TRY(fg_value_name(reader, value, &name));
  int place = fg_attribute_place(reader->book, name);
  bool is_text = place >= 0 && place < FG_ATTRIBUTES_MAX && reader->book->attributes[place].values != NULL;
  fg_key_set_number(key, object, is_text ? place : FG_NONE);
  return is_text || !fg_is_read(reader, &reader->book->attributes)
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected the id of an attribute that has \"values\"");
}

static void key_by_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  int64_t place = fg_key_number(key, object);
  if (place < 0) {
    fg_tell_null(to, key->name);
  } else {
    fg_tell_text(to, key->name, book->attributes[place].id);
  }
}

const fg_key_kind fg_kind_by = {key_by_read, key_by_tell};

/* Whether a window of so many seconds can be one of the clock, which begins at 00:00 of a civil day. */
static bool is_of_clock(int64_t seconds) { return SECONDS_OF_DAY % seconds == 0 || seconds % SECONDS_OF_DAY == 0; }

fg_status fg_check_limit(const fg_book_reader *reader, void *object) {
  fg_limit *limit = object;
  limit->length = limit->seconds * FG_SECOND;
  limit->in_cells = true;
  fg_when_asks(&limit->when, &limit->asks);
  if (!fg_is_read(reader, &limit->seconds) || !fg_is_read(reader, &limit->kind)) {
    return FG_OK;
  }
  if (limit->kind >= 0 && limit->seconds == 0) {
    FG_TRY(
        fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "kind", "expected none where the window is \"slots\"")));
  } else if (limit->kind == FG_LIMIT_CLOCK && !is_of_clock(limit->seconds)) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "window.seconds",
                                       "expected seconds that divide the 86400 of a day, or whole days")));
  }
  if (limit->of_units && limit->seconds == 0) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "counts",
                                       "expected \"quantity\" where the window is \"slots\": a call takes one slot, "
                                       "whatever it comes to")));
  }
  if (limit->burst >= 0 && limit->kind != FG_LIMIT_BUCKET) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "burst", "expected none: only a bucket has one")));
  }
  return FG_OK;
}

/* Fills in what the key `capacity` does not state, in contrast to `capacities`: usage is free, and the switch decides
   the effect. */
fg_status fg_check_capacity(const fg_book_reader *reader, void *object) {
  fg_capacity_offer *offer = object;
  (void)reader;
  offer->is_free = true;
  offer->effect = -1;
  return FG_OK;
}

/* Refuses a refund in proportion where a part of an order cannot be told: the book must round, because a part of a
   month seldom divides a price exactly, and an offer by the month must say how a part of a month is counted. */
static fg_status check_refund_of_raise(const fg_book_reader *reader, const fg_capacity_offer *offer, bool is_rounded) {
  bool by_months = offer->month != NULL && offer->prorate == FG_PRORATE_NONE;
  const char *expected = offer->refund != FG_REFUND_PRO_RATA ? NULL
                         : !is_rounded ? "or a rounding of the book: parts of an order are not exact"
                         : by_months   ? "or \"prorate\", which says what a part of a month is"
                                       : NULL;
  return expected == NULL ? FG_OK
                          : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "refund",
                                                        "expected \"unused\" or \"none\", %s", expected));
}

fg_status fg_check_raise(const fg_book_reader *reader, void *object) {
  const fg_capacity_offer *offer = object;
  const fg_rounding *rounding = &reader->book->whole->rounding;
  bool is_rounded = rounding->mode != FG_ROUND_NONE || !fg_is_read(reader, rounding);
  if (offer->prorate != FG_PRORATE_NONE && !is_rounded) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "prorate",
                                       "expected none, or a rounding of the book: parts of a month are not exact"));
  }
  return check_refund_of_raise(reader, offer, is_rounded);
}

static fg_status raise_fault(const fg_book_reader *reader, const fg_book *book, const fg_product *product,
                             uint32_t which) {
  const fg_capacity_offer *offer = &product->capacities[which];
  if (fg_is_read(reader, &offer->raises) && fg_product_window(book, product, offer->raises) == FG_NONE) {
    return fg_fail(reader->error, FG_INVALID, "limit", "expected the id of a limit of this product, or of the book");
  }
  if (fg_is_read(reader, &offer->meter) && fg_is_read(reader, &product->meter) &&
      fg_string_equal(offer->meter, product->meter)) {
    return fg_fail(reader->error, FG_INVALID, "id", "expected another name than the meter of the product's usage");
  }
  return FG_OK;
}

/* What is wrong with `beyond` of a capacity; NULL: nothing. The rest can be billed only where usage within the rate is
   free, and where the rate is one per second. */
static const char *beyond_fault(const fg_book_reader *reader, const fg_book *book, const fg_product *product,
                                const fg_capacity_offer *offer) {
  int place = fg_is_read(reader, &offer->raises) ? fg_product_window(book, product, offer->raises) : FG_NONE;
  if (!offer->bills_beyond || !fg_is_read(reader, &offer->is_free)) {
    return NULL;
  }
  if (!offer->is_free) {
    return "expected \"refuse\": all usage is billed";
  }
  const fg_limit *limit = place == FG_NONE                      ? NULL
                          : (uint32_t)place < book->limit_count ? &book->limits[place]
                                                                : &product->limits[(uint32_t)place - book->limit_count];
  bool is_by_second = limit == NULL || !fg_is_read(reader, &limit->seconds) || limit->seconds == 1;
  return is_by_second ? NULL : "expected \"refuse\": the window of its limit is not of one second";
}

static fg_status check_beyond(const fg_book_reader *reader, const fg_book *book, const fg_product *product,
                              uint32_t which) {
  const char *fault = beyond_fault(reader, book, product, &product->capacities[which]);
  return fault == NULL ? FG_OK : fg_fail(reader->error, FG_INVALID, "beyond", "%s", fault);
}

static fg_status check_raises(const fg_book_reader *reader, const fg_book *book, uint32_t number) {
  const fg_product *product = &book->products[number];
  if (product->capacity != NULL && product->capacities_count > 0) {
    fg_status status = fg_fail(reader->error, FG_INVALID, "capacity", "expected none beside \"capacities\"");
    FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "products[%u]", number)));
  }
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    fg_status beyond = fg_within(reader->error, check_beyond(reader, book, product, i), "capacities[%u]", i);
    FG_TRY(fg_fault_of(reader, fg_within(reader->error, beyond, "products[%u]", number)));
    fg_status status = fg_within(reader->error, raise_fault(reader, book, product, i), "capacities[%u]", i);
    FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "products[%u]", number)));
  }
  return FG_OK;
}

/* Checks that no product which a limit of the book holds for has another limit of the same id, because a statement
   names limits by their ids. */
static fg_status check_shared(const fg_book_reader *reader, const fg_book *book, uint32_t which) {
  const fg_limit *limit = &book->limits[which];
  for (uint32_t i = 0; i < book->product_count && fg_is_read(reader, &limit->id); i++) {
    const fg_product *product = &book->products[i];
    bool is_taken = fg_product_limit(product, limit->id) != FG_NONE ||
                    (product->capacity != NULL && fg_string_equal(product->capacity->meter, limit->id));
    if (is_taken && fg_book_limit_is_of(limit, product)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "id", "expected an id that no limit of product \"%s\" has",
                                 product->id.text);
      return fg_fault_of(reader, fg_within(reader->error, status, "limits[%u]", which));
    }
  }
  return FG_OK;
}

fg_status fg_check_limits(const fg_book_reader *reader, void *object) {
  const fg_book *book = object;
  bool is_read = fg_is_read(reader, &book->products) && fg_is_read(reader, &book->limits);
  for (uint32_t i = 0; is_read && i < book->limit_count; i++) {
    FG_TRY(check_shared(reader, book, i));
  }
  for (uint32_t i = 0; is_read && i < book->product_count; i++) {
    FG_TRY(check_raises(reader, book, i));
  }
  return fg_check_choices(reader, book);
}
