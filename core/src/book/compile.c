#include "compile.h"

#include "attributes.h"
#include "counters.h"
#include "covers.h"
#include "limits.h"
#include "pools.h"
#include "price_model.h"

/* The products of a book, writable: a book that is being loaded is not shared yet. */
static fg_product *products_of(fg_book *book) { return (fg_product *)(uintptr_t)book->products; }

/* Moves all products of one group into another. */
static void join_groups(const fg_book *book, fg_product *products, uint32_t from, uint32_t to) {
  for (uint32_t i = 0; i < book->product_count; i++) {
    products[i].group = products[i].group == from ? to : products[i].group;
  }
}

/* Puts the products that a pool covers into one group, because they share what is left of its lots. */
static void join_by_pools(const fg_book *edition, fg_product *products) {
  for (uint32_t i = 0; i < edition->pool_count; i++) {
    const fg_pool *pool = &edition->pools[i];
    for (uint32_t j = 1; j < pool->cover_count; j++) {
      join_groups(edition, products, products[pool->covers[j].product].group, products[pool->covers[0].product].group);
    }
  }
}

/* Puts products into one group whose prices share a counter, because they share the count that picks their tiers. */
static fg_status join_by_counters(const fg_book *edition, fg_product *products) {
  fg_counter_uses uses;
  fg_status status = fg_counter_uses_find(edition->products, edition->product_count, &edition->allocator, &uses);
  for (uint32_t i = 1; i < uses.count && status == FG_OK; i++) {
    uint32_t own = products[uses.items[i].product].group;
    uint32_t before = products[uses.items[i - 1].product].group;
    if (own != before && fg_string_equal(uses.items[i].counter, uses.items[i - 1].counter)) {
      join_groups(edition, products, own, before);
    }
  }
  fg_counter_uses_release(&uses, &edition->allocator);
  return status;
}

/* Numbers the groups in the order of their first products. */
static fg_status number_groups(fg_book *const *editions, uint32_t count) {
  fg_book *book = editions[0];
  fg_product *products = products_of(book);
  for (uint32_t i = 0; i < book->product_count; i++) {
    products[i].group = i;
  }
  for (uint32_t i = 0; i < count; i++) {
    join_by_pools(editions[i], products);
    FG_TRY(join_by_counters(editions[i], products));
  }
  book->group_count = 0;
  for (uint32_t i = 0; i < book->product_count; i++) {
    if (products[i].group < book->product_count) { /* a product whose group has its number is passed over */
      join_groups(book, products, products[i].group, book->product_count + book->group_count++);
    }
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    products[i].group -= book->product_count;
  }
  return FG_OK;
}

/* A product that a pool covers. In editions before that which brings the pool it covers none. */
static uint32_t covered_by(fg_book *const *editions, uint32_t count, uint32_t pool) {
  uint32_t i = 0;
  while (editions[i]->pools[pool].cover_count == 0) {
    i++;
    FG_ASSERT(i < count);
  }
  return editions[i]->pools[pool].covers[0].product;
}

/* Puts the pools into the groups of the products that they cover. */
static void group_pools(fg_book *const *editions, uint32_t count) {
  for (uint32_t place = 0; place < editions[0]->pool_count; place++) {
    uint32_t product = covered_by(editions, count, place);
    for (uint32_t i = 0; i < count; i++) {
      fg_pool *pool = (fg_pool *)(uintptr_t)&editions[i]->pools[place];
      pool->offers.group = editions[0]->products[product].group;
    }
  }
}

static bool has_price_by_slice(const fg_product *product) {
  bool has_one = false;
  for (uint32_t i = 0; i < product->price_count; i++) {
    has_one = has_one || fg_price_model_of(&product->prices[i].schedule)->by_slice;
  }
  return has_one;
}

/* Whether any edition prices a product by slices, so that its units must be kept by tier. */
static bool keeps_slices(fg_book *const *editions, uint32_t count, uint32_t place) {
  bool keeps = false;
  for (uint32_t i = 0; i < count; i++) {
    const fg_product *product = &editions[i]->products[place];
    keeps = keeps || (!product->plain && has_price_by_slice(product) && !fg_product_prices_events(product));
  }
  return keeps;
}

/* Whether a product that names a counter is in a group with one whose units are kept by tier, so that both may count in
   one order. */
static bool counts_with_slices(fg_book *const *editions, uint32_t count, uint32_t place) {
  const fg_book *book = editions[0];
  bool shares = false;
  bool keeps = false;
  for (uint32_t i = 0; i < count; i++) {
    shares = shares || fg_product_names_counter(&editions[i]->products[place]);
  }
  for (uint32_t other = 0; shares && other < book->product_count; other++) {
    bool is_together = book->products[other].group == book->products[place].group;
    keeps = keeps || (is_together && keeps_slices(editions, count, other));
  }
  return keeps;
}

/* Derives which products keep the order of their usage: the same in all editions, because one period may have several
   editions. */
static void find_order(fg_book *const *editions, uint32_t count) {
  for (uint32_t place = 0; place < editions[0]->product_count; place++) {
    bool keeps = keeps_slices(editions, count, place) || counts_with_slices(editions, count, place);
    for (uint32_t i = 0; i < count && keeps; i++) {
      fg_product *product = &products_of(editions[i])[place];
      product->keeps_order = true;
      product->moves_alone = false;
    }
  }
}

static bool is_alone_in_group(const fg_book *book, const fg_product *product) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < book->product_count; i++) {
    count += book->products[i].group == product->group;
  }
  return count == 1;
}

/* Gives an edition the groups of the first edition, which take in what products share in any edition. */
static void take_groups(fg_book *edition, const fg_book *book) {
  edition->group_count = book->group_count;
  for (uint32_t i = 0; i < book->product_count; i++) {
    fg_product *product = &products_of(edition)[i];
    product->group = book->products[i].group;
    product->moves_alone = is_alone_in_group(book, &book->products[i]) && !has_price_by_slice(product) &&
                           !fg_product_prices_events(product) && product->varied_count == 0;
  }
  for (uint32_t i = 0; i < edition->pool_count; i++) {
    const fg_pool *pool = &edition->pools[i];
    for (uint32_t j = 0; j < pool->cover_count; j++) {
      products_of(edition)[pool->covers[j].product].plain = false;
    }
  }
}

/* Finds the places of the products that events name. They are copied to memory of this book, because the list may be of
   another book, where products have other places. */
static bool find_products_of_events(fg_book *book) {
  fg_arena *arena = &book->whole->arena;
  fg_event *events = fg_arena_allocate(arena, &book->allocator, book->event_count * sizeof *events);
  for (uint32_t i = 0; i < book->event_count && events != NULL; i++) {
    const fg_event *own = &book->events[i];
    uint32_t *products = fg_arena_allocate(arena, &book->allocator, own->product_count * sizeof *products);
    for (uint32_t j = 0; j < own->product_count && products != NULL; j++) {
      products[j] = (uint32_t)fg_book_place(book, own->product_ids[j]);
    }
    events[i] = *own;
    events[i].products = products;
    events = products == NULL ? NULL : events;
  }
  book->events = events;
  return events != NULL;
}

static bool find_products_of_arrears(fg_book *book) {
  fg_arena *arena = &book->whole->arena;
  fg_arrears_rule *rules = fg_arena_allocate(arena, &book->allocator, book->arrears_count * sizeof *rules);
  for (uint32_t i = 0; i < book->arrears_count && rules != NULL; i++) {
    const fg_names *names = &book->arrears[i].products;
    bool *is_of = names->count == 0 ? NULL : fg_arena_allocate(arena, &book->allocator, book->product_count);
    for (uint32_t j = 0; j < names->count && is_of != NULL; j++) {
      is_of[fg_book_place(book, names->items[j])] = true;
    }
    rules[i] = book->arrears[i];
    rules[i].is_of = is_of;
    rules = names->count > 0 && is_of == NULL ? NULL : rules;
  }
  book->arrears = rules;
  return rules != NULL;
}

static void settle_products(fg_book *book) {
  for (uint32_t i = 0; i < book->product_count; i++) {
    products_of(book)[i].settle = fg_product_settles(book, &book->products[i]);
  }
}

static fg_status compile_price_list(fg_book *book) {
  settle_products(book);
  return fg_attributes_compile(book) && fg_covers_compile(book) && find_products_of_events(book) &&
                 find_products_of_arrears(book)
             ? FG_OK
             : FG_NO_MEMORY;
}

/* Gives a book that has editions the lists of its first edition. */
static void take_price_list(fg_book *book, const fg_book *edition) {
  book->attributes = edition->attributes;
  book->attribute_count = edition->attribute_count;
  book->attribute_found_by = edition->attribute_found_by;
  book->of_account = edition->of_account;
  book->events = edition->events;
  book->event_count = edition->event_count;
  book->choices = edition->choices;
  book->choice_count = edition->choice_count;
  book->freeze = edition->freeze;
  book->settle = edition->settle;
  book->arrears = edition->arrears;
  book->arrears_count = edition->arrears_count;
  book->limits = edition->limits;
  book->limit_count = edition->limit_count;
  book->windows = edition->windows;
  book->window_count = edition->window_count;
  book->capacities = edition->capacities;
  book->capacity_count = edition->capacity_count;
  book->bundles = edition->bundles;
  book->bundle_count = edition->bundle_count;
  book->pools = edition->pools;
  book->pool_count = edition->pool_count;
  book->group_count = edition->group_count;
}

fg_status fg_book_compile(fg_book *book) {
  fg_book *editions[FG_EDITIONS_MAX] = {book};
  uint32_t count = book->edition_count == 0 ? 1 : book->edition_count;
  for (uint32_t i = 0; i < book->edition_count; i++) {
    editions[i] = &book->editions[i];
  }
  FG_TRY(fg_pools_compile(editions, count));
  FG_TRY(number_groups(editions, count));
  group_pools(editions, count);
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(compile_price_list(editions[i]));
    take_groups(editions[i], editions[0]);
    book->has_whole_lines = book->has_whole_lines || editions[i]->format > 0;
  }
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(fg_book_lay_out_limits(editions[i], editions[0], count));
  }
  find_order(editions, count);
  if (book->edition_count > 0) {
    take_price_list(book, editions[0]);
  }
  return FG_OK;
}
