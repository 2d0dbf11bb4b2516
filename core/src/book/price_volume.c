/* The volume price model: all units have the price of the tier that their number reaches (R11). A flat price is one
   with a single tier. */
#include "price_model.h"

/* Prices all units at the tier that they reach (R11), also if the total then falls below that of fewer units (R13). */
fg_status fg_reached_compute(const fg_price_view *view, const fg_price_input *input, fg_price_result *result) {
  int64_t units = 0;
  int64_t reached = 0;
  FG_TRY(fg_price_blocks(view->schedule, input->units, &units));
  FG_TRY(fg_price_blocks(view->schedule, input->tier_quantity, &reached));
  return fg_price_add_slice(view, input, fg_price_tier_of(view, reached), units, result);
}

fg_price_line fg_reached_line(const fg_price_view *view, uint32_t tier) {
  return fg_price_tier_line(view, tier, view->schedule->upper_inclusive);
}
