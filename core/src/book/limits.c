#include "limits.h"

#include "capacity_terms.h"
#include "period.h"

static void *limits_allocate(fg_book *book, size_t count, size_t size) {
  return fg_arena_allocate(&book->whole->arena, &book->allocator, count * size);
}

/* Makes the limit that a product's `capacity` states together with the capacity; both have the same id. */
static const fg_limit *limit_of(fg_book *book, const fg_capacity_offer *offer, const fg_own_policy *policy) {
  fg_limit *limit = limits_allocate(book, 1, sizeof *limit);
  if (limit != NULL) {
    bool is_rate = offer->kind == FG_CAPACITY_RATE;
    *limit = (fg_limit){.id = offer->meter,
                        .max = offer->limit,
                        .seconds = is_rate ? 1 : 0,
                        .length = is_rate ? FG_SECOND : 0,
                        .burst = -1,
                        .kind = -1,
                        .by = FG_NONE,
                        .policy = policy,
                        .source = offer->source};
  }
  return limit;
}

int fg_product_limit(const fg_product *product, fg_string id) {
  return FG_PLACE_OF_ID(product->limits, product->limit_count, id);
}

bool fg_book_limit_is_of(const fg_limit *limit, const fg_product *product) {
  return limit->products.count == 0 || fg_names_have(&limit->products, product->id);
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

uint32_t fg_limit_windows(const fg_book *book, const fg_limit *limit) {
  return limit->by < 0 ? 1 : book->attributes[limit->by].value_count + 1;
}

/* A book whose windows are being numbered: first those of the book's own limits, then those of each product. */
typedef struct fg_limit_layout {
  fg_book *book;
  const fg_book *editions; ///< all editions; a limit gets as many windows as it needs in any of them
  uint32_t edition_count;
  const fg_limit **windows;
  fg_capacity_place *capacities;
} fg_limit_layout;

/* Lets the limits that an edition lacks read no attributes. Each is a copy of another edition's limit, which stands in
   the list so that places are the same in all editions, and this edition may not declare the attributes of the
   original. */
static void ask_for_nothing(const fg_limit *limits, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    fg_limit *limit = (fg_limit *)(uintptr_t)&limits[i];
    if (limit->withdrawn) {
      limit->by = FG_NONE;
      limit->when = (fg_when){0};
      limit->asks = (fg_asked){0, false};
    }
  }
}

/* The most windows that a limit has in any edition. It is a limit of the book if `product` is FG_NONE. */
static uint32_t windows_of(const fg_limit_layout *to, int product, uint32_t place) {
  uint32_t most = 1;
  for (uint32_t i = 0; i < to->edition_count; i++) {
    const fg_book *edition = &to->editions[i];
    const fg_limit *limits = product == FG_NONE ? edition->limits : edition->products[product].limits;
    uint32_t count = limits[place].withdrawn ? 1 : fg_limit_windows(edition, &limits[place]);
    most = count > most ? count : most;
  }
  return most;
}

/* Whether any edition sells a product a capacity that covers usage up to a rate. */
static bool may_be_covered(const fg_limit_layout *to, uint32_t number) {
  bool is_one = false;
  for (uint32_t i = 0; i < to->edition_count; i++) {
    const fg_product *product = &to->editions[i].products[number];
    for (uint32_t j = 0; j < product->capacities_count; j++) {
      is_one = is_one || fg_capacity_covers(&product->capacities[j]);
    }
  }
  return is_one;
}

/* Makes the limit that stands for the window of what a bought rate covers. It counts in any half-open second, whatever
   the switches say. */
static const fg_limit *limit_of_cover(fg_book *book) {
  fg_limit *limit = limits_allocate(book, 1, sizeof *limit);
  if (limit != NULL) {
    *limit = (fg_limit){.id = fg_string_of(""),
                        .seconds = 1,
                        .length = FG_SECOND,
                        .burst = -1,
                        .kind = FG_LIMIT_SLIDING,
                        .in_cells = true,
                        .by = FG_NONE,
                        .source = fg_string_of("")};
  }
  return limit;
}

static fg_status begin_layout(fg_limit_layout *to) {
  fg_book *book = to->book;
  size_t windows = 1;
  size_t capacities = 1;
  for (uint32_t i = 0; i < book->limit_count; i++) {
    windows += windows_of(to, FG_NONE, i);
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    const fg_product *product = &book->products[i];
    windows += product->capacity != NULL;
    windows += may_be_covered(to, i);
    capacities += (product->capacity != NULL) + product->capacities_count;
    for (uint32_t j = 0; j < product->limit_count; j++) {
      windows += windows_of(to, (int)i, j);
    }
  }
  to->windows = limits_allocate(book, windows, sizeof *to->windows);
  to->capacities = limits_allocate(book, capacities, sizeof *to->capacities);
  book->windows = to->windows;
  book->capacities = to->capacities;
  book->window_count = book->capacity_count = 0;
  return to->windows != NULL && to->capacities != NULL ? FG_OK : FG_NO_MEMORY;
}

/* Appends the windows of a limit, and answers the number of the first. */
static uint32_t add_windows(fg_limit_layout *to, const fg_limit *limit, uint32_t count) {
  uint32_t first = to->book->window_count;
  for (uint32_t i = 0; i < count; i++) {
    to->windows[to->book->window_count++] = limit;
  }
  return first;
}

static void ask_window(fg_product *product, uint32_t *asked, const fg_limit *limit, uint32_t window) {
  asked[product->asked_count++] = window;
  product->asks_some = product->asks_some || limit->of_units || limit->when.count > 0 || limit->by >= 0;
}

/* The first window of the book's limit at a place. */
static uint32_t shared_window(const fg_limit_layout *to, uint32_t place) {
  uint32_t window = 0;
  for (uint32_t i = 0; i < place; i++) {
    window += windows_of(to, FG_NONE, i);
  }
  return window;
}

/* The first window of the limit that a capacity of a product raises, which is one of the product or of the book. */
static uint32_t raised_window(const fg_limit_layout *to, uint32_t number, fg_string id, uint32_t first_own) {
  const fg_book *book = to->book;
  uint32_t place = (uint32_t)fg_product_window(book, &book->products[number], id);
  if (place < book->limit_count) {
    return shared_window(to, place);
  }
  for (uint32_t i = 0; i < place - book->limit_count; i++) {
    first_own += windows_of(to, (int)number, i);
  }
  return first_own;
}

/* Appends a window for what a bought rate covers of a product's usage, behind the product's other windows. */
static fg_status lay_out_cover(fg_limit_layout *to, uint32_t number) {
  fg_product *product = (fg_product *)(uintptr_t)&to->book->products[number];
  product->cover = FG_NONE;
  if (may_be_covered(to, number)) {
    const fg_limit *limit = limit_of_cover(to->book);
    FG_TRY(limit != NULL ? FG_OK : FG_NO_MEMORY);
    product->cover = (int32_t)add_windows(to, limit, 1);
    product->plain = product->moves_alone = false; /* what is covered depends on the instant of each usage */
  }
  return FG_OK;
}

/* Appends the windows of a product, and lists those that its calls ask: first the windows of its own limits, then those
   of the book's. */
static fg_status lay_out_product(fg_limit_layout *to, uint32_t number) {
  fg_book *book = to->book;
  fg_product *product = (fg_product *)(uintptr_t)&book->products[number];
  uint32_t *asked = limits_allocate(book, product->limit_count + book->limit_count + 2, sizeof *asked);
  if (asked == NULL) {
    return FG_NO_MEMORY;
  }
  product->asked = asked;
  product->asked_count = 0;
  product->asks_some = false;
  product->first_capacity = book->capacity_count;
  if (product->capacity != NULL) {
    const fg_limit *limit = limit_of(book, product->capacity, product->policy);
    FG_TRY(limit != NULL ? FG_OK : FG_NO_MEMORY);
    to->capacities[book->capacity_count++] = (fg_capacity_place){product->capacity, number, book->window_count, 1};
    ask_window(product, asked, limit, add_windows(to, limit, 1));
  }
  uint32_t first_own = book->window_count;
  for (uint32_t i = 0; i < product->limit_count; i++) {
    ((fg_limit *)(uintptr_t)&product->limits[i])->policy = product->policy;
    ask_window(product, asked, &product->limits[i],
               add_windows(to, &product->limits[i], windows_of(to, (int)number, i)));
  }
  for (uint32_t i = 0; i < book->limit_count; i++) {
    if (fg_book_limit_is_of(&book->limits[i], product)) {
      ask_window(product, asked, &book->limits[i], shared_window(to, i));
    }
  }
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    const fg_capacity_offer *offer = &product->capacities[i];
    uint32_t window = raised_window(to, number, offer->raises, first_own);
    to->capacities[book->capacity_count++] = (fg_capacity_place){offer, number, window,
                                                                 fg_limit_windows(book, to->windows[window])};
  }
  product->capacity_count = book->capacity_count - product->first_capacity;
  return lay_out_cover(to, number);
}

fg_time fg_clock_window_end(fg_time length, const fg_zone *zone, fg_time admitted) {
  int64_t offset = fg_zone_offset(zone, admitted);
  fg_time left = length - (admitted + offset) % length;
  fg_time end = admitted + (left > length ? left - length : left);
  if (length <= FG_HOUR) {
    return fg_span_between_changes((fg_span){end - length, end}, admitted, zone).end;
  }
  fg_time civil = end + offset;
  end = fg_zone_instant(zone, civil);
  while (end <= admitted) { /* clocks have gone back past this edge; of an edge that comes twice the first counts */
    civil += length;
    end = fg_zone_instant(zone, civil);
  }
  return end;
}

fg_status fg_book_lay_out_limits(fg_book *book, const fg_book *editions, uint32_t count) {
  fg_limit_layout to = {.book = book, .editions = editions, .edition_count = count};
  ask_for_nothing(book->limits, book->limit_count);
  for (uint32_t i = 0; i < book->product_count; i++) {
    ask_for_nothing(book->products[i].limits, book->products[i].limit_count);
  }
  FG_TRY(begin_layout(&to));
  for (uint32_t i = 0; i < book->limit_count; i++) {
    add_windows(&to, &book->limits[i], windows_of(&to, FG_NONE, i));
  }
  for (uint32_t i = 0; i < book->product_count; i++) {
    FG_TRY(lay_out_product(&to, i));
  }
  return FG_OK;
}
