#include "capacity.h"

fg_mode fg_capacity_mode_set(const fg_account *account, const fg_state *state, uint32_t product) {
  if (state->services[product].capacity_held > 0) {
    return FG_MODE_CAPACITY;
  }
  /* R24: an automatic mode falls back by itself; R23: one set by hand only under the switch. */
  bool falls_back = account->book->products[product].capacity->automatic ||
                    fg_account_policy(account, FG_SWITCH_CAPACITY_LAPSE) == FG_LAPSE_FALL_BACK;
  return falls_back ? FG_MODE_USAGE : FG_MODE_LAPSED;
}

fg_string fg_capacity_mode_name(const fg_account *account, fg_mode mode, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  return mode == FG_MODE_USAGE ? offered->meter : offered->capacity->meter;
}

int64_t fg_capacity_limit(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_capacity_offer *offer = account->book->products[product].capacity;
  int64_t held = state->services[product].capacity_held;
  switch (fg_capacity_mode(account, state, product)) {
  case FG_MODE_USAGE: return offer->limit;
  case FG_MODE_LAPSED: return 0;
  case FG_MODE_CAPACITY: break;
  }
  /* R20: what is bought replaces the limit, also downwards; or adds to it. */
  bool adds = fg_account_policy(account, FG_SWITCH_CAPACITY_EFFECT) == FG_EFFECT_ADD && offer->limit > 0;
  int64_t limit = held;
  return !adds ? held : fg_add_i64(held, offer->limit, &limit) ? limit : INT64_MAX;
}

static bool is_active(const fg_capacity_order *order, uint32_t product, fg_time at) {
  return order->product == product && !order->refunded && order->from <= at && at < order->until;
}

int64_t fg_capacity_held(const fg_state *state, uint32_t product, fg_time at) {
  int64_t held = 0;
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    held += is_active(order, product, at) ? order->quantity : 0; /* bounded when the order was accepted */
  }
  return held;
}

int64_t fg_capacity_peak(const fg_state *state, uint32_t product, fg_time from, fg_time until) {
  int64_t peak = fg_capacity_held(state, product, from);
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    fg_time begin = state->capacity.items[i].from;
    if (begin > from && begin < until) {
      peak = fg_max_i64(peak, fg_capacity_held(state, product, begin));
    }
  }
  return peak;
}

static fg_status period_end(const fg_account *account, const fg_command *command, fg_date start, fg_date *end) {
  if (command->days > 0) {
    return fg_date_add_days(start, command->days, end); /* the first and the last day both count */
  }
  int64_t days = 0;
  switch (fg_account_policy(account, FG_SWITCH_CAPACITY_MONTH)) {
  case FG_MONTH_DAYS_30: days = 30; break;
  case FG_MONTH_DAYS_31: days = 31; break;
  default: return fg_date_add_months(start, command->months, end);
  }
  return fg_multiply_i64(days, command->months, &days) ? fg_date_add_days(start, days, end) : FG_OVERFLOW;
}

fg_status fg_capacity_period(const fg_account *account, const fg_command *command, fg_time *from, fg_time *until) {
  fg_date today = fg_account_date(account, command->at);
  fg_date start = command->start == FG_NO_DATE ? today : command->start;
  fg_date end = 0;
  if (start < today) {
    return FG_START_IN_PAST;
  }
  FG_TRY(period_end(account, command, start, &end));
  *from = start == today ? command->at : fg_account_begin(account, start);
  *until = fg_account_begin(account, end);
  return FG_OK;
}

void fg_capacity_refresh(const fg_account *account, fg_state *state, fg_time at) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (account->book->products[product].capacity != NULL) {
      state->services[product].capacity_held = fg_capacity_held(state, product, at);
    }
  }
}

fg_time fg_capacity_next_change(const fg_state *state, fg_time after) {
  fg_time next = FG_NEVER;
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    if (!order->refunded && order->from > after) {
      next = fg_min_i64(next, order->from);
    } else if (!order->refunded && order->until > after) {
      next = fg_min_i64(next, order->until);
    }
  }
  return next;
}
