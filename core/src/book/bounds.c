/* The checks of `least` and `most`, and of products whose events are each priced by itself. */
#include "bounds.h"

#include "book_keys.h"
#include "counters.h"

static fg_status key_bound_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  fg_bound *bound = fg_key_place(key, object);
  FG_TRY(fg_value_price(reader, value, &bound->amount, NULL));
  bound->given = true;
  return FG_OK;
}

static void key_bound_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_bound *bound = fg_key_value(key, object);
  (void)book;
  fg_tell_optional_amount(to, key->name, bound->given, bound->amount);
}

const fg_key_kind fg_kind_bound = {key_bound_read, key_bound_tell};

static fg_status check_bounds(const fg_book_reader *reader, const fg_bounds *bounds) {
  bool are_read = fg_is_read(reader, &bounds->least) && fg_is_read(reader, &bounds->most);
  bool are_both = bounds->least.given && bounds->most.given;
  return !are_read || !are_both || bounds->least.amount <= bounds->most.amount
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "most", "expected \"least\" or more"));
}

fg_status fg_check_bill(const fg_book_reader *reader, void *object) { return check_bounds(reader, object); }

static bool has_terms(const fg_product *product) {
  bool has = product->quantity.items != NULL;
  for (uint32_t i = 0; i < product->rule_count && !has; i++) {
    has = product->rules[i].quantity.items != NULL;
  }
  return has;
}

/* Whether all rules of a product were read, because one that was not may say what is missed elsewhere. */
static bool are_rules_read(const fg_book_reader *reader, const fg_product *product) {
  bool are_read = fg_is_read(reader, &product->rules) && fg_is_read(reader, &product->quantity);
  for (uint32_t i = 0; i < product->rule_count && are_read; i++) {
    are_read = fg_is_read(reader, &product->rules[i]) && fg_is_read(reader, &product->rules[i].quantity);
  }
  return are_read;
}

fg_status fg_check_bounds_of_product(const fg_book_reader *reader, const fg_product *product) {
  const char *fault = NULL;
  FG_TRY(check_bounds(reader, &product->bounds));
  if (!fg_is_read(reader, &product->tier_period)) {
    return FG_OK;
  }
  if (!fg_product_prices_events(product)) {
    return FG_OK;
  }
  if (fg_product_names_counter(product)) {
    fault = "expected a period: a price has a counter that others share";
  } else if (product->aggregate != NULL) {
    fault = "expected a period: events are aggregated, and what they come to is priced together";
  } else if (are_rules_read(reader, product) && !has_terms(product)) {
    fault = "expected a period: there is no \"quantity\" that says what one event is";
  }
  return fault == NULL ? FG_OK : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "tier_period", "%s", fault));
}
