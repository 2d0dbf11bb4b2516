#include "periods.h"

#include "../book/terms.h"

/* The period of an account that has seen no instant. */
static const fg_span no_period = {FG_NO_TIME, FG_NO_TIME};

static fg_span period_at(const fg_account *account, const fg_service *service, fg_period period, fg_time at) {
  const fg_period month = {FG_EVERY_MONTH, 0};
  if (at == FG_NO_TIME) {
    return no_period;
  }
  if (!fg_period_is_anchored(period)) {
    return fg_period_at(period, 0, at, &account->book->zone);
  }
  return service->was_open
             ? fg_period_at(period, service->opened, fg_max_i64(at, service->opened), &account->book->zone)
             : fg_period_at(month, 0, at, &account->book->zone);
}

fg_span fg_tiers_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at) {
  const fg_product *offered = &account->book->products[product];
  return fg_product_prices_events(offered) ? fg_settling_at(account, state, product, at)
                                           : period_at(account, &state->services[product], offered->tier_period, at);
}

fg_span fg_settling_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at) {
  return period_at(account, &state->services[product], account->book->products[product].settle, at);
}

fg_span fg_settling_of_book(const fg_account *account, const fg_state *state) {
  fg_time anchor = state->now;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    anchor = service->was_open ? fg_min_i64(anchor, service->opened) : anchor;
  }
  return state->now == FG_NO_TIME ? no_period
                                  : fg_period_at(account->book->settle, anchor, state->now, &account->book->zone);
}

static fg_span common(fg_span a, fg_span b) {
  return (fg_span){fg_max_i64(a.begin, b.begin), fg_min_i64(a.end, b.end)};
}

fg_span fg_stretch_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at) {
  const fg_period month = {FG_EVERY_MONTH, 0};
  const fg_product *offered = &account->book->products[product];
  if (offered->tier_period.unit == FG_EVERY_MONTH && offered->settle.unit == FG_EVERY_MONTH) {
    /* Tiers, settlement and month are the same period. */
    return period_at(account, &state->services[product], month, at);
  }
  fg_span both = common(fg_tiers_at(account, state, product, at), fg_settling_at(account, state, product, at));
  return common(both, fg_period_at(month, 0, at, &account->book->zone));
}

fg_billed fg_billed_of(const fg_account *account, const fg_state *state, uint32_t product, fg_span period) {
  fg_span tiers = fg_tiers_at(account, state, product, period.begin);
  bool is_running = tiers.begin < period.begin || tiers.end > period.end;
  return (fg_billed){&state->services[product], period, tiers.begin, is_running};
}

fg_time fg_settlement_of(const fg_account *account, uint32_t product, fg_span period) {
  return account->book->products[product].settle.unit == FG_EVERY_MONTH
             ? fg_settlement_time(account->book, &account->policy, fg_account_month(account, period.begin))
             : period.end;
}

fg_time fg_settles_at(const fg_account *account, const fg_state *state, uint32_t product) {
  fg_span period = fg_settling_at(account, state, product, state->services[product].settled);
  return fg_settlement_of(account, product, period);
}
