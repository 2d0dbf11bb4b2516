#include "usage.h"

#include "grants.h"
#include "settlement.h"

static fg_bucket *current_bucket(const fg_service *service) {
  return &service->buckets.items[service->buckets.count - 1];
}

/* Only units that would be charged at a null price are refused: what grants and packs cover never is, and what was
   postpaid before has happened, whatever tier the new units reach. */
static FG_COLD fg_status check_is_sold(const fg_account *account, const fg_state *state, uint32_t product,
                                       int64_t quantity) {
  const fg_service *service = &state->services[product];
  fg_bucket after = *current_bucket(service);
  fg_drawn drawn = fg_grants_would_draw(state, service, quantity);
  int64_t charged = quantity - drawn.free - drawn.packs;
  fg_price_result price;
  after.usage.free += drawn.free;
  after.usage.packs += drawn.packs;
  after.usage.postpaid += charged;
  return fg_settlement_price(account, product, &after, charged, false, &price) == FG_NOT_SOLD ? FG_NOT_SOLD : FG_OK;
}

/* Whether the month's units can be counted with so many more. FG_OVERFLOW. */
static fg_status can_be_counted(const fg_state *state, uint32_t product, int64_t quantity) {
  int64_t total = 0;
  return fg_add_i64(state->services[product].month_total, quantity, &total) ? FG_OK : FG_OVERFLOW;
}

fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                        bool billable) {
  const fg_service *service = &state->services[product];
  FG_TRY(can_be_counted(state, product, quantity));
  bool all_sold = account->book->products[product].all_sold;
  if (FG_UNLIKELY(!all_sold && billable && service->in_force.is_billed)) {
    FG_TRY(check_is_sold(account, state, product, quantity));
  }
  return FG_OK;
}

FG_COLD fg_status fg_usage_make_room(fg_account *account, fg_state *state, uint32_t product) {
  uint32_t most = state->services[product].drawable.count;
  bool is_kept = fg_usage_is_kept(account, state, product);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, most));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  return is_kept ? fg_undo_reserve(account, fg_state_group(account, state, product), most) : FG_OK;
}

/* R10, R17: grants and packs are drawn on in the billed mode alone; usage in a capacity mode is free. */
fg_recorded fg_usage_record(fg_state *state, uint32_t product, int64_t quantity, bool billable, fg_taken *taken) {
  fg_service *service = &state->services[product];
  fg_bucket *bucket = current_bucket(service);
  fg_recorded recorded = {.begin = bucket->begin};
  FG_ASSERT(quantity >= 0 && service->month_total <= INT64_MAX - quantity);
  service->month_total += quantity;
  if (FG_UNLIKELY(!billable || !service->in_force.is_billed)) {
    recorded.unbilled = quantity;
    recorded.counted = billable && service->in_force.counts ? quantity : 0;
    bucket->usage.unbilled += quantity;
    bucket->counted += recorded.counted;
    return recorded;
  }
  fg_drawn drawn = fg_grants_draw(state, service, quantity, taken);
  recorded.free = drawn.free;
  recorded.packs = drawn.packs;
  recorded.postpaid = quantity - drawn.free - drawn.packs;
  FG_ASSERT(recorded.postpaid >= 0 && drawn.free_count <= drawn.taken_count);
  recorded.free_count = drawn.free_count;
  recorded.taken_count = drawn.taken_count;
  bucket->usage.free += recorded.free;
  bucket->usage.packs += recorded.packs;
  bucket->usage.postpaid += recorded.postpaid;
  return recorded;
}

fg_used fg_usage_answer(const fg_account *account, const fg_recorded *recorded) {
  fg_draw *draws = account->draws.items;
  fg_used used = {
      .free = recorded->free, .postpaid = recorded->postpaid, .unbilled = recorded->unbilled, .packs = draws};
  for (uint32_t i = recorded->free_count; i < recorded->taken_count; i++) {
    FG_ASSERT(used.pack_count < account->draws.room);
    const fg_taken *taken = &account->taken.items[i];
    draws[used.pack_count++] = (fg_draw){account->state.grants.items[taken->grant].id, taken->units};
  }
  return used;
}

fg_status fg_usage_happened(fg_account *account, fg_state *draft, uint32_t product, int64_t quantity,
                            fg_recorded *recorded) {
  FG_TRY(can_be_counted(draft, product, quantity));
  FG_TRY(fg_usage_reserve(account, draft, product));
  *recorded = fg_usage_take(account, draft, product, quantity, true);
  return FG_OK;
}
