/* The graduated price model: each slice of the units has the price of its own tier. */
#include "price_model.h"

/* The units charged are the last of those that pick the tier: units that are not charged, such as free ones, filled the
   lower tiers before. The rest of a begun block is charged with the last slice; format 1 counts blocks from the first
   unit that picks the tier. */
fg_status fg_graduated_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result) {
  int64_t from = input->tier_quantity - input->units;
  int64_t until = input->tier_quantity;
  int64_t whole = input->units;
  if (view->schedule->is_summed) {
    FG_TRY(fg_price_blocks(view->schedule, input->units, &whole));
  } else {
    FG_TRY(fg_price_blocks(view->schedule, from, &from));
    FG_TRY(fg_price_blocks(view->schedule, until, &until));
    whole = until - from;
  }
  for (uint32_t tier = 0; tier < view->schedule->tier_count; tier++) {
    int64_t units = fg_price_units_within(view, tier, from, until);
    if (units > 0) {
      int64_t rest = fg_price_edge(view, tier + 1) >= until ? whole - (until - from) : 0;
      FG_TRY(fg_price_add_slice(view, input, tier, units + rest, result));
    }
  }
  bool is_empty = result->slice_count == 0;
  return is_empty ? fg_price_add_slice(view, input, fg_price_tier_of(view, until), 0, result) : FG_OK;
}

/* The line of a tier can hold its upper edge, because a quantity there costs the same by either tier. */
fg_price_line fg_graduated_line(const fg_price_view *view, uint32_t tier) {
  fg_price_line line = fg_price_tier_line(view, tier, true);
  line.origin = fg_price_edge(view, tier);
  return line;
}
