/* Reads the query for a bill of totals: the periods of its rows, and the edition, price and free units of each
   period. */
#include "bill_walk.h"

#include "../book/rating.h"
#include "../book/amendments.h"

static const char *refused_fee(const fg_product *product) {
  for (uint32_t i = 0; i < product->fee_count; i++) {
    const fg_fee_offer *fee = &product->fees[i];
    bool is_of_rows = !fee->is_once && fee->when.count == 0 && fg_period_is_same(fee->every, product->tier_period);
    if (!is_of_rows && !fee->withdrawn) {
      return "fees";
    }
  }
  return NULL;
}

/* FG_UNSUPPORTED for a product whose cost depends on more than its totals: on other products' units, on single events,
   or on hours. */
static fg_status refuse_billed(const fg_book *list, const fg_product *product, fg_error *error) {
  const char *fee = refused_fee(product);
  const char *key = fg_product_prices_events(product)                ? "tier_period"
                    : product->rule_count > 0 && product->asks.clock ? "rules"
                                                                     : fee;
  for (uint32_t i = 0; i < product->price_count && key == NULL; i++) {
    key = product->prices[i].schedule.counter.length > 0 ? "price.counter" : NULL;
  }
  return key == NULL ? FG_OK : fg_refuse_feature(list, product, key, error);
}

static fg_status check_bill_shape(const fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  size_t rows = query->totals.count;
  if (query->periods == 0 || rows % query->periods != 0) {
    return fg_fail(walk->error, FG_INVALID, "periods", "expected a number, 1 or more, that divides the number of rows");
  }
  if (query->free != NULL && query->free->count != 1 && query->free->count != rows) {
    return fg_fail(walk->error, FG_INVALID, "free", "expected as many rows as there are totals, or one for all");
  }
  if (query->packs != NULL && query->packs->count != 1 && query->packs->count != rows / query->periods) {
    return fg_fail(walk->error, FG_INVALID, "packs", "expected as many rows as there are accounts, or one for all");
  }
  return FG_OK;
}

static bool comes_again(const fg_grant_offer *grant) {
  return !grant->withdrawn && (grant->issue == FG_ISSUE_MONTHLY || grant->issue == FG_ISSUE_RECURRING);
}

static bool pool_gives(const fg_pool *pool, uint32_t product) {
  bool covers = false;
  bool gives = false;
  for (uint32_t i = 0; i < pool->cover_count; i++) {
    covers = covers || pool->covers[i].product == product;
  }
  for (uint32_t i = 0; i < pool->offers.grant_count; i++) {
    gives = gives || comes_again(&pool->offers.grants[i]);
  }
  return covers && gives;
}

/* R1, R5: the free units that the book issues for each row; -1 if the book issues free units in another way, so that
   the caller has to say how many there are. */
static int64_t issued_for_row(const fg_bill_walk *walk, const fg_book *list, fg_date date) {
  const fg_product *product = &list->products[walk->product];
  int64_t sum = 0;
  for (uint32_t i = 0; i < list->pool_count; i++) {
    sum = pool_gives(&list->pools[i], walk->product) ? -1 : sum;
  }
  for (uint32_t i = 0; i < product->grant_count && sum >= 0; i++) {
    const fg_grant_offer *grant = &product->grants[i];
    bool is_monthly = grant->issue == FG_ISSUE_MONTHLY;
    int64_t quantity = is_monthly ? fg_issued_quantity(list, walk->product, i, date) : comes_again(grant);
    bool is_of_rows = is_monthly && product->tier_period.unit == FG_EVERY_MONTH && grant->when.count == 0;
    sum = quantity == 0 ? sum : !is_of_rows ? -1 : fg_add_i64(sum, quantity, &sum) ? sum : INT64_MAX;
  }
  return sum;
}

/* Finds the edition that is in force in all of a period. */
static fg_status find_list(const fg_bill_walk *walk, fg_span span, const fg_book **list) {
  *list = fg_book_at(walk->book, span.begin);
  return *list == fg_book_at(walk->book, span.end - 1)
             ? FG_OK
             : fg_fail(walk->error, FG_UNSUPPORTED, "editions",
                       "an edition begins within a period of the rows: ask one of them, by `as_of`, or let accounts "
                       "live the usage");
}

static fg_status read_bill_period(fg_bill_walk *walk, fg_span span, fg_bill_period *period) {
  const fg_zone *zone = &walk->book->zone;
  fg_values values;
  FG_TRY(find_list(walk, span, &period->list));
  if (fg_book_product(period->list, walk->query->product) == FG_NONE) {
    return fg_refuse(walk->error, FG_UNKNOWN_PRODUCT);
  }
  const fg_product *product = fg_bill_product(walk, period);
  FG_TRY(refuse_billed(period->list, product, walk->error));
  period->rating = (fg_rating){.billable = true};
  if (product->rule_count > 0) {
    FG_TRY(fg_quote_rate(period->list, product, walk->query->attributes, span.begin, 1, &values, &period->rating,
                         walk->error));
  }
  period->hours = fg_month_hours(fg_month_of(fg_date_at(span.begin, zone)), zone);
  period->free = walk->query->free != NULL ? 0 : issued_for_row(walk, period->list, fg_date_at(span.begin, zone));
  return period->free >= 0 ? FG_OK
                           : fg_fail(walk->error, FG_INVALID, "free",
                                     "expected a column: the book has free units that are not one quota for each row");
}

static fg_status read_bill_periods(fg_bill_walk *walk, uint32_t product) {
  const fg_bill_query *query = walk->query;
  const fg_period tiers = walk->book->products[product].tier_period;
  fg_time at = query->at;
  for (size_t i = 0; i < query->periods; i++) {
    if (!fg_time_is_civil(at) || fg_month_of(fg_date_at(at, &walk->book->zone)) >= 12 * 10000) {
      return fg_fail(walk->error, FG_INVALID, "at",
                     "expected an instant such that all periods are of the years 1970 to 9999");
    }
    fg_span span = tiers.unit == FG_EVERY_EVENT ? (fg_span){at, at + 1}
                                                : fg_period_at(tiers, query->at, at, &walk->book->zone);
    FG_TRY(read_bill_period(walk, span, &walk->periods[i]));
    at = span.end;
  }
  return FG_OK;
}

/* Whether one price table holds for all rows. Products with rules, or with costs besides usage, are priced row by
   row. */
static bool is_by_table(const fg_bill_walk *walk) {
  const fg_product *product = &walk->book->products[walk->product];
  fg_period tiers = product->tier_period;
  bool is_daily = tiers.unit == FG_EVERY_DAY && !product->schedule.per_hours_of_month;
  return walk->book->edition_count <= 1 && (tiers.unit == FG_EVERY_MONTH || is_daily) &&
         fg_require_plain(walk->book, product, NULL) == FG_OK &&
         fg_require_usage_alone(walk->book, product, NULL) == FG_OK;
}

enum { PERIODS_MAX = 12 * 8000 };

fg_status fg_bill_read(fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  int product = fg_book_place(walk->book, query->product);
  if (product == FG_NONE) {
    return fg_refuse(walk->error, FG_UNKNOWN_PRODUCT);
  }
  walk->product = (uint32_t)product;
  walk->policy = walk->book->policy;
  FG_TRY(fg_policy_set_pairs(&walk->policy, query->policy, query->policy_count, walk->error));
  walk->policy = fg_policy_within(&walk->policy, walk->book->products[product].policy);
  FG_TRY(check_bill_shape(walk));
  if (query->periods >= PERIODS_MAX) {
    return fg_fail(walk->error, FG_INVALID, "periods", "expected less than %d", PERIODS_MAX);
  }
  walk->periods = fg_allocate(&walk->book->allocator, query->periods * sizeof *walk->periods);
  if (walk->periods == NULL) {
    return fg_refuse(walk->error, FG_NO_MEMORY);
  }
  FG_TRY(read_bill_periods(walk, walk->product));
  walk->by_table = is_by_table(walk);
  return FG_OK;
}
