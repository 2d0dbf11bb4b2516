/* The checks of counters that several schedules share. */
#include "book_keys.h"
#include "capacity_terms.h"
#include "counters.h"
#include "price_model.h"
#include "tier_quantity.h"

static bool has_counter(const fg_schedule *schedule, fg_string counter) {
  return counter.length > 0 && fg_string_equal(schedule->counter, counter);
}

static bool product_has_counter(const fg_product *product, fg_string counter) {
  bool has = false;
  for (uint16_t i = 0; i < product->price_count && !has; i++) {
    has = has_counter(&product->prices[i].schedule, counter);
  }
  return has;
}

bool fg_products_share_counter(const fg_product *a, const fg_product *b) {
  bool share = false;
  for (uint16_t i = 0; i < a->price_count && !share; i++) {
    share = product_has_counter(b, a->prices[i].schedule.counter);
  }
  return share;
}

bool fg_product_fills_tiers(const fg_book *book, const fg_product *product) {
  const fg_policy policy = fg_policy_within(&book->policy, product->policy);
  bool covers = !fg_tier_is_of_residual(&policy) && (product->grant_count > 0 || product->pack_count > 0);
  bool counts = fg_capacity_calls_count(&policy) && product->capacity_count > 0;
  return book->format > 0 && fg_price_model_of(&product->schedule)->by_slice && (covers || counts);
}

/* Checks that a product has the tier period of every product with which it shares a counter, because a count is of one
   period. */
static fg_status check_periods(const fg_book_reader *reader, const fg_product *products, uint32_t place) {
  const fg_product *own = &products[place];
  for (uint32_t i = 0; i < place; i++) {
    bool is_read = fg_is_read(reader, &own->tier_period) && fg_is_read(reader, &products[i].tier_period);
    if (is_read && !fg_period_is_same(products[i].tier_period, own->tier_period) &&
        fg_products_share_counter(&products[i], own)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "tier_period",
                                 "expected that of \"%.*s\", with which it shares a counter",
                                 (int)products[i].id.length, products[i].id.text);
      return fg_fault_of(reader, fg_within(reader->error, status, "products[%u]", place));
    }
  }
  return FG_OK;
}

fg_status fg_check_counters(const fg_book_reader *reader, const fg_product *products, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(check_periods(reader, products, i));
  }
  return FG_OK;
}

bool fg_product_names_counter(const fg_product *product) {
  bool has = product->schedule.counter.length > 0;
  for (uint32_t i = 0; i < product->rule_count && !has; i++) {
    has = product->rules[i].price != NULL && product->rules[i].price->counter.length > 0;
  }
  return has;
}
