#include "weights.h"

#include "price_model.h"
#include "rules_compile.h"

static fg_fraction reduced(fg_int128 above, fg_int128 below) {
  fg_int128 common = fg_greatest_common_divisor(above, below);
  return (fg_fraction){above / common, below / common};
}

static bool multiply(fg_fraction a, fg_fraction b, fg_fraction *product) {
  fg_fraction left = reduced(a.above, b.below);
  fg_fraction right = reduced(b.above, a.below);
  return fg_multiply_i128(left.above, right.above, &product->above) &&
         fg_multiply_i128(left.below, right.below, &product->below);
}

/* The least common multiple of two numbers above 0; false if it is above 2^63 - 1. */
static bool common_multiple(int64_t number, fg_int128 other, int64_t *multiple) {
  fg_int128 all = 0;
  bool fits = fg_multiply_i128(other / fg_greatest_common_divisor(number, other), number, &all) && all <= INT64_MAX;
  *multiple = fits ? (int64_t)all : number;
  return fits;
}

static bool is_flat(const fg_schedule *schedule) {
  return schedule->tier_count == 1 && schedule->block == 1 && !schedule->per_hours_of_month &&
         fg_price_model_of(schedule)->per_units;
}

/* The price of one unit; 0 where it is null or not flat. */
static fg_fraction price_at(const fg_product *product, uint32_t place) {
  const fg_schedule *schedule = &product->prices[place].schedule;
  bool is_sold = is_flat(schedule) && schedule->tiers[0].sold;
  return is_sold ? reduced(schedule->tiers[0].price, FG_UNIT * schedule->per) : (fg_fraction){0, 1};
}

static fg_fraction factor_at(const fg_product *product, uint32_t place) {
  return reduced(product->factors[place], FG_UNIT);
}

typedef fg_fraction (*fraction_at)(const fg_product *product, uint32_t place);

/* Writes fractions as whole multiples of one that all have in common, the largest; false if one of them would pass 64
   bits. */
static bool scale(const fg_product *product, fraction_at at, uint32_t count, int64_t *scaled, fg_fraction *unit) {
  int64_t below = 1;
  fg_int128 above = 0;
  fg_int128 whole = 0;
  bool fits = true;
  for (uint32_t i = 0; i < count && fits; i++) {
    fits = common_multiple(below, at(product, i).below, &below);
  }
  for (uint32_t i = 0; i < count && fits; i++) {
    fg_fraction own = at(product, i);
    fits = fg_multiply_i128(own.above, below / own.below, &whole);
    above = fg_greatest_common_divisor(above, fits ? whole : above);
  }
  above = above == 0 ? 1 : above; /* all of them are 0 */
  for (uint32_t i = 0; i < count && fits; i++) {
    fg_fraction own = at(product, i);
    whole = own.above * (below / own.below) / above;
    fits = whole <= INT64_MAX;
    scaled[i] = fits ? (int64_t)whole : 0;
  }
  *unit = reduced(above, below);
  return fits;
}

static bool draws_price(const fg_pool *pool, uint32_t product) {
  bool draws = false;
  for (uint32_t i = 0; i < pool->cover_count; i++) {
    draws = draws || (pool->covers[i].product == product && pool->covers[i].of_price > 0);
  }
  return draws;
}

/* Whether pools draw a part of a product's price; with `parts`, those that are not passed over. */
static bool is_drawn_by_price(const fg_book *edition, uint32_t product, const int64_t *parts) {
  bool is_drawn = false;
  for (uint32_t i = 0; i < edition->pool_count && !is_drawn; i++) {
    is_drawn = (parts == NULL || parts[i] > 0) && draws_price(&edition->pools[i], product);
  }
  return is_drawn;
}

/* Scales the prices of a product; they stay unscaled where they would pass 64 bits. */
static fg_status scale_product(fg_book *edition, fg_product *product) {
  fg_arena *arena = &edition->whole->arena;
  size_t count = (size_t)product->price_count + product->factor_count;
  struct fg_scaled_prices *own = fg_arena_allocate(arena, &edition->allocator, sizeof *own);
  int64_t *numbers = fg_arena_allocate(arena, &edition->allocator, count * sizeof *numbers);
  FG_TRY(own == NULL || numbers == NULL ? FG_NO_MEMORY : FG_OK);
  fg_fraction of_price;
  fg_fraction of_factor;
  own->prices = numbers;
  own->factors = numbers + product->price_count;
  bool fits = scale(product, price_at, product->price_count, numbers, &of_price) &&
              scale(product, factor_at, product->factor_count, numbers + product->price_count, &of_factor) &&
              multiply(of_price, of_factor, &own->unit);
  product->scale = fits ? own : NULL;
  return FG_OK;
}

fg_status fg_weights_scale(fg_book *edition) {
  for (uint32_t i = 0; i < edition->product_count; i++) {
    /* The book is being loaded and is not shared yet. */
    fg_product *product = (fg_product *)(uintptr_t)&edition->products[i];
    if (product->scale == NULL && product->price_count > 0 && is_drawn_by_price(edition, i, NULL)) {
      FG_TRY(scale_product(edition, product));
    }
  }
  return FG_OK;
}

/* Marks the places of the prices, or of the factors, that usage under some conditions may have; without conditions, of
   all. A rule that holds whenever the conditions do is the last that is asked. */
static void find_reached(const fg_book *edition, const fg_product *product, const fg_when *when, bool of_price,
                         bool *reached) {
  bool goes_on = true;
  memset(reached, when == NULL, FG_LIST_MAX + 1);
  for (uint32_t i = 0; i < product->rule_count && goes_on && when != NULL; i++) {
    const fg_when *own = &product->rules[i].when;
    uint16_t place = of_price ? product->rule_places[i].price : product->rule_places[i].factor;
    if (place != FG_NO_PLACE && fg_when_meets(when, own)) {
      reached[place] = true;
      goes_on = !fg_when_covers(edition, own, when);
    }
  }
  bool has_own = !of_price || product->prices[0].id.length == 0;
  reached[0] = reached[0] || (goes_on && has_own);
}

const char *fg_cover_price_fault(const fg_book *edition, const fg_cover *cover) {
  const fg_product *product = &edition->products[cover->product];
  bool reached[FG_LIST_MAX + 1];
  bool has_price = product->price_count == 0; /* that it has none is a fault of the product */
  find_reached(edition, product, &cover->when, true, reached);
  for (uint32_t i = 0; i < product->price_count; i++) {
    if (reached[i] && !is_flat(&product->prices[i].schedule)) {
      return "a product whose prices are flat for all usage that is covered";
    }
    has_price = has_price || (reached[i] && price_at(product, i).above > 0);
  }
  return has_price ? NULL : "a product with a price above 0";
}

/* What all prices with their factors that usage under a cover may have are multiples of; 0: all are 0. */
static fg_int128 common_price(const fg_book *edition, const fg_product *product, const fg_when *when,
                              const fg_pair *pairs, uint32_t count) {
  bool prices[FG_LIST_MAX + 1];
  bool factors[FG_LIST_MAX + 1];
  fg_int128 common = 0;
  find_reached(edition, product, when, true, prices);
  find_reached(edition, product, when, false, factors);
  for (uint32_t i = 0; i < count; i++) {
    if (prices[pairs[i].price] && factors[pairs[i].factor]) {
      fg_int128 price = (fg_int128)product->scale->prices[pairs[i].price] * product->scale->factors[pairs[i].factor];
      common = fg_greatest_common_divisor(common, price);
    }
  }
  return common;
}

/* Raises the parts of a pool's unit for one cover that draws a part of a price. */
static bool raise_by_price(const fg_book *edition, const fg_pool *pool, const fg_cover *cover, const fg_pair *pairs,
                           uint32_t count, int64_t *parts) {
  const fg_product *product = &edition->products[cover->product];
  if (product->scale == NULL) {
    return false;
  }
  /* A pool that the edition has no more may have conditions on attributes that it has no more either. */
  const fg_when *when = pool->withdrawn ? NULL : &cover->when;
  const fg_fraction common = {common_price(edition, product, when, pairs, count), 1};
  fg_fraction weight;
  return multiply(reduced(cover->of_price, FG_UNIT), product->scale->unit, &weight) &&
         multiply(weight, common, &weight) && common_multiple(*parts, weight.below, parts);
}

static fg_status raise_by_prices_of(const fg_book *edition, uint32_t product, int64_t *parts) {
  fg_pair *pairs = fg_allocate(&edition->allocator, FG_PAIRS_MAX * sizeof *pairs);
  FG_TRY(pairs == NULL ? FG_NO_MEMORY : FG_OK);
  uint32_t count = fg_rules_pairs(&edition->products[product], pairs);
  for (uint32_t i = 0; i < edition->pool_count; i++) {
    const fg_pool *pool = &edition->pools[i];
    for (uint32_t j = 0; j < pool->cover_count && parts[i] > 0; j++) {
      const fg_cover *cover = &pool->covers[j];
      if (cover->product == product && cover->of_price > 0 &&
          !raise_by_price(edition, pool, cover, pairs, count, &parts[i])) {
        parts[i] = 0;
      }
    }
  }
  fg_release(&edition->allocator, pairs, FG_PAIRS_MAX * sizeof *pairs);
  return FG_OK;
}

static fg_fraction weight_of(const fg_cover *cover) {
  fg_fraction weight = reduced(cover->weight, FG_UNIT);
  /* At most 10^12 × 2^63, which 128 bits hold. */
  return reduced(weight.above, weight.below * cover->per);
}

static void raise_by_weights(const fg_book *edition, int64_t *parts) {
  for (uint32_t i = 0; i < edition->pool_count; i++) {
    const fg_pool *pool = &edition->pools[i];
    for (uint32_t j = 0; j < pool->cover_count && parts[i] > 0; j++) {
      const fg_cover *cover = &pool->covers[j];
      bool fits = cover->of_price > 0 || common_multiple(parts[i], weight_of(cover).below, &parts[i]);
      parts[i] = fits ? parts[i] : 0;
    }
  }
}

/* Raises parts so that a fraction of a unit, in 10^-12 units, is a whole number of them. */
static bool raise_by_fraction(int64_t fraction, int64_t *parts) {
  return common_multiple(*parts, reduced(fraction, FG_UNIT).below, parts);
}

static void raise_by_fractions(const fg_book *edition, int64_t *parts) {
  for (uint32_t i = 0; i < edition->pool_count; i++) {
    const fg_product *offers = &edition->pools[i].offers;
    bool fits = parts[i] > 0;
    for (uint32_t j = 0; j < offers->grant_count && fits; j++) {
      fits = raise_by_fraction(offers->grants[j].quantity_fraction, &parts[i]) &&
             raise_by_fraction(offers->grants[j].rollover_fraction, &parts[i]);
    }
    for (uint32_t j = 0; j < offers->pack_count && fits; j++) {
      fits = raise_by_fraction(offers->packs[j].units_fraction, &parts[i]);
    }
    parts[i] = fits ? parts[i] : 0;
  }
}

fg_status fg_weights_raise(const fg_book *edition, int64_t *parts) {
  raise_by_weights(edition, parts);
  raise_by_fractions(edition, parts);
  for (uint32_t i = 0; i < edition->product_count; i++) {
    if (is_drawn_by_price(edition, i, parts)) {
      FG_TRY(raise_by_prices_of(edition, i, parts));
    }
  }
  return FG_OK;
}

static int64_t largest(const int64_t *numbers, uint32_t count) {
  int64_t largest = 0;
  for (uint32_t i = 0; i < count; i++) {
    largest = fg_max_i64(largest, numbers[i]);
  }
  return largest;
}

/* Sets how a cover's weight follows from a scaled price and factor; false if the dearest unit would be too many
   parts. */
static bool set_by_price(const fg_product *product, fg_cover *cover, int64_t parts) {
  const struct fg_scaled_prices *scale = product->scale;
  fg_fraction weight;
  if (scale == NULL || !multiply(reduced(cover->of_price, FG_UNIT), scale->unit, &weight) ||
      !multiply(weight, (fg_fraction){parts, 1}, &weight) || weight.above > INT64_MAX || weight.below > INT64_MAX) {
    return false;
  }
  cover->parts = (int64_t)weight.above;
  cover->divide = (int64_t)weight.below;
  fg_int128 most = (fg_int128)largest(scale->prices, product->price_count) *
                   largest(scale->factors, product->factor_count);
  return (most + cover->divide - 1) / cover->divide <= INT64_MAX / cover->parts;
}

static bool set_by_weight(fg_cover *cover, int64_t parts) {
  fg_fraction weight = weight_of(cover);
  fg_int128 drawn = 0;
  bool fits = fg_multiply_i128(weight.above, parts / weight.below, &drawn) && drawn <= INT64_MAX;
  cover->parts = fits ? (int64_t)drawn : 0;
  return fits;
}

/* Whether the parts of each lot that is issued or of one pack can be counted. */
static bool do_lots_fit(const fg_product *offers, int64_t parts) {
  int64_t units = 0;
  int64_t rolled = 0;
  bool fits = true;
  for (uint32_t i = 0; i < offers->grant_count && fits; i++) {
    const fg_grant_offer *grant = &offers->grants[i];
    fits = fg_units_in_parts(grant->quantity, grant->quantity_fraction, parts, &units) &&
           fg_units_in_parts(grant->rollover, grant->rollover_fraction, parts, &rolled) &&
           fg_add_i64(units, rolled, &units);
  }
  for (uint32_t i = 0; i < offers->pack_count && fits; i++) {
    fits = fg_units_in_parts(offers->packs[i].units, offers->packs[i].units_fraction, parts, &units);
  }
  return fits;
}

bool fg_weights_set(const fg_book *edition, fg_pool *pool, int64_t parts) {
  bool fits = parts > 0 && do_lots_fit(&pool->offers, parts);
  pool->parts = parts;
  for (uint32_t i = 0; i < pool->cover_count && fits; i++) {
    fg_cover *cover = (fg_cover *)(uintptr_t)&pool->covers[i]; /* the book is being loaded and is not shared yet */
    fits = cover->of_price > 0 ? set_by_price(&edition->products[cover->product], cover, parts)
                               : set_by_weight(cover, parts);
  }
  return fits;
}

fg_status fg_weights_refuse(fg_error *error, const char *path) {
  return fg_fail(error, FG_INVALID, path,
                 "expected coarser weights in pools: of all editions together the largest lot, or the heaviest unit of "
                 "usage, is more than 2^63 - 1 parts");
}
