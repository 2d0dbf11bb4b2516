#include "usage.h"

#include "capacity.h"
#include "command.h"
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
  int64_t sold = fg_price_sold_up_to(schedule, fg_month_hours(state->month));
  return fg_settlement_tier_quantity(account, &after) > sold ? FG_NOT_SOLD : FG_OK;
}

fg_status fg_usage_allowed(const fg_account *account, const fg_state *state, uint32_t product) {
  if (!state->services[product].open) {
    return FG_NOT_OPEN;
  }
  if (FG_UNLIKELY(state->violation || state->suspended)) {
    return state->violation ? FG_VIOLATION : FG_SUSPENDED;
  }
  return fg_capacity_mode(account, state, product) == FG_MODE_LAPSED ? FG_NO_CAPACITY : FG_OK;
}

fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                        bool billable) {
  int64_t total = 0;
  if (!fg_add_i64(state->services[product].month_total, quantity, &total)) {
    return FG_OVERFLOW;
  }
  bool all_sold = account->book->products[product].all_sold;
  if (FG_UNLIKELY(!all_sold && billable && fg_capacity_mode(account, state, product) == FG_MODE_USAGE)) {
    FG_TRY(check_is_sold(account, state, product, quantity));
  }
  return FG_OK;
}

fg_recorded fg_usage_record(const fg_account *account, fg_state *state, uint32_t product, int64_t quantity,
                            bool billable, fg_taken *taken) {
  fg_service *service = &state->services[product];
  fg_bucket *bucket = current_bucket(service);
  fg_recorded recorded = {.bucket = bucket->begin};
  service->month_total += quantity;
  if (!billable || fg_capacity_mode(account, state, product) == FG_MODE_CAPACITY) {
    bool counts = billable && fg_account_policy(account, FG_SWITCH_CAPACITY_CALLS) == FG_COUNT_FOR_TIER;
    recorded.unbilled = quantity;
    recorded.counted = counts ? quantity : 0;
    bucket->usage.unbilled += quantity;
    bucket->counted += recorded.counted;
    return recorded;
  }
  fg_drawn drawn = fg_grants_draw(state, service, quantity, taken);
  recorded.free = drawn.free;
  recorded.packs = drawn.packs;
  recorded.postpaid = quantity - drawn.free - drawn.packs;
  recorded.free_count = drawn.free_count;
  recorded.taken_count = drawn.taken_count;
  bucket->usage.free += recorded.free;
  bucket->usage.packs += recorded.packs;
  bucket->usage.postpaid += recorded.postpaid;
  return recorded;
}

fg_used fg_usage_answer(const fg_account *account, const fg_recorded *recorded, fg_draw *draws) {
  fg_used used = {recorded->free, recorded->postpaid, recorded->unbilled, draws, 0};
  for (uint32_t i = recorded->free_count; i < recorded->taken_count; i++) {
    const fg_taken *taken = &account->taken.items[i];
    draws[used.pack_count++] = (fg_draw){account->state.grants.items[taken->grant].id, taken->units};
  }
  return used;
}

fg_status fg_usage_reserve(fg_account *account, uint32_t product) {
  uint32_t most = account->state.services[product].burn.count;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  return FG_ARRAY_RESERVE(&account->allocator, &account->draws, most);
}

fg_status fg_usage_prepare(fg_account *account, const fg_command *command, uint32_t product, fg_key key,
                           fg_usage_room *room) {
  fg_drawn drawn = fg_grants_would_draw(&account->state, &account->state.services[product], command->quantity);
  size_t draws_size = (drawn.taken_count - drawn.free_count) * sizeof *room->draws;
  size_t taken_size = drawn.taken_count * sizeof *room->taken;
  size_t kept_size = sizeof *room->used + draws_size + taken_size;
  size_t encoded_size = fg_usage_encoded_size(command);
  char *block = NULL;
  FG_TRY(fg_usage_reserve(account, product));
  FG_TRY(fg_history_own(&account->history));
  FG_TRY(fg_history_prepare(account->history, key, kept_size + encoded_size, &room->record, &block));
  room->used = (fg_used *)(void *)block;
  room->draws = (fg_draw *)(void *)(block + sizeof *room->used);
  room->taken = (fg_taken *)(void *)(block + sizeof *room->used + draws_size);
  fg_usage_encode(command, block + kept_size);
  room->record->kind = command->kind;
  room->record->command = (fg_string){block + kept_size, encoded_size};
  room->record->answer.used = room->used;
  return FG_OK;
}

fg_recorded fg_usage_commit(fg_account *account, const fg_command *command, uint32_t product,
                            const fg_usage_room *room) {
  fg_recorded recorded = fg_usage_record(account, &account->state, product, command->quantity, command->billable,
                                         account->taken.items);
  *room->used = fg_usage_answer(account, &recorded, room->draws);
  fg_history_commit(account->history);
  return recorded;
}
