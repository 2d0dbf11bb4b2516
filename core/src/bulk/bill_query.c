/* Reads the query for a bill of totals: the periods of its rows, and the editions, prices and free units of each
   period. */
#include "bill_walk.h"

#include <stdio.h>

#include "../book/amendments.h"
#include "../book/names.h"
#include "../book/rating.h"

const char *fg_bill_path(const fg_bill_walk *walk, const char *column, char path[FG_BILL_PATH_MAX]) {
  if (!fg_bill_is_of_event(walk)) {
    return column;
  }
  fg_string product = walk->query->product;
  snprintf(path, FG_BILL_PATH_MAX, "%s.%.*s", column, product.length < 192 ? (int)product.length : 192, product.text);
  return path;
}

fg_status fg_bill_blame(fg_bill_walk *walk, const char *column, size_t row, const char *message) {
  *walk->bad_row = row;
  fg_fail(walk->error, FG_INVALID, "", "%s", message);
  fg_error_prefix(walk->error, "%s[%zu]", column, row);
  return FG_INVALID;
}

fg_status fg_bill_blame_cover(fg_bill_walk *walk, size_t row, int64_t total) {
  char path[FG_BILL_PATH_MAX];
  const char *column = total < 0 ? "totals" : fg_bill_path(walk, walk->free_left < 0 ? "free" : "packs", path);
  return fg_bill_blame(walk, column, row, "expected 0 to 9223372036854775807");
}

static fg_status check_rows(const fg_bill_walk *walk, const char *name, const fg_integers *column) {
  return column == NULL || column->count == 1 || column->count == walk->query->totals.count
             ? FG_OK
             : fg_fail(walk->error, FG_INVALID, name, "expected as many rows as there are totals, or one for all");
}

/* Checks that a column is given if the product needs it, and is not given otherwise. */
static fg_status check_asked(const fg_bill_walk *walk, const char *name, bool is_there, bool is_asked,
                             const char *because) {
  return is_there == is_asked
             ? FG_OK
             : fg_fail(walk->error, FG_INVALID, name, "expected %s: %s", is_asked ? "a column" : "none", because);
}

static fg_status check_bill_shape(const fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  char path[FG_BILL_PATH_MAX];
  size_t rows = query->totals.count;
  if (query->periods == 0 || rows % query->periods != 0) {
    return fg_fail(walk->error, FG_INVALID, "periods", "expected a number, 1 or more, that divides the number of rows");
  }
  FG_TRY(check_rows(walk, fg_bill_path(walk, "free", path), query->free));
  FG_TRY(check_rows(walk, "events", query->events));
  FG_TRY(check_rows(walk, fg_bill_path(walk, "counted", path), query->counted));
  for (size_t i = 0; i < query->before_count; i++) {
    FG_TRY(check_rows(walk, "before", &query->before[i].units));
  }
  if (query->packs != NULL && query->packs->count != 1 && query->packs->count != rows / query->periods) {
    return fg_fail(walk->error, FG_INVALID, fg_bill_path(walk, "packs", path),
                   "expected as many rows as there are accounts, or one for all");
  }
  return FG_OK;
}

fg_period fg_bill_period_of_rows(const fg_product *product) {
  return fg_product_prices_events(product) ? product->settle : product->tier_period;
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
    bool is_left_over = grant->validity.unit != FG_VALID_THIS_MONTH || grant->rollover > 0;
    bool is_of_rows = is_monthly && !is_left_over && fg_bill_period_of_rows(product).unit == FG_EVERY_MONTH &&
                      grant->when.count == 0;
    sum = quantity == 0 ? sum : !is_of_rows ? -1 : fg_add_i64(sum, quantity, &sum) ? sum : INT64_MAX;
  }
  return sum;
}

static bool event_has(const fg_book *list, const fg_event *event, uint32_t product) {
  bool has = false;
  for (uint32_t i = 0; i < event->product_count; i++) {
    has = has || event->products[i] == product;
  }
  return has && !list->products[product].withdrawn;
}

/* What one event comes to in a stretch. Where the event does not have the product by the stretch's edition, nothing of
   it is used. What an aggregate comes to does not follow from how many events there are. */
static fg_status rate_event(const fg_bill_walk *walk, const fg_book *list, fg_bill_stretch *stretch) {
  const fg_product *product = &list->products[walk->product];
  int event = fg_book_event(list, walk->event);
  fg_values values;
  if (event == FG_NONE) {
    return fg_refuse(walk->error, FG_UNKNOWN_PRODUCT);
  }
  if (!event_has(list, &list->events[event], walk->product)) {
    stretch->rating.billable = false;
    stretch->each = 0;
    return FG_OK;
  }
  if (product->aggregate != NULL || product->asks.clock) {
    const char *key = product->aggregate != NULL ? "aggregate" : product->rule_count > 0 ? "rules" : "quantity";
    return fg_refuse_feature(list, product, key, walk->error);
  }
  if (!product->plain) {
    FG_TRY(fg_quote_rate(list, product, walk->query->attributes, stretch->begin, 1, &values, &stretch->rating,
                         walk->error));
    stretch->each = stretch->rating.units;
  }
  return FG_OK;
}

static fg_status rate_stretch(const fg_bill_walk *walk, fg_bill_stretch *stretch) {
  const fg_book *list = fg_book_at(walk->book, stretch->begin);
  const fg_product *product = &list->products[walk->product];
  fg_values values;
  stretch->rating = (fg_rating){.billable = true};
  stretch->each = 1;
  if (fg_bill_is_of_event(walk)) {
    return rate_event(walk, list, stretch);
  }
  if (fg_book_product(list, walk->query->product) == FG_NONE) {
    return fg_refuse(walk->error, FG_UNKNOWN_PRODUCT);
  }
  if (product->rule_count > 0 && product->asks.clock) {
    return fg_refuse_feature(list, product, "rules", walk->error);
  }
  return product->rule_count == 0 ? FG_OK
                                  : fg_quote_rate(list, product, walk->query->attributes, stretch->begin, 1, &values,
                                                  &stretch->rating, walk->error);
}

static fg_status add_stretch(fg_bill_walk *walk, fg_bill_period *period, fg_bill_stretch stretch) {
  FG_TRY(rate_stretch(walk, &stretch));
  if (FG_ARRAY_RESERVE(&walk->book->allocator, &walk->stretches, 1) != FG_OK) {
    return fg_refuse(walk->error, FG_NO_MEMORY);
  }
  walk->stretches.items[walk->stretches.count++] = stretch;
  period->count++;
  return FG_OK;
}

/* Adds the stretch of an edition that begins within a period. Units used before that are priced by earlier editions, so
   the query must say how many they are. */
static fg_status add_edition(fg_bill_walk *walk, fg_bill_period *period, const fg_book *edition, fg_time begin) {
  const fg_bill_query *query = walk->query;
  char date[11];
  for (size_t i = 0; i < query->before_count; i++) {
    if (query->before[i].at == begin) {
      return add_stretch(walk, period, (fg_bill_stretch){.begin = begin, .before = &query->before[i].units});
    }
  }
  fg_date_format(edition->effective, date);
  return fg_fail(walk->error, FG_INVALID, "before",
                 "expected a column of units used before %s: an edition begins then, within a period of the rows",
                 date);
}

static fg_status divide_period(fg_bill_walk *walk, fg_bill_period *period) {
  const fg_book *book = walk->book;
  period->first = walk->stretches.count;
  FG_TRY(add_stretch(walk, period, (fg_bill_stretch){.begin = period->span.begin}));
  for (uint32_t i = 1; i < book->edition_count; i++) {
    fg_time begin = fg_date_begin(book->editions[i].effective, &book->zone);
    if (begin > period->span.begin && begin < period->span.end) {
      FG_TRY(add_edition(walk, period, &book->editions[i], begin));
    }
  }
  return FG_OK;
}

static fg_status read_bill_period(fg_bill_walk *walk, fg_bill_period *period) {
  const fg_zone *zone = &walk->book->zone;
  fg_date date = fg_date_at(period->span.begin, zone);
  period->list = fg_book_at(walk->book, period->span.begin);
  FG_TRY(divide_period(walk, period));
  period->hours = fg_month_hours(fg_month_of(date), zone);
  char path[FG_BILL_PATH_MAX];
  period->free = walk->query->free != NULL ? 0 : issued_for_row(walk, period->list, date);
  return period->free >= 0 ? FG_OK
                           : fg_fail(walk->error, FG_INVALID, fg_bill_path(walk, "free", path),
                                     "expected a column: the book has free units that are not one quota for each row");
}

static fg_status read_bill_periods(fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  const fg_period every = fg_bill_period_of_rows(&walk->book->products[walk->product]);
  fg_time at = query->at;
  for (size_t i = 0; i < query->periods; i++) {
    if (!fg_time_is_shown(at, &walk->book->zone)) {
      return fg_fail(walk->error, FG_INVALID, "at",
                     "expected an instant such that all periods are of the years 1970 to 9999");
    }
    walk->periods[i] = (fg_bill_period){.span = fg_period_at(every, query->at, at, &walk->book->zone)};
    FG_TRY(read_bill_period(walk, &walk->periods[i]));
    at = walk->periods[i].span.end;
  }
  return FG_OK;
}

fg_string fg_bill_counter(const fg_bill_walk *walk, const fg_bill_stretch *stretch) {
  const fg_product *product = &fg_book_at(walk->book, stretch->begin)->products[walk->product];
  return stretch->rating.billable ? product->prices[stretch->rating.price].schedule.counter : fg_string_of("");
}

/* Checks the columns beside the totals of a product; a total of an event says itself how many events it is of. */
static fg_status check_given_beside(const fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  bool is_of_events = fg_product_prices_events(&walk->book->products[walk->product]);
  bool is_counted = false;
  for (uint32_t i = 0; i < walk->stretches.count; i++) {
    is_counted = is_counted || fg_bill_counter(walk, &walk->stretches.items[i]).length > 0;
  }
  FG_TRY(check_asked(walk, "events", query->events != NULL, is_of_events,
                     is_of_events ? "each event is priced by itself, and all of a total are alike"
                                  : "the product has tiers of a period"));
  return check_asked(walk, "counted", query->counted != NULL, is_counted,
                     is_counted ? "the price has a counter that others share" : "the price has no counter");
}

/* Checks that all columns are given that the product and the periods need, and no others. */
static fg_status check_columns(const fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  size_t begins = 0;
  for (uint32_t i = 0; i < walk->stretches.count; i++) {
    begins += walk->stretches.items[i].before != NULL;
  }
  FG_TRY(fg_bill_is_of_event(walk) ? FG_OK : check_given_beside(walk));
  return begins == query->before_count
             ? FG_OK
             : fg_fail(walk->error, FG_INVALID, "before",
                       "expected instants at which an edition begins within a period of the rows, each once");
}

/* Whether all rows are priced by a table, not one by one: only if usage has one price by the schedule and nothing else
   costs. */
static bool is_by_table(const fg_bill_walk *walk) {
  const fg_product *product = &walk->book->products[walk->product];
  fg_period tiers = product->tier_period;
  bool is_even = !product->schedule.per_hours_of_month;
  bool is_monthly = tiers.unit == FG_EVERY_MONTH && (is_even || !fg_bill_is_of_event(walk));
  return walk->book->edition_count <= 1 && (is_monthly || (tiers.unit == FG_EVERY_DAY && is_even)) &&
         fg_require_plain(walk->book, product, NULL) == FG_OK &&
         fg_require_usage_alone(walk->book, product, NULL) == FG_OK;
}

static fg_status make_living_account(fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  const fg_account_options options = {
      .policy = query->policy, .policy_count = query->policy_count, .allocator = &walk->book->allocator};
  fg_attributes usage;
  FG_TRY(fg_account_new((fg_book *)walk->book, &options, &walk->account, walk->error));
  FG_TRY(fg_quote_split(walk->book, query->attributes, walk->own, &usage, &walk->of_account, walk->error));
  FG_TRY(fg_attributes_check(walk->book, walk->of_account, true, walk->error));
  walk->account->state.attributes = &walk->of_account;
  return FG_OK;
}

/* Opens the product in the account that lives the rows. The account holds no units, because they are in columns. */
static fg_status open_walk_product(fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  FG_TRY(walk->account == NULL ? make_living_account(walk) : FG_OK);
  fg_service *service = &walk->account->state.services[walk->product];
  bool is_anchored = fg_period_is_anchored(fg_bill_period_of_rows(&walk->book->products[walk->product]));
  service->open = service->was_open = true;
  service->opened = is_anchored ? query->at : walk->periods[0].span.begin;
  service->fees_until = service->opened;
  fg_bill_put_in_force(walk->account, service->opened);
  fg_status status = fg_bill_read_fees(walk);
  return status == FG_OK ? FG_OK : fg_refuse(walk->error, status);
}

enum { PERIODS_MAX = 12 * 8000 };

fg_status fg_bill_read(fg_bill_walk *walk) {
  const fg_bill_query *query = walk->query;
  int product = fg_book_place(walk->book, query->product);
  if (product == FG_NONE) {
    return fg_no_such_product(walk->book, FG_PRODUCT_OR_EVENT, query->product, "", walk->error);
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
  FG_TRY(read_bill_periods(walk));
  FG_TRY(check_columns(walk));
  walk->by_table = is_by_table(walk);
  return walk->by_table ? FG_OK : open_walk_product(walk);
}

void fg_bill_release(fg_bill_walk *walk) {
  FG_ARRAY_RELEASE(&walk->book->allocator, &walk->stretches);
  fg_release(&walk->book->allocator, walk->periods, walk->query->periods * sizeof *walk->periods);
}
