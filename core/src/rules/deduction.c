#include "deduction.h"

#include "../book/covers.h"
#include "../book/deduction_order.h"

static const fg_product *owner_of(const fg_account *account, const fg_lot *lot) {
  return fg_book_owner(account->book, lot->owner);
}

bool fg_lot_is_of_materials(const fg_account *account, const fg_lot *lot) {
  return lot->source != FG_SOURCE_FREE && owner_of(account, lot)->packs[lot->offer].of_materials;
}

/* The rank of a lot's owner in the order of deduction: the product itself comes before pools, and pools stand in the
   order of the book. */
static uint32_t place_of_owner(const fg_account *account, const fg_lot *lot) {
  return fg_book_is_pool(account->book, lot->owner) ? 1u + lot->owner : 0;
}

static fg_deduction_rank rank_of(const fg_account *account, const fg_lot *lot) {
  const fg_product *owner = owner_of(account, lot);
  bool is_free = lot->source == FG_SOURCE_FREE;
  return (fg_deduction_rank){
      .rank = is_free ? owner->grants[lot->offer].rank : owner->packs[lot->offer].rank,
      .owner = place_of_owner(account, lot),
      .is_free = is_free,
      .expires = lot->expires,
      .issued = lot->bought,
      .left = lot->left,
      .units = lot->units,
  };
}

static fg_pack_order criteria_of(const fg_account *account, const fg_lot *lot) {
  const fg_policy policy = fg_policy_of(account, lot->owner);
  return fg_pack_order_of(&owner_of(account, lot)->order, &policy);
}

/* R7: whether lot `a` is drawn on before lot `b`. Lots are numbered in the order of the commands that brought them,
   which decides last. */
static bool is_before(const fg_account *account, const fg_state *state, uint32_t a, uint32_t b) {
  const fg_lot *first = &state->lots.items[a];
  fg_pack_order by = criteria_of(account, first);
  fg_deduction_rank rank_a = rank_of(account, first);
  fg_deduction_rank rank_b = rank_of(account, &state->lots.items[b]);
  int order = fg_deduction_order(&by, &rank_a, &rank_b);
  return order != 0 ? order < 0 : a < b;
}

/* Inserts a lot into the order of deduction of a service. Drawing on the first lot never moves it back among the
   product's own lots, so that their order stays valid. */
static void place_in_order(const fg_account *account, const fg_state *state, fg_service *service,
                           fg_drawable drawable) {
  FG_ASSERT(service->drawable.count < service->drawable.room);
  fg_drawable *items = service->drawable.items;
  uint32_t low = 0;
  uint32_t high = service->drawable.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    bool comes_later = is_before(account, state, items[middle].lot, drawable.lot);
    low = comes_later ? middle + 1 : low;
    high = comes_later ? high : middle;
  }
  memmove(items + low + 1, items + low, (service->drawable.count - low) * sizeof *items);
  items[low] = drawable;
  service->drawable.count++;
}

/* The parts that a unit of a product draws from a lot at an instant; 0: the product does not draw on that lot. */
static int64_t weight_at(const fg_account *account, const fg_lot *lot, uint32_t product, fg_time at) {
  bool usable = lot->expires > at && !lot->refunded && !fg_lot_is_of_materials(account, lot);
  return usable ? fg_book_weight(account->book, lot->owner, product) : 0;
}

static fg_status arrange_one(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at) {
  fg_service *service = &state->services[product];
  int64_t weight = weight_at(account, &state->lots.items[index], product, at);
  if (weight > 0) {
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->drawable, 1));
    place_in_order(account, state, service, (fg_drawable){index, weight});
  }
  return FG_OK;
}

fg_status fg_lots_arrange(const fg_account *account, fg_state *state, uint32_t product, fg_time at, uint64_t regime,
                          bool all) {
  state->services[product].drawable.count = 0;
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    if (lot->regime <= regime && (all || lot->left > 0)) {
      FG_TRY(arrange_one(account, state, product, i, at));
    }
  }
  return FG_OK;
}

/* Arranges the order of deduction of a product with the weights and ranks of an edition. */
static fg_status arrange_by(const fg_account *account, fg_state *state, uint32_t product, uint16_t edition, fg_time at,
                            uint64_t regime, bool all) {
  if (edition == fg_edition_in_force(account)) {
    return fg_lots_arrange(account, state, product, at, regime, all);
  }
  fg_account then = *account;
  then.book = fg_book_edition(account->whole, edition);
  return fg_lots_arrange(&then, state, product, at, regime, all);
}

fg_status fg_lots_arrange_then(const fg_account *account, fg_state *state, const fg_regime *regime, uint64_t number,
                               bool all) {
  return arrange_by(account, state, regime->product, regime->cell.edition, regime->at, number, all);
}

fg_status fg_lots_arrange_for(const fg_account *account, fg_state *state, uint32_t product, fg_cell cell) {
  return arrange_by(account, state, product, cell.edition, state->now, UINT64_MAX, false);
}

fg_status fg_lots_arrange_group(const fg_account *account, fg_state *state, uint32_t group) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (account->book->products[product].group == group) {
      FG_TRY(fg_lots_arrange(account, state, product, state->now, UINT64_MAX, false));
    }
  }
  return FG_OK;
}

fg_status fg_lots_arrive(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at) {
  return state->lots.items[index].left > 0 ? arrange_one(account, state, product, index, at) : FG_OK;
}

fg_status fg_lots_add(const fg_account *account, fg_state *state, const fg_lot *lot) {
  FG_TRY(state->lots.count < FG_LOTS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, state, &state->lots));
  fg_product_group *group = &state->groups[owner_of(account, lot)->group];
  uint32_t index = state->lots.count;
  FG_ASSERT(index < state->lots.room && lot->left == lot->units && lot->bought <= lot->issued);
  state->lots.items[index] = *lot;
  state->lots.items[index].regime = group->regime + 1;
  group->regime_over = true;
  if (fg_lot_is_of_materials(account, lot)) {
    fg_service *service = &state->services[lot->owner];
    FG_TRY(fg_add_i64(service->materials_limit, lot->units, &service->materials_limit) ? FG_OK : FG_OVERFLOW);
  } else {
    for (uint32_t product = 0; product < account->book->product_count; product++) {
      FG_TRY(arrange_one(account, state, product, index, FG_NO_TIME));
    }
  }
  state->lots.count++;
  return FG_OK;
}

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
    if (service->drawable.items[i].lot == index) {
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

static void add_drawn(fg_drawn *drawn, const fg_lot *lot, int64_t units) {
  *(lot->source == FG_SOURCE_FREE ? &drawn->free : &drawn->packs) += units;
  drawn->taken_count++;
}

int64_t fg_lots_weight_of(const fg_account *account, const fg_lot *lot, uint32_t product, fg_cell cell) {
  const fg_rating rating = {.price = cell.price, .factor = cell.factor, .covers = cell.covers};
  return fg_covers_weight(fg_account_edition(account, cell.edition), lot->owner, product, &rating);
}

/* The parts that a unit of usage in a cell draws from a lot of the order; 0: it does not draw on that lot. */
static int64_t weight_in(const fg_account *account, const fg_lot *lot, uint32_t product, fg_drawable drawable,
                         fg_cell cell) {
  /* The order has the weights of one edition, and usage of another may have another price. */
  bool is_by_usage = account->book->products[product].draws_by_usage || cell.edition != fg_edition_in_force(account);
  return is_by_usage ? fg_lots_weight_of(account, lot, product, cell) : drawable.weight;
}

int64_t fg_lots_weight(const fg_account *account, const fg_state *state, const fg_regime *regime,
                       fg_drawable drawable) {
  return weight_in(account, &state->lots.items[drawable.lot], regime->product, drawable, regime->cell);
}

/* R7: draws units from the lots in order. Each lot gives whole units only; parts too few for a unit stay in it. */
static fg_drawn draw_in_order(const fg_account *account, fg_state *state, uint32_t product, int64_t units, fg_cell cell,
                              fg_taken *taken) {
  const fg_service *service = &state->services[product];
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    fg_drawable from = service->drawable.items[i];
    fg_lot *lot = &state->lots.items[from.lot];
    int64_t weight = weight_in(account, lot, product, from, cell);
    int64_t part = weight == 0 ? 0 : fg_min_i64(lot->left / weight, units);
    if (part > 0) {
      lot->left -= part * weight;
      units -= part;
      taken[drawn.taken_count] = (fg_taken){from.lot, part, weight};
      add_drawn(&drawn, lot, part);
    }
  }
  return drawn;
}

/* Draws units from lots that are all the product's own, so that those used up stand first in the order. */
static FG_COLD fg_drawn draw_on_several(fg_state *state, fg_service *service, int64_t units, fg_taken *taken) {
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    uint32_t from = service->drawable.items[i].lot;
    fg_lot *lot = &state->lots.items[from];
    int64_t part = fg_min_i64(lot->left, units);
    lot->left -= part;
    units -= part;
    taken[drawn.taken_count] = (fg_taken){from, part, 1};
    add_drawn(&drawn, lot, part);
  }
  uint32_t used_up = drawn.taken_count;
  used_up -= used_up > 0 && state->lots.items[taken[used_up - 1].lot].left > 0;
  remove_used_up(service, used_up);
  return drawn;
}

/* R7: draws units from the lots in order. The first lot covers most usage whole, so that case is tried first. */
fg_drawn fg_lots_draw(fg_state *state, fg_service *service, int64_t units, fg_taken *taken) {
  if (service->drawable.count == 0 || units == 0) {
    return (fg_drawn){0, 0, 0};
  }
  uint32_t first = service->drawable.items[0].lot;
  fg_lot *lot = &state->lots.items[first];
  FG_ASSERT(lot->left > 0 && lot->expires > state->now && service->drawable.items[0].weight == 1);
  if (FG_UNLIKELY(lot->left <= units)) {
    return draw_on_several(state, service, units, taken);
  }
  bool is_free = lot->source == FG_SOURCE_FREE;
  lot->left -= units;
  taken[0] = (fg_taken){first, units, 1};
  return (fg_drawn){is_free ? units : 0, is_free ? 0 : units, 1};
}

/* Updates the orders of deduction after units of a lot were drawn: the lot is removed if it is used up, and gets
   another place where the order depends on what is left. */
static void follow_what_is_left(const fg_account *account, fg_state *state, uint32_t index) {
  const fg_lot *lot = &state->lots.items[index];
  fg_pack_order order = criteria_of(account, lot);
  bool is_used_up = lot->left == 0;
  if (!is_used_up && !fg_pack_order_moves(&order)) {
    return;
  }
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_service *service = &state->services[product];
    int64_t weight = fg_book_weight(account->book, lot->owner, product);
    if (weight > 0) {
      take_out(service, index);
      if (!is_used_up) {
        place_in_order(account, state, service, (fg_drawable){index, weight});
      }
    }
  }
}

fg_drawn fg_lots_draw_shared(const fg_account *account, fg_state *state, uint32_t product, int64_t units, fg_cell cell,
                             fg_taken *taken) {
  fg_drawn drawn = draw_in_order(account, state, product, units, cell, taken);
  for (uint32_t i = 0; i < drawn.taken_count; i++) {
    follow_what_is_left(account, state, taken[i].lot);
  }
  return drawn;
}

fg_drawn fg_lots_would_draw(const fg_account *account, const fg_state *state, uint32_t product, int64_t units,
                            fg_cell cell) {
  const fg_service *service = &state->services[product];
  fg_drawn drawn = {0, 0, 0};
  for (uint32_t i = 0; i < service->drawable.count && units > 0; i++) {
    const fg_lot *lot = &state->lots.items[service->drawable.items[i].lot];
    int64_t weight = weight_in(account, lot, product, service->drawable.items[i], cell);
    int64_t part = weight == 0 ? 0 : fg_min_i64(lot->left / weight, units);
    units -= part;
    add_drawn(&drawn, lot, part);
  }
  return drawn;
}

int64_t fg_lots_cover(const fg_account *account, fg_state *state, uint32_t product, const fg_bucket *bucket,
                      fg_span period, fg_taken *taken, uint32_t *taken_count) {
  const fg_service *service = &state->services[product];
  int64_t units = bucket->usage.postpaid;
  int64_t covered = 0;
  for (uint32_t i = 0; i < service->drawable.count && covered < units;) {
    fg_drawable from = service->drawable.items[i];
    fg_lot *lot = &state->lots.items[from.lot];
    int64_t weight = weight_in(account, lot, product, from, bucket->cell);
    bool is_of_month = lot->source != FG_SOURCE_FREE && lot->bought >= period.begin && lot->issued < period.end;
    int64_t part = is_of_month && weight > 0 ? fg_min_i64(lot->left / weight, units - covered) : 0;
    if (part == 0) {
      i++;
      continue;
    }
    lot->left -= part * weight;
    covered += part;
    if (taken != NULL) {
      taken[(*taken_count)++] = (fg_taken){from.lot, part, weight};
    }
    follow_what_is_left(account, state, from.lot);
    i = 0; /* what is left may have changed the order, so all lots are asked again */
  }
  return covered;
}

void fg_lots_refund(const fg_account *account, fg_state *state, fg_lot *lot) {
  uint32_t index = (uint32_t)(lot - state->lots.items);
  FG_ASSERT(!lot->refunded);
  take_out_of_all(account, state, index);
  lot->refunded = true;
  lot->left = 0;
}

bool fg_lots_drop_void(const fg_state *state, fg_service *service, fg_time at) {
  uint32_t before = service->drawable.count;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < before; i++) {
    fg_drawable drawable = service->drawable.items[i];
    if (state->lots.items[drawable.lot].expires > at) {
      service->drawable.items[kept++] = drawable;
    }
  }
  service->drawable.count = kept;
  return kept < before;
}

/* Whether a lot that was drawn on becomes void now, used up or not. A regime ends then, because undoing a call may put
   units back into the lot, and usage after its expiry must not draw on them. */
static bool drawn_on_is_void(const fg_state *state, const fg_product_group *group, fg_time at) {
  for (uint32_t i = 0; i < group->parts.count; i++) {
    if (state->lots.items[group->parts.items[i].lot].expires == at) {
      return true;
    }
  }
  return false;
}

void fg_lots_expire(const fg_account *account, fg_state *state, fg_time at) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_product_group *group = fg_state_group(account, state, product);
    if (fg_lots_drop_void(state, &state->services[product], at) || drawn_on_is_void(state, group, at)) {
      group->regime_over = true;
    }
  }
}

fg_time fg_lots_next_expiry(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    for (uint32_t i = 0; i < service->drawable.count; i++) {
      next = fg_min_i64(next, state->lots.items[service->drawable.items[i].lot].expires);
    }
  }
  for (uint32_t number = 0; number < account->book->group_count; number++) {
    const fg_product_group *group = &state->groups[number];
    for (uint32_t i = 0; i < group->parts.count; i++) {
      fg_time expires = state->lots.items[group->parts.items[i].lot].expires;
      next = expires > state->now ? fg_min_i64(next, expires) : next;
    }
  }
  return next;
}
