/* The kinds of values and the checks of the periods over which usage is counted and invoiced. */
#include "book_json.h"
#include "book_keys.h"

/* Reads the period of tiers: in format 1 a month or a day, later any period or a word for single events. */
static fg_status key_tier_period_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                      void *object) {
  static const char *const words[] = {"month", "day", NULL};
  fg_period *period = fg_key_place(key, object);
  bool is_event = false;
  int64_t unit = 0;
  if (reader->book->whole->format > 0) {
    FG_TRY(fg_value_word_or_period(reader, value, "event", &is_event, period));
    period->unit = is_event ? FG_EVERY_EVENT : period->unit;
    return FG_OK;
  }
  FG_TRY(fg_value_choice(reader, value, words, &unit));
  period->unit = (fg_period_unit)unit;
  return FG_OK;
}

static void key_tier_period_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_period *period = fg_key_value(key, object);
  (void)book;
  fg_tell_word_or_period(to, key->name, "event", period->unit == FG_EVERY_EVENT, *period);
}

/* Reads a period of settlement, of the book or of a product alone. */
static fg_status key_own_period_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                     void *object) {
  fg_own_period *own = fg_key_place(key, object);
  own->is_given = true;
  return fg_kind_period.read(reader, key, value, object);
}

static void key_own_period_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_own_period *own = fg_key_value(key, object);
  (void)book;
  if (own->is_given) {
    fg_tell_period(to, key->name, own->period);
  } else {
    fg_tell_null(to, key->name);
  }
}

const fg_key_kind fg_kind_tier_period = {key_tier_period_read, key_tier_period_tell};
const fg_key_kind fg_kind_own_period = {key_own_period_read, key_own_period_tell};

/* Checks that of the periods of settlement and of tiers the longer is made of whole shorter ones, because a running
   total is kept over the longer one. */
fg_status fg_check_settlement(const fg_book_reader *reader, const fg_book *list) {
  for (uint32_t i = 0; i < list->product_count; i++) {
    const fg_product *product = &list->products[i];
    bool is_read = fg_is_read(reader, &product->tier_period) && fg_is_read(reader, &product->own_settle) &&
                   fg_is_read(reader, &list->settle);
    fg_period settle = fg_product_settles(list, product);
    if (is_read && !fg_product_prices_events(product) && !fg_period_divides(settle, product->tier_period) &&
        !fg_period_divides(product->tier_period, settle)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, product->own_settle.is_given ? "settle" : "tier_period",
                                 "expected periods of tiers and of settlement of which one is made of whole others");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "products[%u]", i)));
    }
  }
  return FG_OK;
}
