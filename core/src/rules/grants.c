#include "grants.h"

#include "../book/terms.h"

bool fg_grant_is_of_materials(const fg_account *account, const fg_grant *grant) {
  return grant->source != FG_SOURCE_FREE && account->book->products[grant->product].packs[grant->offer].of_materials;
}

static fg_deduction_rank rank_of(const fg_account *account, const fg_grant *grant) {
  const fg_product *product = &account->book->products[grant->product];
  bool is_free = grant->source == FG_SOURCE_FREE;
  return (fg_deduction_rank){
      .rank = is_free ? product->grants[grant->offer].rank : product->packs[grant->offer].rank,
      .is_free = is_free,
      .expires = grant->expires,
      .issued = grant->issued,
      .left = grant->left,
      .units = grant->units,
  };
}

/* R7. Grants are numbered in the order of the commands that brought them. */
static bool is_before(const fg_account *account, const fg_state *state, uint32_t a, uint32_t b) {
  const fg_grant *first = &state->grants.items[a];
  fg_pack_order by = fg_pack_order_of(&account->book->products[first->product].order, &account->policy);
  fg_deduction_rank rank_a = rank_of(account, first);
  fg_deduction_rank rank_b = rank_of(account, &state->grants.items[b]);
  int order = fg_deduction_order(&by, &rank_a, &rank_b);
  return order != 0 ? order < 0 : a < b;
}

/* Puts a grant in its place in the order of deduction. It keeps the place, because drawing on the first of the order
   never moves that one back. */
static void place_in_order(const fg_account *account, const fg_state *state, fg_service *service, uint32_t index) {
  FG_ASSERT(service->drawable.count < service->drawable.room);
  uint32_t *items = service->drawable.items;
  uint32_t low = 0;
  uint32_t high = service->drawable.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    bool comes_later = is_before(account, state, items[middle], index);
    low = comes_later ? middle + 1 : low;
    high = comes_later ? high : middle;
  }
  memmove(items + low + 1, items + low, (service->drawable.count - low) * sizeof *items);
  items[low] = index;
  service->drawable.count++;
}

static bool may_be_drawn_on(const fg_account *account, const fg_grant *grant, uint32_t product, fg_time at) {
  return grant->product == product && grant->expires > at && !grant->refunded &&
         !fg_grant_is_of_materials(account, grant);
}

fg_status fg_grants_arrange(const fg_account *account, fg_state *state, uint32_t product, fg_time at, uint64_t regime,
                            bool all) {
  fg_service *service = &state->services[product];
  service->drawable.count = 0;
  for (uint32_t i = 0; i < state->grants.count; i++) {
    const fg_grant *grant = &state->grants.items[i];
    if (grant->regime <= regime && (all || grant->left > 0) && may_be_drawn_on(account, grant, product, at)) {
      FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->drawable, 1));
      place_in_order(account, state, service, i);
    }
  }
  return FG_OK;
}

fg_status fg_grants_arrive(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at) {
  fg_service *service = &state->services[product];
  const fg_grant *grant = &state->grants.items[index];
  if (grant->left > 0 && may_be_drawn_on(account, grant, product, at)) {
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->drawable, 1));
    place_in_order(account, state, service, index);
  }
  return FG_OK;
}

fg_status fg_grants_add(const fg_account *account, fg_state *state, const fg_grant *grant) {
  FG_TRY(state->grants.count < FG_GRANTS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, state, &state->grants));
  fg_service *service = &state->services[grant->product];
  fg_product_group *group = fg_state_group(account, state, grant->product);
  uint32_t index = state->grants.count;
  FG_ASSERT(index < state->grants.room && grant->left == grant->units);
  state->grants.items[index] = *grant;
  state->grants.items[index].regime = group->regime + 1;
  group->regime_over = true;
  if (!fg_grant_is_of_materials(account, grant)) {
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->drawable, 1));
    place_in_order(account, state, service, index);
  } else if (!fg_add_i64(service->materials_limit, grant->units, &service->materials_limit)) {
    return FG_OVERFLOW;
  }
  state->grants.count++;
  return FG_OK;
}

static void remove_used_up(fg_service *service, uint32_t count) {
  service->drawable.count -= count;
  memmove(service->drawable.items, service->drawable.items + count,
          service->drawable.count * sizeof *service->drawable.items);
}

static FG_COLD fg_drawn draw_on_several(fg_state *state, fg_service *service, int64_t units, fg_taken *taken) {
  fg_drawn drawn = {0, 0, 0};
  uint32_t used_up = 0;
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    fg_grant *grant = &state->grants.items[service->drawable.items[i]];
    int64_t part = fg_min_i64(grant->left, units);
    bool is_free = grant->source == FG_SOURCE_FREE;
    grant->left -= part;
    units -= part;
    used_up += grant->left == 0;
    *(is_free ? &drawn.free : &drawn.packs) += part;
    taken[drawn.taken_count++] = (fg_taken){service->drawable.items[i], part};
  }
  if (used_up > 0) {
    remove_used_up(service, used_up);
  }
  return drawn;
}

/* R7: `drawable` is in the order of deduction. Most usage is covered by the first grant, so that case is tried
   first. */
fg_drawn fg_grants_draw(fg_state *state, fg_service *service, int64_t units, fg_taken *taken) {
  if (service->drawable.count == 0 || units == 0) {
    return (fg_drawn){0, 0, 0};
  }
  uint32_t first = service->drawable.items[0];
  fg_grant *grant = &state->grants.items[first];
  FG_ASSERT(grant->left > 0 && grant->expires > state->now);
  if (FG_UNLIKELY(grant->left <= units)) {
    return draw_on_several(state, service, units, taken);
  }
  bool is_free = grant->source == FG_SOURCE_FREE;
  grant->left -= units;
  taken[0] = (fg_taken){first, units};
  return (fg_drawn){is_free ? units : 0, is_free ? 0 : units, 1};
}

fg_drawn fg_grants_would_draw(const fg_state *state, const fg_service *service, int64_t units) {
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    const fg_grant *grant = &state->grants.items[service->drawable.items[i]];
    int64_t part = fg_min_i64(grant->left, units);
    bool is_free = grant->source == FG_SOURCE_FREE;
    units -= part;
    *(is_free ? &drawn.free : &drawn.packs) += part;
    drawn.taken_count++;
  }
  return drawn;
}

static void remove_from_order(fg_service *service, uint32_t place) {
  service->drawable.count--;
  memmove(service->drawable.items + place, service->drawable.items + place + 1,
          (service->drawable.count - place) * sizeof *service->drawable.items);
}

static void take_out(fg_service *service, uint32_t index) {
  for (uint32_t i = 0; i < service->drawable.count; i++) {
    if (service->drawable.items[i] == index) {
      remove_from_order(service, i);
      return;
    }
  }
}

int64_t fg_grants_cover(const fg_account *account, fg_state *state, fg_service *service, int64_t units, fg_time begin,
                        fg_time end, fg_taken *taken, uint32_t *taken_count) {
  int64_t covered = 0;
  for (uint32_t i = 0; i < service->drawable.count && covered < units;) {
    uint32_t index = service->drawable.items[i];
    fg_grant *grant = &state->grants.items[index];
    if (grant->source == FG_SOURCE_FREE || grant->issued < begin || grant->issued >= end) {
      i++;
      continue;
    }
    int64_t part = fg_min_i64(grant->left, units - covered);
    grant->left -= part;
    covered += part;
    if (taken != NULL) {
      taken[(*taken_count)++] = (fg_taken){index, part};
    }
    remove_from_order(service, i);
    if (grant->left > 0) {
      place_in_order(account, state, service,
                     index); /* by `pack_order` smallest_left, less left may mean another place */
    }
  }
  return covered;
}

void fg_grants_refund(fg_state *state, fg_grant *grant) {
  fg_service *service = &state->services[grant->product];
  uint32_t index = (uint32_t)(grant - state->grants.items);
  FG_ASSERT(!grant->refunded && grant->left == grant->units);
  take_out(service, index);
  grant->refunded = true;
  grant->left = 0;
}

bool fg_grants_drop_void(const fg_state *state, fg_service *service, fg_time at) {
  uint32_t before = service->drawable.count;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < before; i++) {
    uint32_t index = service->drawable.items[i];
    if (state->grants.items[index].expires > at) {
      service->drawable.items[kept++] = index;
    }
  }
  service->drawable.count = kept;
  return kept < before;
}

/* Whether a grant that was drawn on and is used up becomes void now. A regime ends there, because an undone call may
   put units back into the grant, and usage after its expiry must not draw on them. */
static bool drawn_on_is_void(const fg_state *state, const fg_product_group *group, fg_time at) {
  for (uint32_t i = 0; i < group->parts.count; i++) {
    if (state->grants.items[group->parts.items[i].grant].expires == at) {
      return true;
    }
  }
  return false;
}

void fg_grants_expire(const fg_account *account, fg_state *state, fg_time at) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_product_group *group = fg_state_group(account, state, product);
    if (fg_grants_drop_void(state, &state->services[product], at) || drawn_on_is_void(state, group, at)) {
      group->regime_over = true;
    }
  }
}

fg_time fg_grants_next_expiry(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    for (uint32_t i = 0; i < service->drawable.count; i++) {
      next = fg_min_i64(next, state->grants.items[service->drawable.items[i]].expires);
    }
  }
  for (uint32_t number = 0; number < account->book->group_count; number++) {
    const fg_product_group *group = &state->groups[number];
    for (uint32_t i = 0; i < group->parts.count; i++) {
      fg_time expires = state->grants.items[group->parts.items[i].grant].expires;
      next = expires > state->now ? fg_min_i64(next, expires) : next;
    }
  }
  return next;
}
