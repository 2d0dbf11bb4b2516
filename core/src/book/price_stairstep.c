/* The price of the tier reached is the whole amount, whatever the quantity. */
#include "explain.h"
#include "price_model.h"

/* Nothing used costs nothing, so the first step begins with the first block. */
static fg_price_line stairstep_line(const fg_price_view *view, uint32_t tier) {
  fg_price_line line = fg_price_tier_line(view, tier, view->schedule->upper_inclusive);
  line.first = fg_max_i64(line.first, view->schedule->block);
  line.origin = line.first;
  line.rate = 0;
  return line;
}

const fg_price_operations fg_price_stairstep = {
    .help = "the tier's price is the whole amount",
    .has_tiers = true,
    .per_units = false,
    .by_basis = false,
    .compute = fg_price_compute_reached,
    .line = stairstep_line,
    .explain = fg_explain_whole,
};
