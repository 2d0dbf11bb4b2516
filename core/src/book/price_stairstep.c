/* The stairstep price model: the price of the tier reached is the whole amount, whatever the quantity. */
#include "price_model.h"

/* The first step begins with the first block, because nothing used costs nothing. */
fg_price_line fg_stairstep_line(const fg_price_view *view, uint32_t tier) {
  fg_price_line line = fg_price_tier_line(view, tier, view->schedule->upper_inclusive);
  line.first = fg_max_i64(line.first, view->schedule->block);
  line.origin = line.first;
  line.rate = 0;
  return line;
}
