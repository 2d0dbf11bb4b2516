#include "limiter.h"

#include "../book/terms.h"

static void drop_what_left(fg_service *service, fg_time now) {
  while (service->window_first < service->window.count) {
    const fg_admission *oldest = &service->window.items[service->window_first];
    if (oldest->leaves > now) {
      return;
    }
    service->window_units -= oldest->units;
    FG_ASSERT(service->window_units >= 0);
    service->window_first++;
  }
  FG_ASSERT(service->window_units == 0);
  service->window_first = service->window.count = 0;
}

/* The earliest instant at which enough has left the window for `quantity` to pass. */
static FG_COLD int64_t wait_for(const fg_service *service, int64_t room, int64_t quantity, fg_time now) {
  for (uint32_t i = service->window_first; i < service->window.count; i++) {
    const fg_admission *admission = &service->window.items[i];
    room += admission->units;
    if (room >= quantity) {
      return admission->leaves - now;
    }
  }
  return -1;
}

fg_status fg_limiter_ask(fg_service *service, fg_time now, int64_t quantity, int64_t *retry_after_us) {
  int64_t limit = service->in_force.limit;
  if (!service->in_force.is_limited) {
    return FG_OK;
  }
  if (service->in_force.by_slots) {
    return service->slots_taken < limit ? FG_OK : FG_CONCURRENCY_LIMITED;
  }
  drop_what_left(service, now);
  int64_t room = limit - service->window_units; /* below 0 after the limit was lowered */
  if (FG_LIKELY(quantity <= room)) {
    return FG_OK;
  }
  *retry_after_us = quantity > limit ? -1 : wait_for(service, room, quantity, now);
  return FG_RATE_LIMITED;
}

/* Before it grows, the window drops the items that have left it, if that is half of them. */
FG_COLD fg_status fg_limiter_make_room(const fg_account *account, fg_service *service) {
  if (service->window_first > service->window.count / 2) {
    service->window.count -= service->window_first;
    memmove(service->window.items, service->window.items + service->window_first,
            service->window.count * sizeof *service->window.items);
    service->window_first = 0;
  }
  return FG_ARRAY_RESERVE(&account->allocator, &service->window, 1);
}

static void admit_rate(const fg_account *account, fg_service *service, fg_time now, int64_t quantity) {
  fg_time leaves = fg_window_end(&account->policy, now);
  service->window_units += quantity;
  FG_ASSERT(service->window_units <= service->in_force.limit);
  if (service->window_first < service->window.count) {
    fg_admission *last = &service->window.items[service->window.count - 1];
    FG_ASSERT(last->leaves <= leaves);
    if (last->leaves == leaves) {
      last->units += quantity;
      return;
    }
  }
  FG_ASSERT(service->window.count < service->window.room);
  service->window.items[service->window.count++] = (fg_admission){leaves, quantity};
}

/* Where no limit is in force, nothing is counted, because the window would grow without bound and nobody would ask
   it. */
bool fg_limiter_admit(const fg_account *account, fg_service *service, fg_time now, int64_t quantity) {
  const fg_in_force *in_force = &service->in_force;
  if (in_force->is_limited && !in_force->by_slots) {
    admit_rate(account, service, now, quantity);
  }
  service->slots_taken += in_force->by_slots;
  return in_force->by_slots;
}
