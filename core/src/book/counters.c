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

static int compare_uses(const void *a, const void *b) {
  const fg_counter_use *one = a;
  const fg_counter_use *other = b;
  int order = fg_string_compare(one->counter, other->counter);
  return order != 0 ? order : fg_compare_i64(one->product, other->product);
}

fg_status fg_counter_uses_find(const fg_product *products, uint32_t count, const fg_allocator *allocator,
                               fg_counter_uses *uses) {
  *uses = (fg_counter_uses){NULL, 0, 0};
  for (uint32_t i = 0; i < count; i++) {
    uses->room += products[i].price_count;
  }
  uses->items = fg_allocate(allocator, uses->room * sizeof *uses->items);
  FG_TRY(uses->items == NULL && uses->room > 0 ? FG_NO_MEMORY : FG_OK);
  for (uint32_t i = 0; i < count; i++) {
    for (uint16_t price = 0; price < products[i].price_count; price++) {
      fg_string counter = products[i].prices[price].schedule.counter;
      uses->items[uses->count] = (fg_counter_use){counter, i};
      uses->count += counter.length > 0;
    }
  }
  FG_ARRAY_SORT(uses, compare_uses);
  return FG_OK;
}

void fg_counter_uses_release(fg_counter_uses *uses, const fg_allocator *allocator) {
  fg_release(allocator, uses->items, uses->room * sizeof *uses->items);
}

static bool has_other_period(const fg_product *products, uint32_t a, uint32_t b) {
  return !fg_period_is_same(products[a].tier_period, products[b].tier_period);
}

/* Finds for each product the first one before it with which it shares a counter and not the tier period; `first` has
   room for each, and gets UINT32_MAX where there is none. */
static void find_other_periods(const fg_book_reader *reader, const fg_product *products, const fg_counter_uses *uses,
                               uint32_t *first) {
  uint32_t begin = UINT32_MAX; /* the first product that names the counter */
  uint32_t other = UINT32_MAX; /* the first with another tier period than that */
  for (uint32_t i = 0; i < uses->count; i++) {
    uint32_t own = uses->items[i].product;
    bool is_new = i == 0 || !fg_string_equal(uses->items[i].counter, uses->items[i - 1].counter);
    begin = is_new ? UINT32_MAX : begin;
    other = is_new ? UINT32_MAX : other;
    if (!fg_is_read(reader, &products[own].tier_period)) {
      continue;
    }
    begin = begin == UINT32_MAX ? own : begin;
    bool differs = has_other_period(products, own, begin);
    other = differs && other == UINT32_MAX ? own : other;
    uint32_t found = differs ? begin : other;
    first[own] = found < first[own] ? found : first[own];
  }
}

static fg_status refuse_other_periods(const fg_book_reader *reader, const fg_product *products, uint32_t count,
                                      const uint32_t *first) {
  for (uint32_t i = 0; i < count; i++) {
    if (first[i] == UINT32_MAX) {
      continue;
    }
    fg_string id = products[first[i]].id;
    fg_status status = fg_fail(reader->error, FG_INVALID, "tier_period",
                               "expected that of \"%.*s\", with which it shares a counter", (int)id.length, id.text);
    FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "products[%u]", i)));
  }
  return FG_OK;
}

/* Checks that products with a common counter have the same tier period, because a count is of one period. */
fg_status fg_check_counters(const fg_book_reader *reader, const fg_product *products, uint32_t count) {
  const fg_allocator *allocator = &reader->book->allocator;
  uint32_t first[FG_LIST_MAX];
  fg_counter_uses uses;
  memset(first, 0xFF, sizeof first);
  fg_status status = fg_counter_uses_find(products, count, allocator, &uses);
  if (status == FG_OK) {
    find_other_periods(reader, products, &uses, first);
  }
  fg_counter_uses_release(&uses, allocator);
  return status == FG_OK ? refuse_other_periods(reader, products, count, first) : fg_refuse(reader->error, status);
}

bool fg_product_names_counter(const fg_product *product) {
  bool has = product->schedule.counter.length > 0;
  for (uint32_t i = 0; i < product->rule_count && !has; i++) {
    has = product->rules[i].price != NULL && product->rules[i].price->counter.length > 0;
  }
  return has;
}
