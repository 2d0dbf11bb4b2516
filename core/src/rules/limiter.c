#include "limiter.h"

#include "../book/limits.h"
#include "../book/capacity_terms.h"
#include "../book/terms.h"
#include "../book/when.h"
#include "bucket_level.h"
#include "rate_window.h"

int64_t fg_limiter_depth(const fg_window *window, const fg_limit *limit) {
  return window->kind == FG_LIMIT_BUCKET && limit->burst >= 0 ? limit->burst : window->limit;
}

/* By how much a bucket would overflow with so many more units, in units × microseconds of the window. */
static FG_COLD fg_int128 overflow_of(const fg_window *window, const fg_limit *limit, fg_time now, int64_t quantity) {
  fg_bucket_level level = fg_bucket_level_of(window, limit, now);
  fg_int128 units = (fg_int128)level.units + quantity - fg_limiter_depth(window, limit);
  return units * limit->length + level.rest;
}

static FG_COLD bool has_room_otherwise(const fg_window *window, const fg_limit *limit, fg_time now, int64_t quantity) {
  switch (window->kind) {
  case FG_LIMIT_BUCKET: return overflow_of(window, limit, now, quantity) <= 0;
  case FG_LIMIT_SLOTS: return window->limit < 0 || window->units < window->limit;
  default: return true;
  }
}

static inline bool window_has_room(fg_window *window, const fg_limit *const *limit, fg_time now, int64_t quantity) {
  if (FG_UNLIKELY(window->kind >= FG_LIMIT_BUCKET)) {
    return has_room_otherwise(window, *limit, now, quantity);
  }
  fg_window_pass(window, now);
  return quantity <= window->limit - window->units; /* less than 0 if the limit was lowered */
}

/* How many microseconds until so much has left a window that `quantity` may pass; -1: it never may. */
static int64_t wait_for(const fg_window *window, const fg_limit *limit, int64_t quantity, fg_time now) {
  int64_t room = window->limit - window->units;
  bool never = quantity > fg_limiter_depth(window, limit) || (window->kind == FG_LIMIT_BUCKET && window->limit == 0);
  if (never) {
    return -1;
  }
  if (window->kind == FG_LIMIT_BUCKET) {
    return (int64_t)((overflow_of(window, limit, now, quantity) + window->limit - 1) / window->limit);
  }
  for (uint32_t i = window->first; i < window->admissions.count; i++) {
    const fg_admission *admission = &window->admissions.items[i];
    room += admission->units;
    if (room >= quantity) {
      return admission->leaves - now;
    }
  }
  return -1;
}

static FG_COLD int64_t counted_otherwise(const fg_asking *asking, const uint32_t *window, const fg_limit *limit) {
  return asking->quantity < 0 ? asking->counts[window - asking->windows]
         : limit->of_units    ? asking->units
                              : asking->quantity;
}

/* How much of a call the limit of one of its windows counts. */
static inline int64_t counted_of(const fg_asking *asking, const uint32_t *window, const fg_limit *const *limit) {
  bool differ = asking->units != asking->quantity;
  return FG_UNLIKELY(differ) ? counted_otherwise(asking, window, *limit) : asking->quantity;
}

/* Whether the limit of a window is named by a capacity that covers usage of the product. */
static bool is_beside_cover(const fg_account *account, const fg_product *offered, uint32_t window) {
  bool is_one = false;
  for (uint32_t i = 0; i < offered->capacity_count; i++) {
    const fg_capacity_place *place = &account->book->capacities[offered->first_capacity + i];
    is_one = is_one ||
             (fg_capacity_covers(place->offer) && window >= place->window && window < place->window + place->windows);
  }
  return is_one;
}

/* How much a limit leaves out where so many units are covered: these units or, if it counts events, the events that are
   covered whole. */
static int64_t left_out(const fg_asking *asking, const fg_limit *limit, int64_t covered) {
  return limit->of_units ? covered : covered / asking->of_each;
}

/* How many microseconds a limit has no room if no more units get covered; -1: it never has. */
static int64_t wait_as_covered(fg_window *window, const fg_limit *limit, int64_t count, fg_time now) {
  return count == 0 || window_has_room(window, &limit, now, count) ? 0 : wait_for(window, limit, count, now);
}

/* How many microseconds a limit has no room. As time goes on, a bought rate covers more of the call, so the limit is
   asked again for each instant at which covered units leave their window. */
static int64_t wait_beside_cover(const fg_state *state, fg_window *window, const fg_limit *limit,
                                 const fg_asking *asking, int64_t count) {
  const fg_window *cover = &state->windows[asking->covered->cover];
  const fg_time now = state->now;
  int64_t used = 0;
  uint32_t place = fg_window_since(cover, now, &used);
  int64_t room = cover->limit - used;
  int64_t whole = count + left_out(asking, limit, fg_min_i64(asking->all, fg_max_i64(room, 0)));
  int64_t waited = 0;
  int64_t least = -1;
  for (;;) {
    int64_t covered = fg_min_i64(asking->all, fg_max_i64(room, 0));
    int64_t wait = wait_as_covered(window, limit, whole - left_out(asking, limit, covered), now);
    int64_t until = fg_max_i64(wait, waited);
    least = wait < 0 || (least >= 0 && least <= until) ? least : until;
    if ((wait >= 0 && wait <= waited) || place == cover->admissions.count) {
      return least;
    }
    waited = cover->admissions.items[place].leaves - now;
    room += cover->admissions.items[place++].units;
  }
}

/* The status that refuses a call for which some limit has no room. */
static FG_COLD fg_status refuse_call(fg_account *account, fg_state *state, const fg_asking *asking) {
  fg_time now = state->now;
  account->retry_after_us = 0;
  for (uint32_t i = 0; i < asking->count; i++) {
    uint32_t place = asking->windows[i];
    fg_window *window = &state->windows[place];
    const fg_limit *const *limit = &account->book->windows[place];
    int64_t quantity = counted_of(asking, &asking->windows[i], limit);
    if (window_has_room(window, limit, now, quantity)) {
      continue;
    }
    if (window->kind == FG_LIMIT_SLOTS) {
      return FG_CONCURRENCY_LIMITED;
    }
    bool is_beside = asking->covered != NULL && is_beside_cover(account, asking->covered, place);
    int64_t wait = is_beside ? wait_beside_cover(state, window, *limit, asking, quantity)
                             : wait_for(window, *limit, quantity, now);
    if (account->retry_after_us >= 0 && (wait < 0 || wait > account->retry_after_us)) {
      account->retry_after_us = wait;
      account->refused_by = place;
    }
  }
  return FG_RATE_LIMITED;
}

fg_status fg_limiter_window(const fg_account *account, const fg_limit *limit, const fg_command *command,
                            const fg_attributes *of_account, uint32_t *window, bool *is_asked) {
  fg_values values;
  *is_asked = true;
  if (limit->when.count > 0) {
    fg_status status = fg_values_read(account->book, &limit->asks, command->attributes, of_account, command->at,
                                      &values, NULL);
    FG_TRY(status == FG_MISSING_ATTRIBUTE ? FG_OK : status);
    *is_asked = status == FG_OK && fg_when_holds(&limit->when, &values);
  }
  if (limit->by >= 0 && *is_asked) {
    fg_asked by = {0, false};
    fg_asked_add(&by, (uint32_t)limit->by);
    fg_status status = fg_values_read(account->book, &by, command->attributes, of_account, command->at, &values, NULL);
    FG_TRY(status == FG_MISSING_ATTRIBUTE ? FG_OK : status);
    *window += status == FG_OK ? (uint32_t)values.of[limit->by] : fg_limit_windows(account->book, limit) - 1;
  }
  return FG_OK;
}

static fg_status make_list_room(fg_account *account, uint32_t room) {
  uint32_t had = account->asked == NULL ? 0 : account->asked[0] + 1;
  if (had > room) {
    return FG_OK;
  }
  uint32_t *list = fg_allocate(&account->allocator, (room + 1) * sizeof *list);
  if (list == NULL) {
    return FG_NO_MEMORY;
  }
  fg_release(&account->allocator, account->asked, had * sizeof *list);
  list[0] = room;
  account->asked = list;
  return FG_OK;
}

fg_status fg_limiter_choose(fg_account *account, const fg_product *offered, const fg_command *command,
                            fg_asking *asking) {
  uint32_t count = 0;
  FG_TRY(make_list_room(account, offered->asked_count));
  for (uint32_t i = 0; i < offered->asked_count; i++) {
    uint32_t window = offered->asked[i];
    const fg_limit *limit = account->book->windows[window];
    bool is_asked = true;
    if (limit->when.count > 0 || limit->by >= 0) {
      FG_TRY(fg_limiter_window(account, limit, command, account->state.attributes, &window, &is_asked));
    }
    if (is_asked) {
      account->asked[++count] = window;
    }
  }
  asking->windows = account->asked + 1;
  asking->count = count;
  return FG_OK;
}

/* A limit beside the bought rate is not asked at all about usage that is covered whole. */
fg_status fg_limiter_leave_out(fg_account *account, const fg_product *offered, int64_t covered, fg_asking *asking) {
  if (offered->cover == FG_NONE || account->state.windows[offered->cover].limit <= 0 || asking->units == 0) {
    return FG_OK;
  }
  const fg_asking whole = *asking;
  FG_TRY(make_list_room(account, whole.count));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->asked_for, whole.count + 1));
  asking->covered = offered;
  asking->all = whole.units;
  asking->of_each = whole.units / whole.quantity;
  asking->windows = account->asked + 1;
  asking->quantity = -1;
  asking->counts = account->asked_for.items;
  asking->count = 0;
  for (uint32_t i = 0; i < whole.count; i++) {
    uint32_t window = whole.windows[i];
    const fg_limit *const *limit = &account->book->windows[window];
    bool is_beside = is_beside_cover(account, offered, window);
    int64_t count = counted_of(&whole, &whole.windows[i], limit) - (is_beside ? left_out(asking, *limit, covered) : 0);
    if (!is_beside || count > 0) {
      account->asked_for.items[asking->count] = count;
      account->asked[++asking->count] = window;
    }
  }
  return FG_OK;
}

fg_status fg_limiter_ask(fg_account *account, fg_state *state, const fg_asking *asking) {
  const uint32_t *end = asking->windows + asking->count;
  for (const uint32_t *place = asking->windows; place < end; place++) {
    fg_window *window = &state->windows[*place];
    const fg_limit *const *limit = account->book->windows + *place;
    if (FG_UNLIKELY(!window_has_room(window, limit, state->now, counted_of(asking, place, limit)))) {
      return refuse_call(account, state, asking);
    }
    if (FG_UNLIKELY(window->admissions.count == window->admissions.room)) {
      FG_TRY(fg_window_make_room(&account->allocator, window, 0)); /* another limit may still refuse the call */
    }
  }
  return FG_OK;
}

static FG_COLD fg_time leaves_otherwise(const fg_account *account, const fg_window *window, const fg_limit *limit,
                                        fg_time now) {
  return window->kind == FG_LIMIT_CLOCK ? fg_clock_window_end(limit->length, &account->book->zone, now)
                                        : fg_window_cell_end(limit->length, now) + limit->length;
}

/* When units let through now leave a window. */
static inline fg_time leaves_at(const fg_account *account, const fg_window *window, const fg_limit *limit,
                                fg_time now) {
  bool in_cells = limit->in_cells && window->limit > FG_WINDOW_CELLS;
  return FG_UNLIKELY(window->kind == FG_LIMIT_CLOCK || in_cells) ? leaves_otherwise(account, window, limit, now)
                                                                 : now + limit->length;
}

static FG_COLD void admit_bucket(fg_window *window, const fg_limit *limit, fg_time now, int64_t quantity) {
  fg_bucket_level level = fg_bucket_level_of(window, limit, now);
  level.units += quantity;
  FG_ASSERT(window->admissions.room > 0);
  window->admissions.count = 1;
  fg_bucket_set_level(window, level);
}

/* Counts a call in a window of another kind. If no limit is in force, it counts nothing, because the window would grow
   without bound. Answers whether the call takes a slot. */
static FG_COLD bool admit_otherwise(fg_window *window, const fg_limit *limit, fg_time now, int64_t quantity) {
  window->units += window->kind == FG_LIMIT_SLOTS;
  if (window->kind == FG_LIMIT_BUCKET) {
    admit_bucket(window, limit, now, quantity);
  }
  return window->kind == FG_LIMIT_SLOTS;
}

bool fg_limiter_admit(const fg_account *account, fg_state *state, const fg_asking *asking) {
  const uint32_t *end = asking->windows + asking->count;
  bool takes_slot = false;
  for (const uint32_t *place = asking->windows; place < end; place++) {
    fg_window *window = &state->windows[*place];
    const fg_limit *limit = account->book->windows[*place];
    int64_t quantity = counted_of(asking, place, &limit);
    if (FG_UNLIKELY(window->kind >= FG_LIMIT_BUCKET)) {
      takes_slot = admit_otherwise(window, limit, state->now, quantity) || takes_slot;
    } else {
      fg_window_forget(window);
      fg_window_admit(window, leaves_at(account, window, limit, state->now), quantity);
      FG_ASSERT(window->units <= window->limit);
    }
  }
  return takes_slot;
}

void fg_limiter_add(const fg_account *account, const fg_asking *one, uint32_t *windows, int64_t *counts,
                    uint32_t *count) {
  for (const uint32_t *place = one->windows; place < one->windows + one->count; place++) {
    int64_t counted = counted_of(one, place, account->book->windows + *place);
    uint32_t i = 0;
    while (i < *count && windows[i] != *place) {
      i++;
    }
    windows[i] = *place;
    counts[i] = i < *count && !fg_add_i64(counts[i], counted, &counted) ? INT64_MAX : counted;
    *count += i == *count;
  }
}
