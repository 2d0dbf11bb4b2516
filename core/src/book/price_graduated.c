/* Each slice of the units at the price of its own tier. */
#include "price_model.h"

/* The units charged are the last of those that pick the tier: earlier ones (free, say) filled the lower tiers. */
fg_status fg_graduated_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result) {
  int64_t from = 0;
  int64_t until = 0;
  FG_TRY(fg_price_blocks(view->schedule, input->tier_quantity - input->units, &from));
  FG_TRY(fg_price_blocks(view->schedule, input->tier_quantity, &until));
  for (uint32_t tier = 0; tier < view->schedule->tier_count; tier++) {
    int64_t low = fg_max_i64(from, fg_price_edge(view, tier));
    int64_t high = fg_min_i64(until, fg_price_edge(view, tier + 1));
    if (high > low) {
      FG_TRY(fg_price_add_slice(view, input, tier, high - low, result));
    }
  }
  bool is_empty = result->slice_count == 0;
  return is_empty ? fg_price_add_slice(view, input, fg_price_tier_of(view, until), 0, result) : FG_OK;
}

/* Whichever tier holds an edge, the quantity there costs the same. */
fg_price_line fg_graduated_line(const fg_price_view *view, uint32_t tier) {
  fg_price_line line = fg_price_tier_line(view, tier, true);
  line.origin = fg_price_edge(view, tier);
  return line;
}
