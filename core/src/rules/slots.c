#include "slots.h"

static bool is_asked(const fg_product *offered, uint32_t window) {
  for (uint32_t i = 0; i < offered->asked_count; i++) {
    if (offered->asked[i] == window) {
      return true;
    }
  }
  return false;
}

/* Whether a window is asked by one of the first `parts` products of a call of an event. A limit that several products
   share gives the call one slot. */
static bool is_asked_before(const fg_account *account, const fg_hold *hold, uint32_t parts, uint32_t window) {
  for (uint32_t part = 0; part < parts; part++) {
    if (is_asked(&account->book->products[hold[part].product], window)) {
      return true;
    }
  }
  return false;
}

void fg_slots_free(const fg_account *account, fg_state *state, const fg_hold *hold) {
  for (uint32_t part = 0; part < fg_hold_count(hold); part++) {
    const fg_product *offered = &account->book->products[hold[part].product];
    for (uint32_t i = 0; i < offered->asked_count; i++) {
      fg_window *window = &state->windows[offered->asked[i]];
      bool frees = window->kind == FG_LIMIT_SLOTS &&
                   (part == 0 || !is_asked_before(account, hold, part, offered->asked[i]));
      window->units -= frees;
      FG_ASSERT(window->units >= 0);
    }
  }
}

bool fg_slots_take(const fg_account *account, fg_state *draft, const fg_hold *hold) {
  bool any = false;
  for (uint32_t part = 0; part < fg_hold_count(hold); part++) {
    const fg_product *offered = &account->book->products[hold[part].product];
    for (uint32_t i = 0; i < offered->asked_count; i++) {
      uint32_t window = offered->asked[i];
      bool takes = account->book->windows[window]->seconds == 0 &&
                   (part == 0 || !is_asked_before(account, hold, part, window));
      draft->windows[window].units += takes;
      any = any || takes;
    }
  }
  return any;
}

fg_status fg_slots_recount(const fg_account *account, fg_state *draft) {
  bool any = false;
  for (uint32_t i = 0; i < draft->holds.count; i++) {
    any = any || draft->holds.items[i].slot;
  }
  FG_TRY(any ? fg_state_own(account, draft) : FG_OK);
  for (uint32_t i = 0; i < account->book->window_count; i++) {
    fg_window *window = &draft->windows[i];
    bool is_of_slots = account->book->windows[i]->seconds == 0 && window->admissions.count == 0;
    window->units = is_of_slots ? 0 : window->units;
  }
  for (uint32_t i = 0; i < draft->holds.count && any; i += fg_hold_count(&draft->holds.items[i])) {
    fg_hold *hold = &draft->holds.items[i];
    hold->slot = hold->slot && fg_slots_take(account, draft, hold);
  }
  return FG_OK;
}
