/* The checks of pools, and the parts in which their lots are counted. */
#include "pools.h"

#include "../base/money.h"
#include "book_keys.h"
#include "covers.h"
#include "price_model.h"

static fg_status key_known_product_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                        void *object) {
  fg_string name;
  FG_TRY(fg_value_name(reader, value, &name));
  return fg_book_product(reader->book, name) != FG_NONE || !fg_products_are_read(reader)
             ? fg_book_keep(reader, name, fg_key_place(key, object))
             : fg_fail(reader->error, FG_INVALID, "", "expected the id of a product of this book");
}

static void key_known_product_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  fg_kind_text.tell(to, key, book, object);
}

const fg_key_kind fg_kind_known_product = {key_known_product_read, key_known_product_tell};

static bool is_of_money(const fg_book_reader *reader) {
  const fg_json *money = fg_json_get(reader->around->value, "money");
  return money != NULL && fg_json_is(money, FG_JSON_BOOLEAN) && money->is.boolean;
}

fg_status fg_check_cover(const fg_book_reader *reader, void *object) {
  const fg_cover *cover = object;
  bool money = is_of_money(reader);
  if (!fg_is_read(reader, &cover->weight) || !fg_is_read(reader, &cover->of_price)) {
    return FG_OK;
  }
  if ((cover->weight > 0) == money || (cover->of_price > 0) != money) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "", "expected \"%s\", and not \"%s\"",
                                       money ? "of_price" : "weight", money ? "weight" : "of_price"));
  }
  return !money || cover->per == 1
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "per", "expected none beside \"of_price\""));
}

fg_status fg_check_pool(const fg_book_reader *reader, void *object) {
  fg_pool *pool = object;
  pool->offers.title = pool->offers.title.text == NULL ? pool->offers.id : pool->offers.title;
  for (uint32_t i = 0; i < pool->offers.pack_count; i++) {
    if (pool->offers.packs[i].of_materials) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "of", "expected \"usage\": a pool holds no materials");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "packs[%u]", i)));
    }
  }
  return FG_OK;
}

typedef struct ratio {
  fg_int128 over, under; ///< both are above 0 and have no common divisor
} ratio;

static ratio ratio_of(fg_int128 over, fg_int128 under) {
  fg_int128 common = fg_greatest_common_divisor(over, under);
  return (ratio){over / common, under / common};
}

static bool ratio_times(ratio a, ratio b, ratio *product) {
  ratio left = ratio_of(a.over, b.under);
  ratio right = ratio_of(b.over, a.under);
  return fg_multiply_i128(left.over, right.over, &product->over) &&
         fg_multiply_i128(left.under, right.under, &product->under);
}

static ratio ratio_per(int64_t count) { return (ratio){1, count}; }

/* The price of one unit of a product; false if units may have different prices. */
static bool flat_price(const fg_product *product, ratio *price) {
  const fg_schedule *schedule = &product->schedule;
  bool is_one = schedule->tier_count == 1 && schedule->block == 1 && !schedule->per_hours_of_month &&
                fg_price_model_of(schedule)->per_units && schedule->tiers[0].sold && schedule->tiers[0].price > 0;
  for (uint32_t i = 0; i < product->rule_count && is_one; i++) {
    is_one = product->rules[i].price == NULL && product->rules[i].factor == 0;
  }
  return is_one && ratio_times(ratio_of(schedule->tiers[0].price, FG_UNIT), ratio_per(schedule->per), price);
}

/* How many units of a pool one unit of a product draws. */
static bool weight_of(const fg_book *book, const fg_cover *cover, ratio *weight) {
  if (cover->of_price == 0) {
    return ratio_times(ratio_of(cover->weight, FG_UNIT), ratio_per(cover->per), weight);
  }
  ratio price;
  return flat_price(&book->products[cover->product], &price) &&
         ratio_times(ratio_of(cover->of_price, FG_UNIT), price, weight);
}

/* The least common multiple of two numbers; false if it is above 2^63 - 1. */
static bool common_multiple(int64_t number, fg_int128 other, int64_t *multiple) {
  fg_int128 all = 0;
  bool fits = fg_multiply_i128(other / fg_greatest_common_divisor(number, other), number, &all) && all <= INT64_MAX;
  *multiple = fits ? (int64_t)all : number;
  return fits;
}

static int64_t largest_lot(const fg_product *offers) {
  int64_t largest = 1;
  for (uint32_t i = 0; i < offers->grant_count; i++) {
    int64_t most = 0;
    bool fits = fg_add_i64(offers->grants[i].quantity, offers->grants[i].rollover, &most);
    largest = fg_max_i64(largest, fits ? most : INT64_MAX);
  }
  for (uint32_t i = 0; i < offers->pack_count; i++) {
    largest = fg_max_i64(largest, offers->packs[i].units);
  }
  return largest;
}

/* Raises the parts of a unit so that each weight in one edition is a whole number of them; false if there are too
   many. */
static bool take_weights(const fg_book *book, const fg_pool *pool, int64_t *parts) {
  bool fits = true;
  for (uint32_t i = 0; i < pool->cover_count && fits; i++) {
    ratio weight;
    fits = weight_of(book, &pool->covers[i], &weight) && common_multiple(*parts, weight.under, parts);
  }
  return fits;
}

/* Sets the parts of a pool's unit, and those that a unit of each product draws; false if a lot's parts would pass 64
   bits. */
static bool set_parts(const fg_book *book, fg_pool *pool, int64_t parts) {
  int64_t all = 0;
  bool fits = fg_multiply_i64(largest_lot(&pool->offers), parts, &all);
  pool->parts = parts;
  for (uint32_t i = 0; i < pool->cover_count && fits; i++) {
    fg_cover *cover = (fg_cover *)(uintptr_t)&pool->covers[i]; /* the book is being loaded and is not shared yet */
    ratio weight;
    fg_int128 drawn = 0;
    fits = weight_of(book, cover, &weight) && fg_multiply_i128(weight.over, parts / (int64_t)weight.under, &drawn) &&
           drawn <= INT64_MAX;
    cover->parts = fits ? (int64_t)drawn : 0;
  }
  return fits;
}

static void find_products(const fg_book *book, const fg_pool *pool) {
  for (uint32_t i = 0; i < pool->cover_count; i++) {
    fg_cover *cover = (fg_cover *)(uintptr_t)&pool->covers[i];
    cover->product = (uint32_t)fg_book_place(book, cover->product_id);
  }
}

/* Copies the covers of a pool to memory of this book and finds their products: the list may belong to another book or
   edition, where products have other places or other prices. */
static bool own_covers(fg_book *book, fg_pool *pool) {
  size_t bytes = pool->cover_count * sizeof *pool->covers;
  fg_cover *covers = fg_arena_allocate(&book->whole->arena, &book->allocator, bytes);
  if (covers != NULL) {
    pool->covers = memcpy(covers, pool->covers, bytes);
    find_products(book, pool);
  }
  return covers != NULL;
}

fg_status fg_pools_compile(fg_book *const *editions, uint32_t count) {
  for (uint32_t place = 0; place < editions[0]->pool_count; place++) {
    int64_t parts = 1;
    for (uint32_t i = 0; i < count; i++) {
      fg_pool *pool = (fg_pool *)(uintptr_t)&editions[i]->pools[place];
      FG_TRY(own_covers(editions[i], pool) ? FG_OK : FG_NO_MEMORY);
      FG_TRY(take_weights(editions[i], pool, &parts) ? FG_OK : FG_OVERFLOW);
    }
    for (uint32_t i = 0; i < count; i++) {
      FG_TRY(set_parts(editions[i], (fg_pool *)(uintptr_t)&editions[i]->pools[place], parts) ? FG_OK : FG_OVERFLOW);
    }
  }
  return FG_OK;
}

static fg_status refuse_cover(const fg_book_reader *reader, uint32_t pool, uint32_t cover, const char *key,
                              const char *expected) {
  fg_status status = fg_fail(reader->error, FG_INVALID, key, "expected %s", expected);
  return fg_fault_of(reader, fg_within(reader->error, status, "pools[%u].covers[%u]", pool, cover));
}

static bool are_covers_read(const fg_book_reader *reader, const fg_pool *pool) {
  bool all = fg_is_read(reader, &pool->covers);
  for (uint32_t i = 0; i < pool->cover_count && all; i++) {
    const fg_cover *cover = &pool->covers[i];
    all = fg_is_read(reader, &cover->product_id) && fg_is_read(reader, &cover->weight) &&
          fg_is_read(reader, &cover->of_price) && fg_is_read(reader, &cover->per) &&
          (cover->weight > 0) != (cover->of_price > 0);
  }
  return all;
}

/* Checks that usage of a product has few enough choices of covers for all of them to be numbered (covers.h). */
static fg_status check_choices(const fg_book_reader *reader, const fg_book *book) {
  for (uint32_t i = 0; i < book->product_count; i++) {
    if (fg_covers_count(book, i) > FG_COVERS_MAX) {
      return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "pools",
                                         "expected fewer covers with \"when\": more than 65,536 combinations of %.64s",
                                         book->products[i].id.text));
    }
  }
  return FG_OK;
}

/* Whether it is known what units of a pool's pack would cost without it: one product draws on the pool, or all draw the
   same part of their price. */
static bool has_list_price(const fg_book *book, const fg_pool *pool) {
  bool is_alike = true;
  for (uint32_t i = 1; i < pool->cover_count; i++) {
    is_alike = is_alike && pool->covers[i].of_price == pool->covers[0].of_price;
  }
  return pool->money ? is_alike
                     : pool->cover_count == 1 && book->products[pool->covers[0].product].schedule.tier_count > 0;
}

static fg_status check_list_prices_of_pool(const fg_book_reader *reader, const fg_book *book, uint32_t place) {
  const fg_pool *pool = &book->pools[place];
  for (uint32_t i = 0; i < pool->offers.pack_count && !has_list_price(book, pool); i++) {
    if (pool->offers.packs[i].refund == FG_REFUND_LIST_PRICE) {
      fg_status status = fg_fail(
          reader->error, FG_INVALID, "refund",
          "expected another word than \"list_price\": the pool has no one product with a price of "
          "its own, and no one \"of_price\"");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "pools[%u].packs[%u]", place, i)));
    }
  }
  return FG_OK;
}

static fg_status check_weights(const fg_book_reader *reader, fg_book *book, uint32_t place) {
  fg_pool *pool = (fg_pool *)(uintptr_t)&book->pools[place];
  int64_t parts = 1;
  find_products(book, pool);
  for (uint32_t i = 0; i < pool->cover_count; i++) {
    ratio price;
    if (pool->covers[i].of_price > 0 && !flat_price(&book->products[pool->covers[i].product], &price)) {
      return refuse_cover(reader, place, i, "of_price", "a product with one flat price above 0 for all of its usage");
    }
  }
  if (take_weights(book, pool, &parts) && set_parts(book, pool, parts)) {
    return FG_OK;
  }
  fg_status status = fg_fail(reader->error, FG_INVALID, "covers",
                             "expected coarser weights: the largest lot is more than 2^63 - 1 parts");
  return fg_fault_of(reader, fg_within(reader->error, status, "pools[%u]", place));
}

fg_status fg_check_pools(const fg_book_reader *reader, void *object) {
  fg_book *book = object;
  bool are_read = fg_products_are_read(reader) && fg_is_read(reader, &book->pools);
  for (uint32_t i = 0; i < book->product_count && are_read; i++) {
    are_read = fg_is_read(reader, &book->products[i].schedule) && fg_is_read(reader, &book->products[i].rules);
  }
  bool all_read = true;
  for (uint32_t i = 0; i < book->pool_count && are_read; i++) {
    const fg_pool *pool = &book->pools[i];
    if (fg_is_read(reader, &pool->offers.id) && fg_book_place(book, pool->offers.id) != FG_NONE) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "id", "expected an id that no product has");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "pools[%u]", i)));
    }
    bool is_read = are_covers_read(reader, pool);
    FG_TRY(is_read ? check_weights(reader, book, i) : FG_OK);
    FG_TRY(is_read && fg_is_read(reader, &pool->offers.packs) ? check_list_prices_of_pool(reader, book, i) : FG_OK);
    all_read = all_read && is_read;
  }
  return are_read && all_read ? check_choices(reader, book) : FG_OK;
}
