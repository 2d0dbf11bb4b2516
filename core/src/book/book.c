#include "book.h"

#include "../base/status.h"
#include "weights.h"

int fg_book_place(const fg_book *book, fg_string id) { return FG_PLACE_OF_ID(book->products, book->product_count, id); }

int fg_book_product(const fg_book *book, fg_string id) {
  int place = fg_book_place(book, id);
  return place == FG_NONE || book->products[place].withdrawn ? FG_NONE : place;
}

int fg_book_event(const fg_book *book, fg_string id) { return FG_PLACE_OF_ID(book->events, book->event_count, id); }

int fg_product_grant_place(const fg_product *product, fg_string id) {
  return FG_PLACE_OF_ID(product->grants, product->grant_count, id);
}

int fg_product_grant(const fg_product *product, fg_string id) {
  int place = fg_product_grant_place(product, id);
  return place == FG_NONE || product->grants[place].withdrawn ? FG_NONE : place;
}

int fg_product_pack(const fg_product *product, fg_string id) {
  int place = FG_PLACE_OF_ID(product->packs, product->pack_count, id);
  return place == FG_NONE || product->packs[place].withdrawn ? FG_NONE : place;
}

int fg_product_capacity_place(const fg_book *book, const fg_product *product, fg_string id) {
  for (uint32_t i = product->first_capacity; i < product->first_capacity + product->capacity_count; i++) {
    if (fg_string_equal(book->capacities[i].offer->meter, id)) {
      return (int)i;
    }
  }
  return FG_NONE;
}

int fg_product_capacity(const fg_book *book, const fg_product *product, fg_string id) {
  int place = fg_product_capacity_place(book, product, id);
  return place == FG_NONE || book->capacities[place].offer->withdrawn ? FG_NONE : place;
}

bool fg_names_have(const fg_names *names, fg_string name) {
  bool have = false;
  for (uint32_t i = 0; i < names->count; i++) {
    have = have || fg_string_equal(names->items[i], name);
  }
  return have;
}

int fg_book_bundle(const fg_book *book, fg_string id) {
  int place = FG_PLACE_OF_ID(book->bundles, book->bundle_count, id);
  return place == FG_NONE || book->bundles[place].withdrawn ? FG_NONE : place;
}

bool fg_book_has_owner(const fg_book *book, fg_string id) {
  return fg_book_place(book, id) != FG_NONE || FG_PLACE_OF_ID(book->pools, book->pool_count, id) != FG_NONE;
}

int fg_book_find_owner(const fg_book *book, fg_string id) {
  int pool = FG_PLACE_OF_ID(book->pools, book->pool_count, id);
  return pool == FG_NONE || book->pools[pool].withdrawn ? fg_book_product(book, id) : (int)book->product_count + pool;
}

/* The first cover of a product by a pool; NULL if the pool does not cover it. */
static const fg_cover *first_cover(const fg_pool *pool, uint32_t product) {
  for (uint32_t i = 0; i < pool->cover_count; i++) {
    if (pool->covers[i].product == product) {
      return &pool->covers[i];
    }
  }
  return NULL;
}

bool fg_book_draws(const fg_book *book, uint32_t owner, uint32_t product) {
  return fg_book_is_pool(book, owner) ? first_cover(&book->pools[owner - book->product_count], product) != NULL
                                      : owner == product;
}

int64_t fg_book_weight(const fg_book *book, uint32_t owner, uint32_t product) {
  if (!fg_book_is_pool(book, owner)) {
    return owner == product;
  }
  const fg_pool *pool = &book->pools[owner - book->product_count];
  const fg_cover *cover = first_cover(pool, product);
  return cover == NULL || pool->is_to_come        ? 0
         : book->products[product].draws_by_usage ? 1
                                                  : fg_cover_weight(&book->products[product], cover, 0, 0);
}

bool fg_book_cites(const fg_book *book, fg_string rule) {
  for (uint32_t i = 0; i < book->source_count; i++) {
    if (fg_string_equal(book->sources[2 * i], rule)) {
      return true;
    }
  }
  return false;
}

/* Whether a refusal cites the source of what was asked for, because its status has no rule of its own. */
static bool rests_on_source(fg_status status) {
  return status == FG_NOT_SOLD || status == FG_NO_RULE || status == FG_ORDER_SIZE || status == FG_REQUIRES;
}

void fg_book_cite(const fg_book *book, fg_string source, fg_error *error, fg_status status) {
  fg_string rule = fg_status_rule(status);
  rule = rule.length == 0 && rests_on_source(status) ? source : rule;
  if (error != NULL && rule.length < sizeof error->rule && fg_book_cites(book, rule)) {
    memcpy(error->rule, rule.text, rule.length);
    error->rule[rule.length] = '\0';
  }
}

fg_status fg_book_refuse(const fg_book *book, fg_string source, fg_error *error, fg_status status) {
  fg_refuse(error, status);
  fg_book_cite(book, source, error, status);
  return status;
}

fg_string fg_product_price_source(const fg_product *product, bool of_capacity) {
  if (!of_capacity || product->capacity == NULL) {
    return product->schedule.source;
  }
  const fg_schedule *sold = product->capacity->month != NULL ? product->capacity->month : product->capacity->day;
  return sold == NULL ? product->capacity->source : sold->source;
}

fg_book *fg_book_retain(fg_book *book) {
  __atomic_fetch_add(&book->whole->shared, 1, __ATOMIC_RELAXED);
  return book;
}

static void release_whole(fg_book *book) {
  /* Acquires and releases, because whoever frees the book must see what all earlier holders did. */
  if (__atomic_sub_fetch(&book->shared, 1, __ATOMIC_ACQ_REL) == 0) {
    fg_allocator allocator = book->allocator;
    for (size_t i = 0; i < sizeof book->joined / sizeof *book->joined; i++) {
      fg_book_release(book->joined[i]);
    }
    fg_arena_release(&book->arena, &allocator);
    fg_release(&allocator, book, sizeof *book);
  }
}

void fg_book_release(fg_book *book) {
  if (book != NULL) {
    release_whole(book->whole);
  }
}

const char *fg_book_id(const fg_book *book) { return book->id.text; }
const char *fg_book_title(const fg_book *book) { return book->title.text; }
const char *fg_book_currency(const fg_book *book) { return book->currency.text; }
int fg_book_minor_digits(const fg_book *book) { return book->minor_digits; }
const fg_zone *fg_book_zone(const fg_book *book) { return &book->zone; }
