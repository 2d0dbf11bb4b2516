#include "capacity.h"

#include "../book/capacity_terms.h"

/* How many of a holding's steps begin at an instant or before. */
static uint32_t steps_until(const fg_holding *holding, fg_time at) {
  uint32_t low = 0;
  uint32_t high = holding->steps.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (holding->steps.items[middle].from <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

int64_t fg_capacity_held(const fg_state *state, uint32_t place, fg_time at) {
  const fg_holding *holding = &state->holdings[place];
  uint32_t reached = steps_until(holding, at);
  return reached == 0 ? 0 : holding->steps.items[reached - 1].held;
}

int64_t fg_capacity_peak(const fg_state *state, uint32_t place, fg_time from, fg_time until) {
  const fg_holding *holding = &state->holdings[place];
  int64_t peak = fg_capacity_held(state, place, from);
  FG_ASSERT(from < until);
  for (uint32_t i = steps_until(holding, from); i < holding->steps.count && holding->steps.items[i].from < until; i++) {
    peak = fg_max_i64(peak, holding->steps.items[i].held);
  }
  return peak;
}

/* The place of the step that begins at `at`; the step is added if it is missing. */
static uint32_t begin_step(fg_holding *holding, fg_time at) {
  uint32_t place = steps_until(holding, at);
  fg_capacity_step *steps = holding->steps.items;
  if (place > 0 && steps[place - 1].from == at) {
    return place - 1;
  }
  FG_ASSERT(holding->steps.count < holding->steps.room);
  memmove(steps + place + 1, steps + place, (holding->steps.count++ - place) * sizeof *steps);
  steps[place] = (fg_capacity_step){at, place == 0 ? 0 : steps[place - 1].held};
  FG_ASSERT(place + 1 == holding->steps.count || steps[place + 1].from > at);
  return place;
}

/* Removes a step that changes nothing, because as much is held before it. */
static void join_step(fg_holding *holding, uint32_t place) {
  fg_capacity_step *steps = holding->steps.items;
  if (steps[place].held == (place == 0 ? 0 : steps[place - 1].held)) {
    memmove(steps + place, steps + place + 1, (--holding->steps.count - place) * sizeof *steps);
  }
}

static fg_status change_held(const fg_account *account, fg_state *state, const fg_capacity_order *order,
                             int64_t quantity) {
  fg_holding *holding = &state->holdings[order->place];
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &holding->steps, 2));
  uint32_t first = begin_step(holding, order->from);
  uint32_t end = begin_step(holding, order->until);
  for (uint32_t i = first; i < end; i++) {
    holding->steps.items[i].held += quantity;
    FG_ASSERT(holding->steps.items[i].held >= 0);
  }
  join_step(holding, end);
  join_step(holding, first);
  return FG_OK;
}

/* R21: refuses an order if more than the most would be held at any instant of its period. */
fg_status fg_capacity_check(const fg_account *account, const fg_state *state, const fg_capacity_order *order) {
  const fg_capacity_offer *offer = account->book->capacities[order->place].offer;
  int64_t peak = fg_capacity_peak(state, order->place, order->from, order->until);
  int64_t held = 0;
  if (!fg_capacity_may_be_held(offer, peak, order->quantity)) {
    return FG_CAPACITY_LIMIT;
  }
  return fg_add_i64(peak, order->quantity, &held) ? FG_OK : FG_OVERFLOW;
}

fg_status fg_capacity_hold(const fg_account *account, fg_state *state, const fg_capacity_order *order) {
  int64_t peak = fg_capacity_peak(state, order->place, order->from, order->until);
  FG_TRY(fg_add_i64(peak, order->quantity, &peak) ? FG_OK : FG_OVERFLOW);
  return change_held(account, state, order, order->quantity);
}

fg_status fg_capacity_drop(const fg_account *account, fg_state *state, const fg_capacity_order *order) {
  return change_held(account, state, order, -order->quantity);
}

/* Removes the steps that are over, but keeps the one in force. */
static void forget_steps(fg_holding *holding, fg_time at) {
  uint32_t reached = steps_until(holding, at);
  if (reached > 1) {
    holding->steps.count -= reached - 1;
    memmove(holding->steps.items, holding->steps.items + reached - 1,
            holding->steps.count * sizeof *holding->steps.items);
  }
}

void fg_capacity_refresh(const fg_account *account, fg_state *state, fg_time at) {
  for (uint32_t place = 0; place < account->book->capacity_count; place++) {
    forget_steps(&state->holdings[place], at);
    state->holdings[place].held = fg_capacity_held(state, place, at);
  }
}

fg_time fg_capacity_next_change(const fg_account *account, const fg_state *state, fg_time after) {
  fg_time next = FG_NEVER;
  for (uint32_t place = 0; place < account->book->capacity_count; place++) {
    const fg_holding *holding = &state->holdings[place];
    uint32_t step = steps_until(holding, after);
    next = step < holding->steps.count ? fg_min_i64(next, holding->steps.items[step].from) : next;
  }
  return next;
}
