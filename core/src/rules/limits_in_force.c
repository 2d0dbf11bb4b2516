#include "limits_in_force.h"

#include "../book/limits.h"
#include "../book/capacity_terms.h"
#include "../book/terms.h"
#include "bucket_level.h"
#include "mode.h"

static int64_t add_or_most(int64_t limit, int64_t held) {
  int64_t sum = 0;
  return fg_add_i64(fg_max_i64(limit, 0), held, &sum) ? sum : INT64_MAX;
}

static void raise_window(fg_window *window, int64_t held, bool replaces) {
  window->limit = add_or_most(replaces && !window->replaced ? 0 : window->limit, held);
  window->replaced = window->replaced || replaces;
}

static void raise_limit(const fg_account *account, fg_state *state, uint32_t place, bool replaces) {
  const fg_capacity_place *capacity = &account->book->capacities[place];
  int64_t held = state->holdings[place].held;
  const fg_policy policy = fg_policy_of(account, capacity->product);
  if (held == 0 || fg_capacity_covers(capacity->offer) || fg_capacity_replaces(capacity->offer, &policy) != replaces ||
      !fg_capacity_is_in_force(account, state, place)) {
    return;
  }
  for (uint32_t i = 0; i < capacity->windows; i++) {
    raise_window(&state->windows[capacity->window + i], held, replaces);
  }
}

void fg_limits_refresh(const fg_account *account, fg_state *state) {
  const fg_book *book = account->book;
  for (uint32_t i = 0; i < book->window_count; i++) {
    fg_window *window = &state->windows[i];
    if (window->kind == FG_LIMIT_BUCKET) {
      fg_bucket_set_level(window,
                          fg_bucket_level_of(window, book->windows[i], state->now)); /* drained at the old limit */
    }
    window->kind = (uint8_t)fg_limit_kind_of(book->windows[i], &account->policy);
    if (fg_limit_is_of_cover(book->windows[i])) {
      continue; /* fg_cover_refresh sets the rate */
    }
    window->limit = book->windows[i]->withdrawn ? -1 : book->windows[i]->max;
    window->replaced = false;
  }
  for (uint32_t i = 0; i < book->capacity_count; i++) {
    raise_limit(account, state, i, true);
  }
  for (uint32_t i = 0; i < book->capacity_count; i++) {
    raise_limit(account, state, i, false);
  }
  for (uint32_t product = 0; product < book->product_count; product++) {
    fg_mode mode = fg_mode_of(account, state, product);
    if (mode.kind == FG_MODE_LAPSED) {
      const fg_capacity_place *lapsed = &book->capacities[mode.place];
      for (uint32_t i = 0; i < lapsed->windows; i++) {
        state->windows[lapsed->window + i].limit = 0;
      }
    }
  }
  for (uint32_t i = 0; i < book->window_count; i++) {
    fg_window *window = &state->windows[i];
    bool is_none = window->limit < 0 && window->kind != FG_LIMIT_SLOTS;
    window->kind = is_none ? (uint8_t)FG_LIMIT_NONE : window->kind;
  }
}
