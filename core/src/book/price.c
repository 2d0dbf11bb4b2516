#include "price.h"

/* A schedule seen at the scale of one month: edges and `per` in plain units. */
typedef struct scaled {
  const fg_schedule *schedule;
  int64_t scale;
  int64_t per;
} scaled;

/* The lower edge of tier `index`, INT64_MAX past the last or beyond what can be counted. */
static int64_t tier_edge(const scaled *view, uint32_t index) {
  int64_t edge = INT64_MAX;
  if (index < view->schedule->tier_count && !fg_multiply_i64(view->schedule->tiers[index].from, view->scale, &edge)) {
    edge = INT64_MAX;
  }
  return edge;
}

/* R11: a tier holds its lower edge; in books that say so, its upper edge instead. R13: a total that falls at an edge is
   meant to. */
static uint32_t tier_of(const scaled *view, int64_t quantity) {
  uint32_t tier = 0;
  while (tier + 1 < view->schedule->tier_count) {
    int64_t next = tier_edge(view, tier + 1);
    if (view->schedule->upper_inclusive ? quantity <= next : quantity < next) {
      break;
    }
    tier++;
  }
  return tier;
}

static bool round_up_to_block(int64_t units, int64_t block, int64_t *rounded) {
  int64_t rest = units % block;
  *rounded = units;
  return rest == 0 || fg_add_i64(units, block - rest, rounded);
}

/* The price of a tier; of one that has none the last published below it. */
static fg_amount published_price(const fg_schedule *schedule, uint32_t tier) {
  while (tier > 0 && !schedule->tiers[tier].sold) {
    tier--;
  }
  return schedule->tiers[tier].sold ? schedule->tiers[tier].price : 0;
}

static fg_status add_slice(const scaled *view, const fg_price_input *input, uint32_t tier, int64_t units,
                           fg_price_result *result) {
  FG_ASSERT(result->slice_count < FG_TIERS_MAX && units >= 0);
  fg_price_slice *slice = &result->slices[result->slice_count];
  slice->units = units;
  slice->tier = tier_edge(view, tier);
  slice->unit_price = published_price(view->schedule, tier);
  slice->unpriced = !view->schedule->tiers[tier].sold;
  if (slice->unpriced && units > 0 && !input->has_happened) {
    return FG_NOT_SOLD;
  }
  bool stairstep = view->schedule->model == FG_PRICE_STAIRSTEP;
  int64_t charged = 0;
  if (!fg_multiply_i64(stairstep ? units > 0 : units, input->periods, &charged)) {
    return FG_OVERFLOW;
  }
  FG_TRY(fg_amount_rate(slice->unit_price, charged, stairstep ? 1 : view->per, input->rounding, &slice->amount));
  if (!fg_amount_add(result->amount, slice->amount, &result->amount)) {
    return FG_OVERFLOW;
  }
  result->slice_count++;
  return FG_OK;
}

/* The units charged are the last of those that pick the tier: earlier ones (free, say) filled the lower tiers. */
static fg_status price_slices(const scaled *view, const fg_price_input *input, int64_t from, int64_t until,
                              fg_price_result *result) {
  for (uint32_t tier = 0; tier < view->schedule->tier_count; tier++) {
    int64_t low = fg_max_i64(from, tier_edge(view, tier));
    int64_t high = fg_min_i64(until, tier_edge(view, tier + 1));
    if (high > low) {
      FG_TRY(add_slice(view, input, tier, high - low, result));
    }
  }
  return result->slice_count > 0 ? FG_OK : add_slice(view, input, tier_of(view, until), 0, result);
}

fg_status fg_price_compute(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result) {
  scaled view = {schedule, schedule->per_hours_of_month ? input->hours_of_month : 1, 0};
  int64_t until = 0;
  int64_t from = 0;
  int64_t units = 0;
  FG_ASSERT(input->units >= 0 && input->tier_quantity >= input->units);
  result->amount = 0;
  result->slice_count = 0;
  if (!fg_multiply_i64(schedule->per, view.scale, &view.per) ||
      !round_up_to_block(input->tier_quantity, schedule->block, &until) ||
      !round_up_to_block(input->tier_quantity - input->units, schedule->block, &from) ||
      !round_up_to_block(input->units, schedule->block, &units)) {
    return FG_OVERFLOW;
  }
  if (schedule->model == FG_PRICE_GRADUATED) {
    return price_slices(&view, input, from, until, result);
  }
  return add_slice(&view, input, tier_of(&view, until), units, result);
}

int64_t fg_price_sold_up_to(const fg_schedule *schedule, int64_t hours_of_month) {
  scaled view = {schedule, schedule->per_hours_of_month ? hours_of_month : 1, 0};
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    if (!schedule->tiers[tier].sold) {
      int64_t edge = tier_edge(&view, tier);
      bool edge_is_sold = schedule->upper_inclusive || schedule->model == FG_PRICE_GRADUATED;
      return edge == 0 || edge_is_sold ? edge : edge - 1;
    }
  }
  return INT64_MAX;
}
