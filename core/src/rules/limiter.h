/* How fast usage may go: units per second, exactly, and tasks at once (R16, R20, R22). Time comes in as an argument. */
#ifndef FG_LIMITER_H
#define FG_LIMITER_H

#include "../state/state.h"

/* Whether a call may pass now (R16, R22): FG_CONCURRENCY_LIMITED, FG_RATE_LIMITED with the microseconds to wait, or -1
   where the quantity is above the limit itself. Drops what has left the window. */
fg_status fg_limiter_ask(fg_service *service, fg_time now, int64_t quantity, int64_t *retry_after_us);

/* Makes room for one admission, so that fg_limiter_admit cannot fail. */
FG_COLD fg_status fg_limiter_make_room(const fg_account *account, fg_service *service);
static inline fg_status fg_limiter_reserve(const fg_account *account, fg_service *service) {
  bool has_room = service->window.count < service->window.room;
  return FG_LIKELY(has_room) ? FG_OK : fg_limiter_make_room(account, service);
}

/* Counts a call that fg_limiter_ask has let pass. Answers whether it takes a slot. */
bool fg_limiter_admit(const fg_account *account, fg_service *service, fg_time now, int64_t quantity);

#endif
