/* Where the tiers of a schedule begin and end, and which of them a quantity reaches (R11, R13). */
#include "price_model.h"

int64_t fg_price_edge(const fg_price_view *view, uint32_t tier) {
  const fg_schedule *schedule = view->schedule;
  return tier < schedule->tier_count ? fg_price_scaled(schedule->tiers[tier].from, view->scale) : INT64_MAX;
}

fg_price_line fg_price_tier_line(const fg_price_view *view, uint32_t tier, bool from_above) {
  int64_t block = view->schedule->block;
  int64_t edge = fg_price_edge(view, tier);
  int64_t next = fg_price_edge(view, tier + 1);
  bool is_last = tier + 1 >= view->schedule->tier_count;
  fg_price_line line = {.first = edge, .last = next, .origin = 0, .rate = view->schedule->tiers[tier].price};
  if (from_above && tier > 0) {
    line.first = edge < INT64_MAX - block ? edge + block : INT64_MAX;
  }
  if (!from_above && !is_last) {
    line.last = next - block; /* a quantity whose last block ends at the edge is in the next tier */
  }
  return line;
}

/* R11: a tier holds its lower edge or, in books that say so, its upper edge. R13: that an amount can be lower just
   above an edge than below it is intended. */
uint32_t fg_price_tier_of(const fg_price_view *view, int64_t quantity) {
  uint32_t tier = 0;
  while (tier + 1 < view->schedule->tier_count) {
    int64_t next = fg_price_edge(view, tier + 1);
    if (view->schedule->upper_inclusive ? quantity <= next : quantity < next) {
      break;
    }
    tier++;
  }
  return tier;
}

fg_status fg_price_blocks(const fg_schedule *schedule, int64_t units, int64_t *rounded) {
  int64_t rest = units % schedule->block;
  *rounded = units;
  return rest == 0 || fg_add_i64(units, schedule->block - rest, rounded) ? FG_OK : FG_OVERFLOW;
}
