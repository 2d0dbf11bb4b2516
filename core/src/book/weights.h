/* What one unit of usage draws from the lots of pools, as a whole number of parts: a fixed weight, or in a pool of
   money a part of the price that the usage has by the rules (docs/decisions/0040-money-in-pools.md). */
#ifndef FG_WEIGHTS_H
#define FG_WEIGHTS_H

#include "book.h"
#include "fraction.h"

/* The unit prices and the factors of a product as whole numbers: a unit at price i and factor j costs prices[i] ×
   factors[j] × `unit`. A price that is null or not flat is 0. */
struct fg_scaled_prices {
  const int64_t *prices, *factors;
  fg_fraction unit;
};

/* What is wrong with a cover that draws a part of a price; NULL: nothing is. All usage that it covers has a flat price,
   and some of it one above 0. */
const char *fg_cover_price_fault(const fg_book *edition, const fg_cover *cover);

/* Scales the prices of the products of which pools of money draw a part, where that was not done before.
   FG_NO_MEMORY. */
fg_status fg_weights_scale(fg_book *edition);

/* Raises the parts of a unit of each pool so that all weights and fractions of lots in an edition are whole numbers of
   parts. Parts that would pass 64 bits become 0; pools with 0 parts are passed over. FG_NO_MEMORY. */
fg_status fg_weights_raise(const fg_book *edition, int64_t *parts);

/* Sets the parts of a unit of a pool, and those that its covers draw; false if those of the largest lot or of the
   heaviest unit would pass 64 bits. */
bool fg_weights_set(const fg_book *edition, fg_pool *pool, int64_t parts);

/* Says at `path` that the pools of all editions together have too many parts. FG_INVALID. */
FG_COLD fg_status fg_weights_refuse(fg_error *error, const char *path);

/* The parts that a unit with this price and factor draws by a cover of its product. */
static inline int64_t fg_cover_weight(const fg_product *product, const fg_cover *cover, uint16_t price,
                                      uint16_t factor) {
  if (cover->of_price == 0) {
    return cover->parts;
  }
  FG_ASSERT(price < product->price_count && factor < product->factor_count);
  fg_int128 scaled = (fg_int128)product->scale->prices[price] * product->scale->factors[factor];
  return (int64_t)(scaled / cover->divide * cover->parts);
}

#endif
