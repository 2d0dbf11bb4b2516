/* The checks of pools, and the parts in which their lots are counted. */
#include "pools.h"

#include "../base/money.h"
#include "book_keys.h"
#include "covers.h"
#include "weights.h"
#include "when.h"

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

static int64_t *place_of_fraction(const fg_book_key *key, void *object) {
  return (int64_t *)(void *)((char *)object + key->fraction_offset);
}

/* Reads units of a grant or pack. Those of a pool of money may have decimals. */
static fg_status key_lot_units_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                    void *object) {
  fg_string text = fg_json_string(value);
  fg_amount units = 0;
  bool has_decimals = text.length > 0 && memchr(text.text, '.', text.length) != NULL;
  if (!has_decimals || !is_of_money(reader)) {
    return fg_kind_units.read(reader, key, value, object);
  }
  bool is_amount = fg_amount_parse(text.text, text.length, &units) == FG_OK && units / FG_UNIT < INT64_MAX;
  if (!is_amount || units < (key->low > 0)) {
    return fg_fail(reader->error, FG_INVALID, "", "expected units%s as a decimal string with at most 12 decimals",
                   key->low > 0 ? " above 0" : "");
  }
  fg_key_set_number(key, object, (int64_t)(units / FG_UNIT));
  *place_of_fraction(key, object) = (int64_t)(units % FG_UNIT);
  return FG_OK;
}

static void key_lot_units_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_units(to, key->name, fg_key_number(key, object), *place_of_fraction(key, (void *)(uintptr_t)object));
}

const fg_key_kind fg_kind_lot_units = {key_lot_units_read, key_lot_units_tell};

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

/* The edition whose covers an edition has that lacks a pool: the nearest earlier one that has it, or the first. */
static uint32_t lender_of_pool(fg_book *const *editions, uint32_t count, uint32_t edition, uint32_t place) {
  uint32_t lender = edition;
  while (lender > 0 && editions[lender]->pools[place].withdrawn) {
    lender--;
  }
  while (lender + 1 < count && editions[lender]->pools[place].withdrawn) {
    lender++;
  }
  return lender;
}

/* Gives a pool that an edition lacks the conditions of its covers in the edition's own attributes. */
static bool own_conditions(fg_book *edition, const fg_book *lender, const fg_pool *pool) {
  bool done = true;
  for (uint32_t i = 0; i < pool->cover_count && edition != lender && done; i++) {
    done = fg_when_move(edition, lender, &((fg_cover *)(uintptr_t)&pool->covers[i])->when);
  }
  return done;
}

/* Gives the pools of all editions the parts that they have in common. `parts` has room for each pool. */
static fg_status count_in_parts(fg_book *const *editions, uint32_t count, int64_t *parts) {
  for (uint32_t place = 0; place < editions[0]->pool_count; place++) {
    parts[place] = 1;
  }
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(fg_weights_scale(editions[i]));
    FG_TRY(fg_weights_raise(editions[i], parts));
  }
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t place = 0; place < editions[0]->pool_count; place++) {
      fg_pool *pool = (fg_pool *)(uintptr_t)&editions[i]->pools[place];
      FG_TRY(fg_weights_set(editions[i], pool, parts[place]) ? FG_OK : FG_OVERFLOW);
    }
  }
  return FG_OK;
}

fg_status fg_pools_compile(fg_book *const *editions, uint32_t count) {
  const fg_book *book = editions[0];
  int64_t *parts = fg_arena_allocate(&book->whole->arena, &book->allocator, book->pool_count * sizeof *parts);
  FG_TRY(parts == NULL ? FG_NO_MEMORY : FG_OK);
  for (uint32_t place = 0; place < book->pool_count; place++) {
    for (uint32_t i = 0; i < count; i++) {
      fg_pool *pool = (fg_pool *)(uintptr_t)&editions[i]->pools[place];
      const uint32_t lender = lender_of_pool(editions, count, i, place);
      pool->is_to_come = lender > i;
      FG_TRY(own_covers(editions[i], pool) && own_conditions(editions[i], editions[lender], pool) ? FG_OK
                                                                                                  : FG_NO_MEMORY);
    }
  }
  return count_in_parts(editions, count, parts);
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

static bool is_schedule_read(const fg_book_reader *reader, const fg_schedule *schedule) {
  return fg_is_read(reader, schedule) && fg_is_read(reader, &schedule->model) && fg_is_read(reader, &schedule->per) &&
         fg_is_read(reader, &schedule->block) && fg_is_read(reader, &schedule->per_hours_of_month) &&
         fg_is_read(reader, &schedule->tiers) && schedule->tier_count > 0 && fg_is_read(reader, &schedule->tiers[0]) &&
         fg_is_read(reader, &schedule->tiers[0].price);
}

/* Whether all prices of a product were read, of which pools of money draw a part. */
static bool are_prices_read(const fg_book_reader *reader, const fg_product *product) {
  bool has_own = product->schedule.tier_count > 0;
  bool are_read = fg_is_read(reader, &product->schedule) && (!has_own || is_schedule_read(reader, &product->schedule));
  for (uint32_t i = 0; i < product->rule_count && are_read; i++) {
    const fg_rule *rule = &product->rules[i];
    are_read = fg_is_read(reader, rule) && fg_is_read(reader, &rule->price) && rule->when.is_whole &&
               (rule->price == NULL || is_schedule_read(reader, rule->price));
  }
  return are_read;
}

/* Checks the products that a pool covers, whose weights are raised then. */
static fg_status check_covers(const fg_book_reader *reader, const fg_book *book, uint32_t place, bool *are_weighed) {
  const fg_pool *pool = &book->pools[place];
  *are_weighed = true;
  find_products(book, pool);
  for (uint32_t i = 0; i < pool->cover_count; i++) {
    const fg_cover *cover = &pool->covers[i];
    bool is_known = cover->of_price > 0 && are_prices_read(reader, &book->products[cover->product]);
    const char *expected = is_known ? fg_cover_price_fault(book, cover) : NULL;
    *are_weighed = *are_weighed && expected == NULL;
    FG_TRY(expected == NULL ? FG_OK : refuse_cover(reader, place, i, "of_price", expected));
  }
  return FG_OK;
}

static fg_status check_pool(const fg_book_reader *reader, const fg_book *book, uint32_t place, bool *are_weighed) {
  const fg_pool *pool = &book->pools[place];
  *are_weighed = false;
  if (fg_is_read(reader, &pool->offers.id) && fg_book_place(book, pool->offers.id) != FG_NONE) {
    fg_status status = fg_fail(reader->error, FG_INVALID, "id", "expected an id that no product has");
    FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "pools[%u]", place)));
  }
  if (!are_covers_read(reader, pool)) {
    return FG_OK;
  }
  FG_TRY(check_covers(reader, book, place, are_weighed));
  return fg_is_read(reader, &pool->offers.packs) ? check_list_prices_of_pool(reader, book, place) : FG_OK;
}

/* Checks that the lots of pools can be counted in parts of which all weights are whole numbers. `parts` is 0 for pools
   that have another fault. */
static fg_status check_weights(const fg_book_reader *reader, fg_book *book, int64_t *parts) {
  bool weighed[FG_LIST_MAX];
  bool is_sound = reader->faults == NULL || reader->faults->count == 0;
  for (uint32_t i = 0; i < book->pool_count; i++) {
    /* A fault of a price would be told again as one of weights. */
    parts[i] = book->pools[i].money && !is_sound ? 0 : parts[i];
    weighed[i] = parts[i] > 0;
  }
  if (is_sound) {
    FG_TRY(fg_weights_scale(book) == FG_OK ? FG_OK : fg_refuse(reader->error, FG_NO_MEMORY));
  }
  FG_TRY(fg_weights_raise(book, parts) == FG_OK ? FG_OK : fg_refuse(reader->error, FG_NO_MEMORY));
  for (uint32_t i = 0; i < book->pool_count; i++) {
    fg_pool *pool = (fg_pool *)(uintptr_t)&book->pools[i];
    if (weighed[i] && !fg_weights_set(book, pool, parts[i])) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "covers",
                                 "expected coarser weights: the largest lot, or the heaviest unit of usage, is more "
                                 "than 2^63 - 1 parts");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "pools[%u]", i)));
    }
  }
  return FG_OK;
}

/* Whether what decides the weights of pools was read of all products. */
static bool are_products_read(const fg_book_reader *reader, const fg_book *book) {
  bool are_read = fg_products_are_read(reader);
  for (uint32_t i = 0; i < book->product_count && are_read; i++) {
    const fg_product *product = &book->products[i];
    are_read = fg_is_read(reader, &product->schedule) && fg_is_read(reader, &product->rules);
  }
  return are_read;
}

fg_status fg_check_pools(const fg_book_reader *reader, void *object) {
  fg_book *book = object;
  int64_t parts[FG_LIST_MAX];
  bool all_read = true;
  if (!are_products_read(reader, book) || !fg_is_read(reader, &book->pools)) {
    return FG_OK;
  }
  for (uint32_t i = 0; i < book->pool_count; i++) {
    bool are_weighed = false;
    FG_TRY(check_pool(reader, book, i, &are_weighed));
    parts[i] = are_weighed;
    all_read = all_read && are_covers_read(reader, &book->pools[i]);
  }
  FG_TRY(check_weights(reader, book, parts));
  return all_read ? check_choices(reader, book) : FG_OK;
}
