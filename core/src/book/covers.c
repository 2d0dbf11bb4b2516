#include "covers.h"

#include "attributes.h"
#include "weights.h"
#include "when.h"

/* How many choices a usage of a product has in a pool: each of the product's covers, or none. */
static uint32_t choices_of(const fg_book *book, uint32_t pool, uint32_t product) {
  uint32_t choices = 1;
  for (uint32_t i = 0; i < book->pools[pool].cover_count; i++) {
    choices += book->pools[pool].covers[i].product == product;
  }
  return choices;
}

static bool is_varied(const fg_book *book, uint32_t pool, uint32_t product) {
  bool varied = false;
  for (uint32_t i = 0; i < book->pools[pool].cover_count; i++) {
    const fg_cover *cover = &book->pools[pool].covers[i];
    varied = varied || (cover->product == product && cover->when.count > 0);
  }
  return varied;
}

static bool compile_product(fg_book *edition, uint32_t number) {
  /* The book is being loaded and is not shared yet. */
  fg_product *product = (fg_product *)(uintptr_t)&edition->products[number];
  uint32_t *varied = NULL;
  product->varied_count = 0;
  for (uint32_t pool = 0; pool < edition->pool_count; pool++) {
    if (!is_varied(edition, pool, number)) {
      continue;
    }
    if (varied == NULL) {
      varied = fg_arena_allocate(&edition->whole->arena, &edition->allocator, edition->pool_count * sizeof *varied);
    }
    if (varied == NULL) {
      return false;
    }
    varied[product->varied_count++] = pool;
  }
  product->varied = varied;
  product->draws_by_usage = product->varied_count > 0 ||
                            (product->scale != NULL && (product->price_count > 1 || product->factor_count > 1));
  return true;
}

bool fg_covers_compile(fg_book *edition) {
  bool done = true;
  for (uint32_t i = 0; i < edition->product_count && done; i++) {
    done = compile_product(edition, i);
  }
  return done;
}

int64_t fg_covers_count(const fg_book *book, uint32_t product) {
  int64_t count = 1;
  for (uint32_t pool = 0; pool < book->pool_count; pool++) {
    bool fits = !is_varied(book, pool, product) || fg_multiply_i64(count, choices_of(book, pool, product), &count);
    count = fits ? count : INT64_MAX;
  }
  return count;
}

static bool is_for(const fg_book *book, const fg_cover *cover, fg_attributes usage, const fg_attributes *account,
                   fg_time at) {
  fg_asked asked = {0, false};
  fg_values values;
  fg_when_asks(&cover->when, &asked);
  return fg_values_read(book, &asked, usage, account, at, &values, NULL) == FG_OK &&
         fg_when_holds(&cover->when, &values);
}

/* The place, from 1, of the first cover that fits a usage among those of its product in a pool; 0: none fits. */
static uint32_t first_fitting(const fg_book *book, uint32_t pool, uint32_t product, fg_attributes usage,
                              const fg_attributes *account, fg_time at) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < book->pools[pool].cover_count; i++) {
    const fg_cover *cover = &book->pools[pool].covers[i];
    place += cover->product == product;
    if (cover->product == product && is_for(book, cover, usage, account, at)) {
      return place;
    }
  }
  return 0;
}

uint16_t fg_covers_fitting(const fg_book *book, uint32_t product, fg_attributes usage, const fg_attributes *account,
                           fg_time at) {
  const fg_product *offered = &book->products[product];
  uint32_t number = 0;
  for (uint32_t i = offered->varied_count; i > 0; i--) {
    uint32_t pool = offered->varied[i - 1];
    number = number * choices_of(book, pool, product) + first_fitting(book, pool, product, usage, account, at);
  }
  FG_ASSERT(number < FG_COVERS_MAX);
  return (uint16_t)number;
}

/* The cover that is number `place`, from 1, among a product's covers in a pool; NULL for 0. */
static const fg_cover *cover_at(const fg_book *book, uint32_t pool, uint32_t product, uint32_t place) {
  for (uint32_t i = 0; i < book->pools[pool].cover_count && place > 0; i++) {
    const fg_cover *cover = &book->pools[pool].covers[i];
    place -= cover->product == product;
    if (cover->product == product && place == 0) {
      return cover;
    }
  }
  return NULL;
}

/* The cover of a pool that a number of covers stands for; the first, where covers of the pool ask no attribute. */
static const fg_cover *cover_by(const fg_book *book, uint32_t pool, uint32_t product, uint32_t number) {
  const fg_product *offered = &book->products[product];
  for (uint32_t i = 0; i < offered->varied_count; i++) {
    uint32_t choices = choices_of(book, offered->varied[i], product);
    if (offered->varied[i] == pool) {
      return cover_at(book, pool, product, number % choices);
    }
    number /= choices;
  }
  return cover_at(book, pool, product, 1);
}

int64_t fg_covers_weight(const fg_book *book, uint32_t owner, uint32_t product, const fg_rating *rating) {
  if (!fg_book_is_pool(book, owner)) {
    return owner == product;
  }
  uint32_t pool = owner - book->product_count;
  const fg_cover *cover = cover_by(book, pool, product, rating->covers);
  bool covers = cover != NULL && !book->pools[pool].is_to_come;
  return !covers ? 0 : fg_cover_weight(&book->products[product], cover, rating->price, rating->factor);
}
