#include "cover.h"

#include "../book/capacity_terms.h"
#include "../book/terms.h"
#include "mode.h"
#include "rate_window.h"

static fg_window *cover_window(const fg_account *account, const fg_state *state, uint32_t product) {
  int32_t place = account->book->products[product].cover;
  return place == FG_NONE ? NULL : &state->windows[place];
}

/* The sum of what a product holds of capacities that cover usage. */
static int64_t rate_held(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  int64_t rate = 0;
  for (uint32_t place = offered->first_capacity; place < offered->first_capacity + offered->capacity_count; place++) {
    bool covers = fg_capacity_covers(account->book->capacities[place].offer) &&
                  fg_capacity_is_in_force(account, state, place);
    int64_t held = covers ? state->holdings[place].held : 0;
    rate = fg_add_i64(rate, held, &rate) ? rate : INT64_MAX;
  }
  return rate;
}

bool fg_cover_find(const fg_account *account, fg_state *state, uint32_t product) {
  fg_window *window = cover_window(account, state, product);
  if (window == NULL) {
    return false;
  }
  int64_t before = window->limit;
  window->limit = rate_held(account, state, product);
  return window->limit != before;
}

void fg_cover_refresh(const fg_account *account, fg_state *state) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_product_group *group = fg_state_group(account, state, product);
    group->regime_over = fg_cover_find(account, state, product) || group->regime_over;
  }
}

int64_t fg_cover_rate(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_window *window = cover_window(account, state, product);
  return window == NULL ? 0 : fg_max_i64(window->limit, 0);
}

int64_t fg_cover_part(const fg_account *account, const fg_state *state, uint32_t product, int64_t units) {
  const fg_window *window = cover_window(account, state, product);
  if (window == NULL || window->limit <= 0) {
    return 0;
  }
  return fg_min_i64(units, fg_max_i64(window->limit - fg_window_units(window, state->now), 0));
}

/* An admission is kept while a call may be undone that was made before its units left the window. */
uint32_t fg_cover_gone(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_window *window = cover_window(account, state, product);
  const fg_product_group *group = fg_state_group(account, state, product);
  fg_time since = group->regimes.count > 0 ? group->regimes.items[0].at : state->now;
  uint32_t count = 0;
  while (window != NULL && count < window->admissions.count && window->admissions.items[count].leaves <= since) {
    count++;
  }
  return count;
}

fg_status fg_cover_reserve(const fg_account *account, fg_state *state, uint32_t product) {
  fg_window *window = cover_window(account, state, product);
  if (window == NULL || window->admissions.count < window->admissions.room) {
    return FG_OK;
  }
  fg_window_recount(window, state->now);
  return fg_window_make_room(&account->allocator, window, fg_cover_gone(account, state, product));
}

/* When units covered at an instant leave the window. Above FG_WINDOW_CELLS units a second the window is counted in
   cells, as that of a limit is. */
static fg_time cover_leaves(int64_t rate, fg_time at) {
  return (rate > FG_WINDOW_CELLS ? fg_window_cell_end(FG_SECOND, at) : at) + FG_SECOND;
}

int64_t fg_cover_take(const fg_account *account, fg_state *state, uint32_t product, int64_t units) {
  fg_window *window = cover_window(account, state, product);
  int64_t covered = fg_cover_part(account, state, product, units);
  if (covered > 0) {
    fg_window_admit(window, cover_leaves(window->limit, state->now), covered);
    fg_window_recount(window, state->now);
  }
  return covered;
}

void fg_cover_forget(const fg_account *account, fg_state *draft, const fg_regime *regime) {
  fg_window *window = cover_window(account, draft, regime->product);
  fg_admission *items = window == NULL ? NULL : window->admissions.items;
  for (uint32_t i = window == NULL ? 0 : window->admissions.count; i > 0 && regime->covered > 0; i--) {
    bool is_its = items[i - 1].leaves >= regime->at + FG_SECOND &&
                  (i == 1 || items[i - 2].leaves < regime->at + FG_SECOND);
    if (is_its) {
      items[i - 1].units -= fg_min_i64(regime->covered, items[i - 1].units);
      if (items[i - 1].units == 0) {
        window->admissions.count--;
        memmove(items + i - 1, items + i, (window->admissions.count - (i - 1)) * sizeof *items);
      }
      break;
    }
  }
  if (window != NULL) {
    fg_window_recount(window, draft->now);
  }
}

fg_status fg_cover_again(const fg_account *account, fg_state *draft, const fg_regime *regime, int64_t units,
                         int64_t *covered) {
  fg_window *window = cover_window(account, draft, regime->product);
  int64_t used = 0;
  *covered = 0;
  if (window == NULL || regime->rate == 0) {
    return FG_OK;
  }
  fg_window_since(window, regime->at, &used);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &window->admissions, 1));
  *covered = fg_min_i64(units, fg_max_i64(regime->rate - used, 0));
  fg_window_admit(window, cover_leaves(regime->rate, regime->at), *covered);
  fg_window_recount(window, draft->now);
  return FG_OK;
}
