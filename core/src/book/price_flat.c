/* One price for every unit: the only tier of a volume price. */
#include "explain.h"
#include "price_model.h"

static fg_price_line flat_line(const fg_price_view *view, uint32_t tier) {
  return fg_price_tier_line(view, tier, false);
}

const fg_price_operations fg_price_flat = {
    .help = "one price",
    .has_tiers = false,
    .per_units = true,
    .by_basis = true,
    .compute = fg_price_compute_reached,
    .line = flat_line,
    .explain = fg_explain_product,
};
