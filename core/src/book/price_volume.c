/* All units at the price of the tier that their number reaches (R11). */
#include "explain.h"
#include "price_model.h"

static fg_price_line volume_line(const fg_price_view *view, uint32_t tier) {
  return fg_price_tier_line(view, tier, view->schedule->upper_inclusive);
}

const fg_price_operations fg_price_volume = {
    .help = "all units at the price of the tier reached (R11)",
    .has_tiers = true,
    .per_units = true,
    .by_basis = true,
    .compute = fg_price_compute_reached,
    .line = volume_line,
    .explain = fg_explain_product,
};
