#include "usage.h"

#include "capacity.h"
#include "grants.h"
#include "settlement.h"

static fg_bucket *current_bucket(const fg_service *service) {
  return &service->buckets.items[service->buckets.count - 1];
}

/* Usage that would reach a tier without a published price cannot be billed: it is refused. */
static fg_status check_is_sold(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity) {
  const fg_schedule *schedule = &account->book->products[product].schedule;
  const fg_service *service = &state->services[product];
  fg_bucket after = *current_bucket(service);
  fg_drawn drawn = fg_grants_would_draw(state, service, quantity);
  after.usage.free += drawn.free;
  after.usage.packs += drawn.packs;
  after.usage.postpaid += quantity - drawn.free - drawn.packs;
  int64_t sold = fg_price_sold_up_to(schedule, 24 * fg_month_days(state->month));
  return fg_settlement_tier_quantity(account, &after) > sold ? FG_NOT_SOLD : FG_OK;
}

fg_status fg_usage_check(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                         bool billable) {
  const fg_service *service = &state->services[product];
  int64_t total = 0;
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  if (FG_UNLIKELY(state->violation || state->suspended)) {
    return state->violation ? FG_VIOLATION : FG_SUSPENDED;
  }
  fg_mode mode = fg_capacity_mode(account, state, product);
  if (mode == FG_MODE_LAPSED) {
    return FG_NO_CAPACITY;
  }
  if (!fg_add_i64(service->month_total, quantity, &total)) {
    return FG_OVERFLOW;
  }
  bool all_sold = account->book->products[product].all_sold;
  return all_sold || mode != FG_MODE_USAGE || !billable ? FG_OK : check_is_sold(account, state, product, quantity);
}

fg_used fg_usage_record(const fg_account *account, fg_state *state, uint32_t product, int64_t quantity, bool billable,
                        fg_draw *draws) {
  fg_service *service = &state->services[product];
  fg_bucket *bucket = current_bucket(service);
  fg_used used = {.packs = draws};
  service->month_total += quantity;
  bool in_capacity_mode = fg_capacity_mode(account, state, product) == FG_MODE_CAPACITY;
  if (in_capacity_mode || !billable) {
    bool counts = billable && fg_account_policy(account, FG_SWITCH_CAPACITY_CALLS) == FG_COUNT_FOR_TIER;
    used.unbilled = quantity;
    bucket->usage.unbilled += quantity;
    bucket->counted += counts ? quantity : 0;
    return used;
  }
  fg_drawn drawn = fg_grants_draw(state, service, quantity, draws);
  used.free = drawn.free;
  used.pack_count = drawn.pack_count;
  used.postpaid = quantity - drawn.free - drawn.packs;
  bucket->usage.free += drawn.free;
  bucket->usage.packs += drawn.packs;
  bucket->usage.postpaid += used.postpaid;
  return used;
}
