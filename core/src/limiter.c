#include "limiter.h"

#include "capacity.h"

/* When an admission leaves the window. Sliding: a full second later, so that no half-open second, whatever its start,
   holds more than the limit. By the clock: with the second it came in. */
static fg_time leaves_at(const fg_account *account, fg_time admitted) {
  if (fg_account_policy(account, FG_SWITCH_LIMITER) == FG_LIMITER_SLIDING) {
    return admitted + FG_SECOND;
  }
  fg_time into_second = admitted % FG_SECOND;
  return admitted - (into_second < 0 ? into_second + FG_SECOND : into_second) + FG_SECOND;
}

static void drop_what_left(const fg_account *account, fg_service *service, fg_time now) {
  while (service->window_first < service->window.count) {
    const fg_admission *oldest = &service->window.items[service->window_first];
    if (leaves_at(account, oldest->at) > now) {
      return;
    }
    service->window_units -= oldest->units;
    service->window_first++;
  }
  service->window_first = service->window.count = 0;
}

/* The earliest instant at which enough has left the window for `quantity` to pass. */
static int64_t wait_for(const fg_account *account, const fg_service *service, int64_t room, int64_t quantity,
                        fg_time now) {
  for (uint32_t i = service->window_first; i < service->window.count; i++) {
    const fg_admission *admission = &service->window.items[i];
    room += admission->units;
    if (room >= quantity) {
      return leaves_at(account, admission->at) - now;
    }
  }
  return -1;
}

static fg_status ask_rate(const fg_account *account, fg_service *service, fg_time now, int64_t limit,
                          int64_t quantity, int64_t *retry_after_us) {
  drop_what_left(account, service, now);
  int64_t room = limit - service->window_units; /* below 0 after the limit was lowered */
  if (quantity <= room) {
    return FG_OK;
  }
  *retry_after_us = quantity > limit ? -1 : wait_for(account, service, room, quantity, now);
  return FG_RATE_LIMITED;
}

fg_status fg_limiter_ask(const fg_account *account, fg_state *state, uint32_t product, int64_t quantity,
                         int64_t *retry_after_us) {
  const fg_capacity_offer *offer = account->book->products[product].capacity;
  fg_service *service = &state->services[product];
  int64_t limit = offer == NULL ? -1 : fg_capacity_limit(account, state, product);
  *retry_after_us = -1;
  if (limit < 0) {
    return FG_OK;
  }
  if (offer->kind == FG_CAPACITY_SLOTS) {
    return service->slots_taken < limit ? FG_OK : FG_CONCURRENCY_LIMITED;
  }
  return ask_rate(account, service, state->now, limit, quantity, retry_after_us);
}

/* Room at the end, made by moving the window to the front where half of the items have left it. */
fg_status fg_limiter_reserve(const fg_account *account, fg_service *service) {
  if (service->window.count == service->window.capacity && service->window_first > service->window.count / 2) {
    service->window.count -= service->window_first;
    memmove(service->window.items, service->window.items + service->window_first,
            service->window.count * sizeof *service->window.items);
    service->window_first = 0;
  }
  return FG_ARRAY_RESERVE(&account->allocator, &service->window, 1);
}

static void admit_rate(const fg_account *account, fg_service *service, fg_time now, int64_t quantity) {
  service->window_units += quantity; /* at most the limit */
  if (service->window_first < service->window.count) {
    fg_admission *last = &service->window.items[service->window.count - 1];
    if (leaves_at(account, last->at) == leaves_at(account, now)) {
      last->units += quantity;
      return;
    }
  }
  service->window.items[service->window.count++] = (fg_admission){now, quantity};
}

bool fg_limiter_admit(const fg_account *account, fg_state *state, uint32_t product, int64_t quantity) {
  const fg_capacity_offer *offer = account->book->products[product].capacity;
  fg_service *service = &state->services[product];
  bool has_slots = offer != NULL && offer->kind == FG_CAPACITY_SLOTS;
  bool is_limited = offer != NULL && !has_slots && fg_capacity_limit(account, state, product) >= 0;
  if (is_limited) { /* without a limit nothing is counted: a window of any number of calls would be no use */
    admit_rate(account, service, state->now, quantity);
  }
  service->slots_taken += has_slots;
  return has_slots;
}
