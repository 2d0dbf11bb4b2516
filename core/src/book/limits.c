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
                        .kind = is_rate ? -1 : FG_LIMIT_SLOTS,
                        .source = offer->source};
  }
  return limit;
}

fg_status fg_book_lay_out_limits(fg_book *book) {
  book->window_count = book->capacity_count = 0;
  const fg_limit **windows = limits_allocate(book, book->product_count, sizeof *windows);
  fg_capacity_place *capacities = limits_allocate(book, book->product_count, sizeof *capacities);
  uint32_t *asked = limits_allocate(book, book->product_count, sizeof *asked);
  if (windows == NULL || capacities == NULL || asked == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    fg_product *product = (fg_product *)(uintptr_t)&book->products[i];
    product->asked = asked + book->window_count;
    product->first_capacity = book->capacity_count;
    if (product->capacity != NULL) {
      product->asked_count = product->capacity_count = 1;
      asked[book->window_count] = book->window_count;
      windows[book->window_count] = limit_of(book, product->capacity);
      FG_TRY(windows[book->window_count] != NULL ? FG_OK : FG_NO_MEMORY);
      capacities[book->capacity_count++] = (fg_capacity_place){product->capacity, i, book->window_count++};
    }
  }
  book->windows = windows;
  book->capacities = capacities;
  return FG_OK;
}
