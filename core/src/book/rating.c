#include "rating.h"

#include "../base/status.h"
#include "quantity.h"
#include "rules_compile.h"

static fg_rated look_up(const fg_rule_table *table, const fg_values *values) {
  uint32_t cell = 0;
  for (uint32_t i = 0; i < table->split_count; i++) {
    const fg_split *split = &table->splits[i];
    cell = cell * (split->count + 1) + fg_split_part(split, values->of[split->attribute]);
  }
  return table->rated[table->cells[cell]];
}

fg_status fg_rate_values(const fg_book *book, const fg_product *product, const fg_values *values, int64_t quantity,
                         fg_rating *rating, fg_error *error) {
  fg_rated rated = product->table.cells != NULL ? look_up(&product->table, values) : fg_rules_ask(product, values);
  if (FG_UNLIKELY(rated.price == FG_NO_PLACE && rated.not_billable == 0)) {
    return fg_book_refuse(book, product->source, error, FG_NO_RULE);
  }
  *rating = (fg_rating){
      .price = rated.price, .factor = rated.factor, .terms = rated.terms, .billable = rated.not_billable == 0};
  rating->units = quantity;
  const fg_quantity_terms *terms = &product->quantities[rated.terms];
  if (terms->count > 0 && fg_quantity_units(terms, values, quantity, &rating->units) != FG_OK) {
    return fg_refuse(error, FG_OVERFLOW);
  }
  if (FG_UNLIKELY(rating->units == 0 && quantity > 0 && rating->billable)) {
    rating->lacks = (uint16_t)(fg_quantity_lacking(book, terms, values->there) + 1);
  }
  bool is_by_event = fg_product_prices_events(product);
  rating->of_each = FG_UNLIKELY(is_by_event && quantity > 0) ? rating->units / quantity : 0;
  return FG_OK;
}

FG_HOT fg_status fg_rate(const fg_book *book, const fg_product *product, fg_attributes usage,
                         const fg_attributes *account, fg_time at, int64_t quantity, fg_rating *rating,
                         fg_error *error) {
  fg_values values;
  FG_TRY(fg_values_read(book, &product->asks, usage, account, at, &values, error));
  return fg_rate_values(book, product, &values, quantity, rating, error);
}

fg_status fg_refuse_lacking(const fg_book *book, uint16_t lacks, fg_error *error) {
  const fg_string name = book->attributes[lacks - 1].id;
  fg_fail(error, FG_MISSING_ATTRIBUTE, "", "the product is measured by it, so its default of 0 would make it free");
  fg_error_prefix(error, "attributes.%.*s", fg_shown(name), name.text);
  return FG_MISSING_ATTRIBUTE;
}

fg_status fg_refuse_feature(const fg_book *book, const fg_product *product, const char *key, fg_error *error) {
  fg_fail(error, FG_UNSUPPORTED, "", "the question cannot be answered of a product with \"%s\"", key);
  fg_error_prefix(error, "products[%d].%s", (int)(product - book->products), key);
  return FG_UNSUPPORTED;
}

fg_status fg_require_own_units(const fg_book *book, const fg_product *product, fg_error *error) {
  const char *key = product->aggregate != NULL             ? "aggregate"
                    : product->rule_count > 0              ? "rules"
                    : product->quantity.items != NULL      ? "quantity"
                    : product->schedule.counter.length > 0 ? "price.counter"
                                                           : NULL;
  return key == NULL ? FG_OK : fg_refuse_feature(book, product, key, error);
}

fg_status fg_require_plain(const fg_book *book, const fg_product *product, fg_error *error) {
  const fg_schedule *schedule = &product->schedule;
  const char *key = schedule->rounding.mode != FG_ROUND_NONE ? "price.rounding"
                    : fg_schedule_has_fee(schedule)          ? "price.tiers.fee"
                                                             : NULL;
  FG_TRY(fg_require_own_units(book, product, error));
  return key == NULL ? FG_OK : fg_refuse_feature(book, product, key, error);
}

fg_status fg_require_months(const fg_book *book, const fg_product *product, fg_error *error) {
  fg_period tiers = product->tier_period;
  if (tiers.unit != FG_EVERY_MONTH && tiers.unit != FG_EVERY_DAY) {
    return fg_refuse_feature(book, product, "tier_period", error);
  }
  return product->settle.unit == FG_EVERY_MONTH ? FG_OK : fg_refuse_feature(book, product, "settle", error);
}

fg_status fg_require_usage_alone(const fg_book *book, const fg_product *product, fg_error *error) {
  const bool is_of_events = fg_product_prices_events(product); /* the bounds of events are part of their price */
  const char *key = product->fee_count > 0                         ? "fees"
                    : product->bounds.least.given && !is_of_events ? "least"
                    : product->bounds.most.given && !is_of_events  ? "most"
                                                                   : NULL;
  return key == NULL ? FG_OK : fg_refuse_feature(book, product, key, error);
}
