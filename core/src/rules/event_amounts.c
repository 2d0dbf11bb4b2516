#include "event_amounts.h"

/* A number of 128 bits from two of 64. The lower half comes first on every machine, because snapshots hold both. */
static fg_int128 from_halves(const int64_t *kept) {
  return (fg_int128)((fg_uint128)(uint64_t)kept[1] << 64 | (uint64_t)kept[0]);
}
static void to_halves(fg_int128 number, int64_t *kept) {
  kept[0] = (int64_t)(uint64_t)(fg_uint128)number;
  kept[1] = (int64_t)(uint64_t)((fg_uint128)number >> 64);
}

/* Numbers that are all 0 stand for no cost. */
fg_exact fg_event_sum(const int64_t *kept) {
  fg_exact sum = {.whole = from_halves(kept), .above = from_halves(kept + 2), .below = from_halves(kept + 4)};
  sum.below += sum.below == 0;
  return sum;
}

void fg_event_sum_keep(fg_exact sum, int64_t *kept) {
  to_halves(sum.whole, kept);
  to_halves(sum.above, kept + 2);
  to_halves(sum.below, kept + 4);
}

static fg_status cost_of(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                         int64_t units, bool have_happened, fg_exact *cost) {
  const fg_events_charged events = {.price = cell.price,
                                    .factor = cell.factor,
                                    .of_each = of_each,
                                    .units = units,
                                    .hours_of_month = fg_account_month_hours(account, at),
                                    .has_happened = have_happened};
  return fg_events_price(&fg_account_edition(account, cell.edition)->products[product], &events, cost);
}

fg_status fg_events_cost(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                         int64_t units, fg_exact *cost) {
  return cost_of(account, product, cell, at, of_each, units, true, cost);
}

fg_status fg_event_sum_add(int64_t *kept, fg_exact cost, int sign) {
  fg_exact sum = fg_event_sum(kept);
  if (!(sign > 0 ? fg_exact_add(&sum, cost) : fg_exact_subtract(&sum, cost))) {
    return FG_OVERFLOW;
  }
  fg_event_sum_keep(sum, kept);
  return FG_OK;
}

fg_status fg_event_sum_charge(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                              int64_t units, int64_t *kept) {
  fg_exact cost;
  FG_TRY(fg_events_cost(account, product, cell, at, of_each, units, &cost));
  return fg_event_sum_add(kept, cost, 1);
}

fg_status fg_events_fit(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                        int64_t charged, bool have_happened) {
  const fg_service *service = &state->services[product];
  const fg_cell cell = fg_cell_of(account, rating);
  const fg_bucket *bucket = fg_cell_find(service, cell);
  fg_exact cost;
  FG_TRY(cost_of(account, product, cell, state->now, rating.of_each, charged, have_happened, &cost));
  fg_exact sum = bucket == NULL ? FG_EXACTLY(0) : fg_event_sum(service->slices.items + bucket->slices);
  return fg_exact_add(&sum, cost) ? FG_OK : FG_OVERFLOW;
}

fg_exact fg_event_sum_less(fg_exact sum, fg_exact cost, int64_t units_left) {
  fg_exact left = sum;
  bool is_there = units_left > 0 && fg_exact_subtract(&left, cost) && left.whole >= 0;
  return is_there ? cost : sum;
}
