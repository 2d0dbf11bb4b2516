#include "limits.h"

static void *limits_allocate(fg_book *book, size_t count, size_t size) {
  return fg_arena_allocate(&book->whole->arena, &book->allocator, count * size);
}

/* A `capacity` of a product is one limit and one capacity of the same id. */
static const fg_limit *limit_of(fg_book *book, const fg_capacity_offer *offer) {
  fg_limit *limit = limits_allocate(book, 1, sizeof *limit);
  if (limit != NULL) {
    bool is_rate = offer->kind == FG_CAPACITY_RATE;
    *limit = (fg_limit){.id = offer->meter,
                        .max = offer->limit,
                        .seconds = is_rate ? 1 : 0,
                        .length = is_rate ? FG_SECOND : 0,
                        .burst = -1,
                        .kind = -1,
                        .source = offer->source};
  }
  return limit;
}

int fg_product_limit(const fg_product *product, fg_string id) {
  for (uint32_t i = 0; i < product->limit_count; i++) {
    if (fg_string_equal(product->limits[i].id, id)) {
      return (int)i;
    }
  }
  return FG_NONE;
}

bool fg_book_limit_is_of(const fg_limit *limit, const fg_product *product) {
  bool is_of = limit->products.count == 0;
  for (uint32_t i = 0; i < limit->products.count; i++) {
    is_of = is_of || fg_string_equal(limit->products.items[i], product->id);
  }
  return is_of;
}

int fg_product_window(const fg_book *book, const fg_product *product, fg_string id) {
  int own = fg_product_limit(product, id);
  if (own != FG_NONE) {
    return (int)book->limit_count + own;
  }
  for (uint32_t i = 0; i < book->limit_count; i++) {
    if (fg_string_equal(book->limits[i].id, id) && fg_book_limit_is_of(&book->limits[i], product)) {
      return (int)i;
    }
  }
  return FG_NONE;
}

/* A book whose windows are being laid out: first those of its own limits, then those of each product. */
typedef struct fg_limit_layout {
  fg_book *book;
  const fg_limit **windows;
  fg_capacity_place *capacities;
} fg_limit_layout;

static fg_status begin_layout(fg_limit_layout *to) {
  fg_book *book = to->book;
  size_t windows = book->limit_count;
  size_t capacities = 0;
  for (uint32_t i = 0; i < book->product_count; i++) {
    windows += book->products[i].limit_count + (book->products[i].capacity != NULL);
    capacities += (book->products[i].capacity != NULL) + book->products[i].capacities_count;
  }
  to->windows = limits_allocate(book, windows + 1, sizeof *to->windows);
  to->capacities = limits_allocate(book, capacities + 1, sizeof *to->capacities);
  book->windows = to->windows;
  book->capacities = to->capacities;
  book->window_count = book->capacity_count = 0;
  return to->windows != NULL && to->capacities != NULL ? FG_OK : FG_NO_MEMORY;
}

/* A call of a product is asked by its own limits, then by those of the book. */
static fg_status lay_out_product(fg_limit_layout *to, uint32_t number) {
  fg_book *book = to->book;
  fg_product *product = (fg_product *)(uintptr_t)&book->products[number];
  uint32_t *asked = limits_allocate(book, product->limit_count + book->limit_count + 2, sizeof *asked);
  if (asked == NULL) {
    return FG_NO_MEMORY;
  }
  product->asked = asked;
  product->asked_count = product->capacity_count = 0;
  product->first_capacity = book->capacity_count;
  if (product->capacity != NULL) {
    to->windows[book->window_count] = limit_of(book, product->capacity);
    FG_TRY(to->windows[book->window_count] != NULL ? FG_OK : FG_NO_MEMORY);
    to->capacities[book->capacity_count++] = (fg_capacity_place){product->capacity, number, book->window_count};
    asked[product->asked_count++] = book->window_count++;
  }
  uint32_t first_own = book->window_count;
  for (uint32_t i = 0; i < product->limit_count; i++) {
    to->windows[book->window_count] = &product->limits[i];
    asked[product->asked_count++] = book->window_count++;
  }
  for (uint32_t i = 0; i < book->limit_count; i++) {
    if (fg_book_limit_is_of(&book->limits[i], product)) {
      asked[product->asked_count++] = i;
    }
  }
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    const fg_capacity_offer *offer = &product->capacities[i];
    uint32_t limit = (uint32_t)fg_product_window(book, product, offer->raises);
    uint32_t window = limit < book->limit_count ? limit : first_own + limit - book->limit_count;
    to->capacities[book->capacity_count++] = (fg_capacity_place){offer, number, window};
  }
  product->capacity_count = book->capacity_count - product->first_capacity;
  return FG_OK;
}

fg_status fg_book_lay_out_limits(fg_book *book) {
  fg_limit_layout to = {.book = book};
  FG_TRY(begin_layout(&to));
  for (uint32_t i = 0; i < book->limit_count; i++) {
    to.windows[book->window_count++] = &book->limits[i];
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    FG_TRY(lay_out_product(&to, i));
  }
  return FG_OK;
}
