#include "grants.h"

#include "../book/covers.h"
#include "../book/terms.h"

static const fg_product *owner_of(const fg_account *account, const fg_grant *grant) {
  return fg_book_owner(account->book, grant->owner);
}

bool fg_grant_is_of_materials(const fg_account *account, const fg_grant *grant) {
  return grant->source != FG_SOURCE_FREE && owner_of(account, grant)->packs[grant->offer].of_materials;
}

/* A product's own come before those of pools, which come in the order of the book. */
static uint32_t place_of_owner(const fg_account *account, const fg_grant *grant) {
  return fg_book_is_pool(account->book, grant->owner) ? 1u + grant->owner : 0;
}

static fg_deduction_rank rank_of(const fg_account *account, const fg_grant *grant) {
  const fg_product *owner = owner_of(account, grant);
  bool is_free = grant->source == FG_SOURCE_FREE;
  return (fg_deduction_rank){
      .rank = is_free ? owner->grants[grant->offer].rank : owner->packs[grant->offer].rank,
      .owner = place_of_owner(account, grant),
      .is_free = is_free,
      .expires = grant->expires,
      .issued = grant->bought,
      .left = grant->left,
      .units = grant->units,
  };
}

static fg_pack_order criteria_of(const fg_account *account, const fg_grant *grant) {
  const fg_policy policy = fg_policy_of(account, grant->owner);
  return fg_pack_order_of(&owner_of(account, grant)->order, &policy);
}

/* R7. Grants are numbered in the order of the commands that brought them. */
static bool is_before(const fg_account *account, const fg_state *state, uint32_t a, uint32_t b) {
  const fg_grant *first = &state->grants.items[a];
  fg_pack_order by = criteria_of(account, first);
  fg_deduction_rank rank_a = rank_of(account, first);
  fg_deduction_rank rank_b = rank_of(account, &state->grants.items[b]);
  int order = fg_deduction_order(&by, &rank_a, &rank_b);
  return order != 0 ? order < 0 : a < b;
}

/* Puts a grant in its place in the order of deduction. One of the product's own keeps the place, because drawing on the
   first of the order never moves that one back. */
static void place_in_order(const fg_account *account, const fg_state *state, fg_service *service,
                           fg_drawable drawable) {
  FG_ASSERT(service->drawable.count < service->drawable.room);
  fg_drawable *items = service->drawable.items;
  uint32_t low = 0;
  uint32_t high = service->drawable.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    bool comes_later = is_before(account, state, items[middle].grant, drawable.grant);
    low = comes_later ? middle + 1 : low;
    high = comes_later ? high : middle;
  }
  memmove(items + low + 1, items + low, (service->drawable.count - low) * sizeof *items);
  items[low] = drawable;
  service->drawable.count++;
}

/* The parts that a unit of a product draws from a grant at an instant; 0: none may be drawn on. */
static int64_t weight_at(const fg_account *account, const fg_grant *grant, uint32_t product, fg_time at) {
  bool usable = grant->expires > at && !grant->refunded && !fg_grant_is_of_materials(account, grant);
  return usable ? fg_book_weight(account->book, grant->owner, product) : 0;
}

static fg_status arrange_one(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at) {
  fg_service *service = &state->services[product];
  int64_t weight = weight_at(account, &state->grants.items[index], product, at);
  if (weight > 0) {
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->drawable, 1));
    place_in_order(account, state, service, (fg_drawable){index, weight});
  }
  return FG_OK;
}

fg_status fg_grants_arrange(const fg_account *account, fg_state *state, uint32_t product, fg_time at, uint64_t regime,
                            bool all) {
  state->services[product].drawable.count = 0;
  for (uint32_t i = 0; i < state->grants.count; i++) {
    const fg_grant *grant = &state->grants.items[i];
    if (grant->regime <= regime && (all || grant->left > 0)) {
      FG_TRY(arrange_one(account, state, product, i, at));
    }
  }
  return FG_OK;
}

fg_status fg_grants_arrange_then(const fg_account *account, fg_state *state, const fg_regime *regime, uint64_t number,
                                 bool all) {
  if (regime->cell.edition == fg_edition_in_force(account)) {
    return fg_grants_arrange(account, state, regime->product, regime->at, number, all);
  }
  fg_account then = *account;
  then.book = fg_book_edition(account->whole, regime->cell.edition);
  return fg_grants_arrange(&then, state, regime->product, regime->at, number, all);
}

fg_status fg_grants_arrange_group(const fg_account *account, fg_state *state, uint32_t group) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (account->book->products[product].group == group) {
      FG_TRY(fg_grants_arrange(account, state, product, state->now, UINT64_MAX, false));
    }
  }
  return FG_OK;
}

fg_status fg_grants_arrive(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at) {
  return state->grants.items[index].left > 0 ? arrange_one(account, state, product, index, at) : FG_OK;
}

fg_status fg_grants_add(const fg_account *account, fg_state *state, const fg_grant *grant) {
  FG_TRY(state->grants.count < FG_GRANTS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, state, &state->grants));
  fg_product_group *group = &state->groups[owner_of(account, grant)->group];
  uint32_t index = state->grants.count;
  FG_ASSERT(index < state->grants.room && grant->left == grant->units && grant->bought <= grant->issued);
  state->grants.items[index] = *grant;
  state->grants.items[index].regime = group->regime + 1;
  group->regime_over = true;
  if (fg_grant_is_of_materials(account, grant)) {
    fg_service *service = &state->services[grant->owner];
    FG_TRY(fg_add_i64(service->materials_limit, grant->units, &service->materials_limit) ? FG_OK : FG_OVERFLOW);
  } else {
    for (uint32_t product = 0; product < account->book->product_count; product++) {
      FG_TRY(arrange_one(account, state, product, index, FG_NO_TIME));
    }
  }
  state->grants.count++;
  return FG_OK;
}

/* ----------------------------------------------------------------------------------------------------- drawing */

static void remove_used_up(fg_service *service, uint32_t count) {
  service->drawable.count -= count;
  memmove(service->drawable.items, service->drawable.items + count,
          service->drawable.count * sizeof *service->drawable.items);
}

static void remove_from_order(fg_service *service, uint32_t place) {
  service->drawable.count--;
  memmove(service->drawable.items + place, service->drawable.items + place + 1,
          (service->drawable.count - place) * sizeof *service->drawable.items);
}

static void take_out(fg_service *service, uint32_t index) {
  for (uint32_t i = 0; i < service->drawable.count; i++) {
    if (service->drawable.items[i].grant == index) {
      remove_from_order(service, i);
      return;
    }
  }
}

static void take_out_of_all(const fg_account *account, fg_state *state, uint32_t index) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    take_out(&state->services[product], index);
  }
}

static void add_drawn(fg_drawn *drawn, const fg_grant *grant, int64_t units) {
  *(grant->source == FG_SOURCE_FREE ? &drawn->free : &drawn->packs) += units;
  drawn->taken_count++;
}

/* What a unit of a usage draws from a grant of the order, by which covers are for it; 0: it draws on it not. */
static int64_t weight_by(const fg_book *book, const fg_grant *grant, uint32_t product, fg_drawable drawable,
                         uint16_t covers) {
  bool is_varied = book->products[product].varied_count > 0;
  return is_varied ? fg_covers_weight(book, grant->owner, product, covers) : drawable.weight;
}

int64_t fg_grants_weight(const fg_account *account, const fg_state *state, const fg_regime *regime,
                         fg_drawable drawable) {
  const fg_book *edition = fg_account_edition(account, regime->cell.edition);
  return weight_by(edition, &state->grants.items[drawable.grant], regime->product, drawable, regime->cell.covers);
}

/* R7: draws as far as the grants reach, each whole units alone; what is too little for one stays. */
static fg_drawn draw_in_order(const fg_book *book, fg_state *state, uint32_t product, int64_t units, uint16_t covers,
                              fg_taken *taken) {
  const fg_service *service = &state->services[product];
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    fg_drawable from = service->drawable.items[i];
    fg_grant *grant = &state->grants.items[from.grant];
    int64_t weight = weight_by(book, grant, product, from, covers);
    int64_t part = weight == 0 ? 0 : fg_min_i64(grant->left / weight, units);
    if (part > 0) {
      grant->left -= part * weight;
      units -= part;
      taken[drawn.taken_count] = (fg_taken){from.grant, part, weight};
      add_drawn(&drawn, grant, part);
    }
  }
  return drawn;
}

/* Where all are the product's own, those that are used up come first. */
static FG_COLD fg_drawn draw_on_several(fg_state *state, fg_service *service, int64_t units, fg_taken *taken) {
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    uint32_t from = service->drawable.items[i].grant;
    fg_grant *grant = &state->grants.items[from];
    int64_t part = fg_min_i64(grant->left, units);
    grant->left -= part;
    units -= part;
    taken[drawn.taken_count] = (fg_taken){from, part, 1};
    add_drawn(&drawn, grant, part);
  }
  uint32_t used_up = drawn.taken_count;
  used_up -= used_up > 0 && state->grants.items[taken[used_up - 1].grant].left > 0;
  remove_used_up(service, used_up);
  return drawn;
}

/* R7. Most usage is covered by the first grant, so that case is tried first. */
fg_drawn fg_grants_draw(fg_state *state, fg_service *service, int64_t units, fg_taken *taken) {
  if (service->drawable.count == 0 || units == 0) {
    return (fg_drawn){0, 0, 0};
  }
  uint32_t first = service->drawable.items[0].grant;
  fg_grant *grant = &state->grants.items[first];
  FG_ASSERT(grant->left > 0 && grant->expires > state->now && service->drawable.items[0].weight == 1);
  if (FG_UNLIKELY(grant->left <= units)) {
    return draw_on_several(state, service, units, taken);
  }
  bool is_free = grant->source == FG_SOURCE_FREE;
  grant->left -= units;
  taken[0] = (fg_taken){first, units, 1};
  return (fg_drawn){is_free ? units : 0, is_free ? 0 : units, 1};
}

/* What is left of a grant has changed: it is taken out of each order where it is used up, and else gets another place
   where that depends on it. */
static void follow_what_is_left(const fg_account *account, fg_state *state, uint32_t index) {
  const fg_grant *grant = &state->grants.items[index];
  fg_pack_order order = criteria_of(account, grant);
  bool is_used_up = grant->left == 0;
  if (!is_used_up && !fg_pack_order_moves(&order)) {
    return;
  }
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_service *service = &state->services[product];
    int64_t weight = fg_book_weight(account->book, grant->owner, product);
    if (weight > 0) {
      take_out(service, index);
      if (!is_used_up) {
        place_in_order(account, state, service, (fg_drawable){index, weight});
      }
    }
  }
}

fg_drawn fg_grants_draw_shared(const fg_account *account, fg_state *state, uint32_t product, int64_t units,
                               uint16_t covers, fg_taken *taken) {
  fg_drawn drawn = draw_in_order(account->book, state, product, units, covers, taken);
  for (uint32_t i = 0; i < drawn.taken_count; i++) {
    follow_what_is_left(account, state, taken[i].grant);
  }
  return drawn;
}

fg_drawn fg_grants_would_draw(const fg_account *account, const fg_state *state, uint32_t product, int64_t units,
                              uint16_t covers) {
  const fg_service *service = &state->services[product];
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    const fg_grant *grant = &state->grants.items[service->drawable.items[i].grant];
    int64_t weight = weight_by(account->book, grant, product, service->drawable.items[i], covers);
    int64_t part = weight == 0 ? 0 : fg_min_i64(grant->left / weight, units);
    units -= part;
    add_drawn(&drawn, grant, part);
  }
  return drawn;
}

int64_t fg_grants_cover(const fg_account *account, fg_state *state, uint32_t product, const fg_bucket *bucket,
                        fg_span period, fg_taken *taken, uint32_t *taken_count) {
  const fg_service *service = &state->services[product];
  int64_t units = bucket->usage.postpaid;
  int64_t covered = 0;
  for (uint32_t i = 0; i < service->drawable.count && covered < units;) {
    fg_drawable from = service->drawable.items[i];
    fg_grant *grant = &state->grants.items[from.grant];
    int64_t weight = weight_by(account->book, grant, product, from, bucket->cell.covers);
    bool is_of_month = grant->source != FG_SOURCE_FREE && grant->bought >= period.begin && grant->issued < period.end;
    int64_t part = is_of_month && weight > 0 ? fg_min_i64(grant->left / weight, units - covered) : 0;
    if (part == 0) {
      i++;
      continue;
    }
    grant->left -= part * weight;
    covered += part;
    if (taken != NULL) {
      taken[(*taken_count)++] = (fg_taken){from.grant, part, weight};
    }
    follow_what_is_left(account, state, from.grant);
    i = 0; /* by what is left, others may be in front now; those passed over give nothing again */
  }
  return covered;
}

/* ------------------------------------------------------------------------------------------------------ going */

void fg_grants_refund(const fg_account *account, fg_state *state, fg_grant *grant) {
  uint32_t index = (uint32_t)(grant - state->grants.items);
  FG_ASSERT(!grant->refunded);
  take_out_of_all(account, state, index);
  grant->refunded = true;
  grant->left = 0;
}

bool fg_grants_drop_void(const fg_state *state, fg_service *service, fg_time at) {
  uint32_t before = service->drawable.count;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < before; i++) {
    fg_drawable drawable = service->drawable.items[i];
    if (state->grants.items[drawable.grant].expires > at) {
      service->drawable.items[kept++] = drawable;
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
      next = fg_min_i64(next, state->grants.items[service->drawable.items[i].grant].expires);
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
