#include "slots.h"

#include "../state/record.h"
#include "limiter.h"

/* The window of tasks at once that one product of a call asks at a place of its list; FG_NONE if that limit counts no
   tasks, or none such as this. It is found anew from what the call was made with, because a call keeps no list of its
   slots. */
static int window_of_slots(const fg_account *account, const fg_hold *call, uint32_t product, uint32_t place) {
  uint32_t window = account->book->products[product].asked[place];
  const fg_limit *limit = account->book->windows[window];
  bool is_asked = true;
  if (limit->seconds > 0) {
    return FG_NONE;
  }
  if (limit->when.count > 0 || limit->by >= 0) {
    fg_attribute made_with[FG_ATTRIBUTES_MAX];
    const fg_command made = {.attributes = fg_record_attributes(fg_record_call(call->entry).attributes, made_with),
                             .at = call->since};
    /* A later edition may not know a value that the call was made with: then none of its conditions fits. */
    is_asked = fg_limiter_window(account, limit, &made, call->attributes, &window, &is_asked) == FG_OK && is_asked;
  }
  return is_asked ? (int)window : FG_NONE;
}

/* Whether a window is asked by one of the first `parts` products of a call of an event. A limit that several products
   share gives the call one slot. */
static bool is_asked_before(const fg_account *account, const fg_hold *call, uint32_t parts, int window) {
  for (uint32_t part = 0; part < parts; part++) {
    uint32_t product = call[part].product;
    for (uint32_t i = 0; i < account->book->products[product].asked_count; i++) {
      if (window_of_slots(account, call, product, i) == window) {
        return true;
      }
    }
  }
  return false;
}

/* Adds a number to the slots taken of each limit of which a call takes one; false if it takes none. */
static bool add_slots(const fg_account *account, fg_state *state, const fg_hold *call, int64_t number) {
  bool any = false;
  for (uint32_t part = 0; part < fg_hold_count(call); part++) {
    uint32_t product = call[part].product;
    for (uint32_t i = 0; i < account->book->products[product].asked_count; i++) {
      int window = window_of_slots(account, call, product, i);
      if (window != FG_NONE && !is_asked_before(account, call, part, window)) {
        state->windows[window].units += number;
        FG_ASSERT(state->windows[window].units >= 0);
        any = true;
      }
    }
  }
  return any;
}

void fg_slots_free(const fg_account *account, fg_state *state, const fg_hold *hold) {
  add_slots(account, state, hold, -1);
}

bool fg_slots_take(const fg_account *account, fg_state *draft, const fg_hold *hold) {
  return add_slots(account, draft, hold, 1);
}

fg_status fg_slots_recount(const fg_account *account, fg_state *draft, fg_time at) {
  FG_TRY(draft->holds.count > 0 ? fg_state_own(account, draft) : FG_OK);
  for (uint32_t i = 0; i < account->book->window_count; i++) {
    fg_window *window = &draft->windows[i];
    bool is_of_slots = account->book->windows[i]->seconds == 0 && window->admissions.count == 0;
    window->units = is_of_slots ? 0 : window->units;
  }
  draft->slots_until = FG_NEVER;
  for (uint32_t i = 0; i < draft->holds.count; i += fg_hold_count(&draft->holds.items[i])) {
    fg_hold *hold = &draft->holds.items[i];
    hold->slot = fg_hold_is_in_flight(hold, at) && fg_slots_take(account, draft, hold);
    draft->slots_until = hold->slot ? fg_min_i64(draft->slots_until, hold->deadline) : draft->slots_until;
  }
  return FG_OK;
}
