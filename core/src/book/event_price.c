#include "event_price.h"

/* The cost of one event of so many units, and its slices. FG_NOT_SOLD, FG_OVERFLOW. */
static fg_status price_event(const fg_product *product, const fg_events_charged *events, int64_t units,
                             fg_price_result *slices, fg_exact *amount) {
  const fg_price_input input = {.units = units,
                                .tier_quantity = units,
                                .periods = 1,
                                .hours_of_month = events->hours_of_month,
                                .has_happened = events->has_happened,
                                .factor = product->factors[events->factor]};
  FG_TRY(fg_price_exactly(&product->prices[events->price].schedule, &input, slices, amount));
  *amount = fg_within_bounds(&product->bounds, *amount);
  return FG_OK;
}

fg_status fg_events_price(const fg_product *product, const fg_events_charged *events, fg_exact *amount) {
  fg_price_result slices;
  fg_exact part = FG_EXACTLY(0);
  *amount = FG_EXACTLY(0);
  if (events->units == 0) {
    return FG_OK;
  }
  FG_ASSERT(events->of_each > 0 && events->units > 0);
  int64_t whole = events->units / events->of_each;
  int64_t rest = events->units % events->of_each;
  if (whole > 0) {
    FG_TRY(price_event(product, events, events->of_each, &slices, &part));
    FG_TRY(fg_exact_times(part, whole, amount) ? FG_OK : FG_OVERFLOW);
  }
  if (rest > 0) {
    FG_TRY(price_event(product, events, rest, &slices, &part));
    FG_TRY(fg_exact_add(amount, part) ? FG_OK : FG_OVERFLOW);
  }
  return FG_OK;
}
