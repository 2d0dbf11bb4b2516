#include "undo.h"

#include "event_amounts.h"
#include "cover.h"
#include "deduction.h"
#include "issue.h"
#include "take_off.h"

/* The regimes of a group while they are drawn again on a draft, from that of the undone call on. */
typedef struct redrawing {
  const fg_account *account;
  fg_state *draft;
  fg_product_group *group;
  uint32_t number;             ///< number of the group
  FG_ARRAY(fg_regime) regimes; ///< the regimes as they were
  FG_ARRAY(fg_taken) parts;    ///< what those regimes took from lots
  FG_ARRAY(int64_t) slices;    ///< the numbers that those regimes kept in slices
  /* For each lot, units that settlements among the regimes take from it later; NULL: none takes any. */
  int64_t *reserved;
  int64_t arranged; ///< product whose `drawable` has the order of deduction of the regime before; FG_NONE: none has
  uint16_t edition; ///< edition of the regime before
  uint32_t arrived; ///< lots up to this place are in that order, or never will be
  uint64_t first;   ///< number of the first regime
  uint32_t rolled;  ///< lots up to this place have got what rolls over into them
} redrawing;

static uint32_t group_of_owner(const redrawing *redraw, const fg_lot *lot) {
  return fg_book_owner(redraw->account->book, lot->owner)->group;
}

static fg_service *service_of(const redrawing *redraw, const fg_regime *regime) {
  return &redraw->draft->services[regime->product];
}

/* How many units of a call's product are left in lots that are void by now; of lots that the product does not draw on,
   in the lots' own units. What undoing adds to this number is lost. */
static fg_int128 left_in_void(const redrawing *redraw, const fg_hold *hold) {
  const fg_book *book = redraw->account->book;
  fg_int128 left = 0;
  for (uint32_t i = 0; i < redraw->draft->lots.count; i++) {
    const fg_lot *lot = &redraw->draft->lots.items[i];
    bool is_void = group_of_owner(redraw, lot) == redraw->number && lot->expires <= redraw->draft->now &&
                   !lot->refunded;
    int64_t weight = fg_lots_weight_of(redraw->account, lot, hold->product, hold->cell);
    weight = weight > 0 ? weight : fg_book_parts(book, lot->owner);
    left += is_void && !fg_lot_is_of_materials(redraw->account, lot) ? lot->left / weight : 0;
  }
  return left;
}

/* Takes back what a regime added to the cost of its cell's events, if that is kept. Units by tier need no such step,
   because they are filled anew after all is redrawn. */
static fg_status forget_events(const redrawing *redraw, const fg_regime *regime, const fg_bucket *bucket) {
  if (bucket == NULL || !fg_cell_is_of_events(redraw->account, regime->product)) {
    return FG_OK;
  }
  const int64_t *kept = redraw->slices.items + regime->slices;
  int sign = regime->kind == FG_REGIME_TAKES_OFF ? 1 : -1;
  return fg_event_sum_add(service_of(redraw, regime)->slices.items + bucket->slices, fg_event_sum(kept + 1), sign);
}

/* Takes back all that a regime did to lots and to its bucket. */
static fg_status forget(const redrawing *redraw, const fg_regime *regime, uint32_t end) {
  bool puts_back = regime->kind == FG_REGIME_TAKES_OFF;
  for (uint32_t i = regime->first; i < end; i++) {
    const fg_taken *part = &redraw->parts.items[i];
    fg_lot *lot = &redraw->draft->lots.items[part->lot];
    lot->left += (puts_back ? -part->units : part->units) * part->weight;
    lot->given_back -= puts_back;
    if (regime->kind == FG_REGIME_COVERS) {
      redraw->reserved[part->lot] += part->units * part->weight;
    }
  }
  if (regime->kind == FG_REGIME_COVERS) {
    return FG_OK;
  }
  fg_bucket *bucket = fg_regime_bucket(redraw->account, redraw->draft, regime);
  fg_regime_count(redraw->account, redraw->draft, bucket, regime, -1);
  fg_cover_forget(redraw->account, redraw->draft, regime);
  return forget_events(redraw, regime, bucket);
}

/* Counts units that a bought rate covered as postpaid until the regime is redrawn. */
static void uncover(fg_regime *regime) {
  regime->usage.unbilled -= regime->covered;
  regime->usage.postpaid += regime->covered;
  regime->covered = 0;
}

static bool has_cover(const redrawing *redraw) {
  for (uint32_t i = 0; i < redraw->regimes.count; i++) {
    if (redraw->regimes.items[i].kind == FG_REGIME_COVERS) {
      return true;
    }
  }
  return false;
}

/* Returns what rolled over after the first regime, from the last issue to the first. */
static void unroll(redrawing *redraw) {
  for (uint32_t i = redraw->draft->lots.count; i > 0; i--) {
    fg_lot *lot = &redraw->draft->lots.items[i - 1];
    if (group_of_owner(redraw, lot) == redraw->number && lot->regime > redraw->first) {
      fg_issue_unroll(redraw->draft, lot);
    }
  }
}

/* Rolls units over into the issues that regimes up to a number may draw on. What was left for them is known by then. */
static void roll(redrawing *redraw, uint64_t number) {
  for (; redraw->rolled < redraw->draft->lots.count; redraw->rolled++) {
    fg_lot *lot = &redraw->draft->lots.items[redraw->rolled];
    bool is_of_group = group_of_owner(redraw, lot) == redraw->number;
    if (is_of_group && lot->regime > number) {
      return;
    }
    if (is_of_group && lot->regime > redraw->first) {
      fg_issue_roll(redraw->account, redraw->draft, lot);
    }
  }
}

/* Sets the regimes from `place` on aside, and takes back what they did. */
static fg_status set_aside(redrawing *redraw, uint32_t place) {
  const fg_allocator *allocator = &redraw->account->allocator;
  fg_product_group *group = redraw->group;
  uint32_t first = group->regimes.items[place].first;
  uint32_t first_slice = group->regimes.items[place].slices;
  uint32_t regimes = group->regimes.count - place;
  uint32_t parts = group->parts.count - first;
  uint32_t slices = group->slices.count - first_slice;
  group->order.count = group->regimes.items[place].order;
  FG_TRY(FG_ARRAY_RESERVE(allocator, &redraw->regimes, regimes));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &redraw->parts, parts));
  FG_TRY(FG_ARRAY_RESERVE(allocator, &redraw->slices, slices));
  memcpy(redraw->regimes.items, group->regimes.items + place, regimes * sizeof *redraw->regimes.items);
  if (parts > 0) {
    memcpy(redraw->parts.items, group->parts.items + first, parts * sizeof *redraw->parts.items);
  }
  if (slices > 0) {
    memcpy(redraw->slices.items, group->slices.items + first_slice, slices * sizeof *redraw->slices.items);
  }
  redraw->regimes.count = regimes;
  redraw->parts.count = parts;
  redraw->slices.count = slices;
  if (has_cover(redraw)) {
    redraw->reserved = fg_allocate(allocator, redraw->draft->lots.count * sizeof *redraw->reserved);
    FG_TRY(redraw->reserved == NULL ? FG_NO_MEMORY : FG_OK);
  }
  for (uint32_t i = 0; i < regimes; i++) {
    redraw->regimes.items[i].first -= first;
    redraw->regimes.items[i].slices -= first_slice;
  }
  for (uint32_t i = 0; i < regimes; i++) {
    FG_TRY(forget(redraw, &redraw->regimes.items[i], i + 1 < regimes ? redraw->regimes.items[i + 1].first : parts));
    uncover(&redraw->regimes.items[i]);
  }
  group->regimes.count = place;
  group->parts.count = first;
  group->slices.count = first_slice;
  group->regime -= regimes;
  redraw->first = group->regime + 1;
  unroll(redraw);
  return FG_OK;
}

/* Arranges the order of deduction as it was in a regime. Most regimes begin because one lot came or went, so the order
   of the regime before is adapted where that is possible. */
static fg_status arrange(redrawing *redraw, const fg_regime *regime, uint64_t number) {
  uint32_t product = regime->product;
  bool is_arranged = redraw->arranged == product && redraw->edition == regime->cell.edition;
  if (!is_arranged) {
    FG_TRY(fg_lots_arrange_then(redraw->account, redraw->draft, regime, number, false));
    redraw->arrived = 0;
  }
  for (; redraw->arrived < redraw->draft->lots.count; redraw->arrived++) {
    const fg_lot *lot = &redraw->draft->lots.items[redraw->arrived];
    if (group_of_owner(redraw, lot) == redraw->number && lot->regime > number) {
      break;
    }
    if (is_arranged) {
      FG_TRY(fg_lots_arrive(redraw->account, redraw->draft, product, redraw->arrived, regime->at));
    }
  }
  if (is_arranged) {
    fg_lots_drop_void(redraw->draft, service_of(redraw, regime), regime->at);
  }
  redraw->arranged = product;
  redraw->edition = regime->cell.edition;
  return FG_OK;
}

/* Draws the billed units of a regime again. In each lot it leaves what settlements take from that lot later. */
static void draw(redrawing *redraw, fg_regime *regime, int64_t billed) {
  fg_service *service = service_of(redraw, regime);
  fg_product_group *group = redraw->group;
  int64_t rest = billed;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < service->drawable.count; i++) {
    fg_drawable from = service->drawable.items[i];
    uint32_t index = from.lot;
    fg_lot *lot = &redraw->draft->lots.items[index];
    int64_t reserved = redraw->reserved == NULL ? 0 : redraw->reserved[index];
    FG_ASSERT(reserved >= 0 && reserved <= lot->left);
    int64_t weight = fg_lots_weight(redraw->account, redraw->draft, regime, from);
    int64_t units = weight == 0 ? 0 : fg_min_i64((lot->left - reserved) / weight, rest);
    if (units > 0) {
      lot->left -= units * weight;
      rest -= units;
      *(lot->source == FG_SOURCE_FREE ? &regime->usage.free : &regime->usage.packs) += units;
      FG_ASSERT(group->parts.count < group->parts.room);
      group->parts.items[group->parts.count++] = (fg_taken){index, units, weight};
    }
    if (lot->left > 0) {
      service->drawable.items[kept++] = from;
    }
  }
  service->drawable.count = kept;
  /* A lot with reserved units was passed over but may be drawn on later, and a pool's lot may have too little left for
     a unit of this product. In both cases `drawable` is not the order of the next regime. */
  bool plain = redraw->account->book->products[regime->product].plain;
  redraw->arranged = redraw->reserved == NULL && plain ? regime->product : FG_NONE;
  regime->usage.postpaid = rest;
}

/* Finds anew what the postpaid units of a regime cost. */
static fg_status charge_again(const redrawing *redraw, const fg_regime *regime, const fg_bucket *bucket,
                              int64_t of_each) {
  const fg_account *account = redraw->account;
  fg_exact cost;
  FG_TRY(fg_events_cost(account, regime->product, regime->cell, regime->at, of_each, regime->usage.postpaid, &cost));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &redraw->group->slices, FG_TIERS_MAX));
  fg_event_sum_keep(cost, fg_regime_begin_events(account, redraw->group, regime, of_each));
  return bucket == NULL ? FG_OK : fg_event_sum_add(service_of(redraw, regime)->slices.items + bucket->slices, cost, 1);
}

/* Keeps anew the order in which a regime's units came, and the cost or the number of its postpaid units where the cell
   keeps that. */
static fg_status keep_again(const redrawing *redraw, const fg_regime *regime, const fg_bucket *bucket,
                            int64_t of_each) {
  const fg_account *account = redraw->account;
  if (fg_cell_is_of_events(account, regime->product)) {
    return charge_again(redraw, regime, bucket, of_each);
  }
  if (fg_cell_is_sliced(account, regime->product, regime->cell)) {
    FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &redraw->group->slices, FG_TIERS_MAX));
    fg_undo_note_kept(account, redraw->draft, redraw->group, 0, regime->usage.postpaid);
  }
  if (bucket != NULL && fg_order_is_kept(account, regime->product)) {
    FG_TRY(fg_order_reserve_again(account, redraw->group));
    fg_order_note(account, redraw->group, regime->product, bucket, &regime->usage, regime->counted, 1);
  }
  return FG_OK;
}

static fg_status draw_again(redrawing *redraw, fg_regime *regime, uint64_t number, int64_t of_each, int64_t billed) {
  const fg_service *service = service_of(redraw, regime);
  fg_bucket *bucket = fg_regime_bucket(redraw->account, redraw->draft, regime);
  FG_TRY(arrange(redraw, regime, number));
  FG_TRY(FG_ARRAY_RESERVE(&redraw->account->allocator, &redraw->group->parts, service->drawable.count));
  FG_TRY(fg_cover_again(redraw->account, redraw->draft, regime, billed, &regime->covered));
  regime->usage.unbilled += regime->covered;
  draw(redraw, regime, billed - regime->covered);
  fg_regime_count(redraw->account, redraw->draft, bucket, regime, 1);
  return keep_again(redraw, regime, bucket, of_each);
}

static fg_status cover_again(redrawing *redraw, const fg_regime *before, uint32_t end) {
  fg_product_group *group = redraw->group;
  FG_TRY(FG_ARRAY_RESERVE(&redraw->account->allocator, &group->parts, end - before->first));
  for (uint32_t i = before->first; i < end; i++) {
    const fg_taken *part = &redraw->parts.items[i];
    redraw->draft->lots.items[part->lot].left -= part->units * part->weight;
    redraw->reserved[part->lot] -= part->units * part->weight;
    FG_ASSERT(redraw->draft->lots.items[part->lot].left >= redraw->reserved[part->lot]);
    group->parts.items[group->parts.count++] = *part;
  }
  redraw->arranged = FG_NONE;
  return FG_OK;
}

/* The units of one event of a regime that was set aside; 0 if its events are not priced by themselves. */
static int64_t of_each_before(const redrawing *redraw, const fg_regime *before) {
  bool has_events = before->kind != FG_REGIME_COVERS && fg_cell_is_of_events(redraw->account, before->product);
  return has_events ? redraw->slices.items[before->slices] : 0;
}

static fg_status redraw_regime(redrawing *redraw, uint32_t place) {
  const fg_regime *before = &redraw->regimes.items[place];
  uint32_t end = place + 1 < redraw->regimes.count ? before[1].first : redraw->parts.count;
  fg_product_group *group = redraw->group;
  int64_t of_each = of_each_before(redraw, before);
  int64_t lost = 0;
  FG_ASSERT(group->regimes.count < group->regimes.room);
  fg_regime *regime = &group->regimes.items[group->regimes.count++];
  uint64_t number = ++group->regime;
  *regime = *before;
  roll(redraw, number);
  int64_t billed = fg_usage_billed(&before->usage);
  FG_ASSERT(billed >= 0 && before->usage.unbilled >= before->counted && before->counted >= 0);
  /* Unbilled units stay as they were, because they draw on no lot. */
  regime->usage.free = regime->usage.packs = regime->usage.postpaid = 0;
  regime->first = group->parts.count;
  regime->slices = group->slices.count;
  regime->order = group->order.count;
  switch ((fg_regime_kind)before->kind) {
  case FG_REGIME_TAKES_OFF:
    redraw->arranged = FG_NONE;
    if (fg_regime_bucket(redraw->account, redraw->draft, before) == NULL) {
      regime->usage = before->usage;
    }
    return fg_regime_take_off(redraw->account, redraw->draft, regime, number, of_each, billed + before->usage.unbilled,
                              &lost);
  case FG_REGIME_COVERS: return cover_again(redraw, before, end);
  case FG_REGIME_DRAWS:
  case FG_REGIME_KINDS: break;
  }
  return draw_again(redraw, regime, number, of_each, billed);
}

/* Adds units to a regime; units below 0 are taken off. It does not matter of which source they are, because the regime
   is drawn again. */
static void add(fg_regime *regime, fg_usage_kind kind, int64_t units) {
  if (kind == FG_USAGE_BILLED) {
    regime->usage.postpaid += units;
  } else {
    regime->usage.unbilled += units;
    regime->counted += kind == FG_USAGE_COUNTED ? units : 0;
  }
}

static bool is_of_cell(const fg_hold *hold, const fg_remade *as) {
  return fg_cell_is_same(hold->cell, as->cell) && hold->kind == as->kind;
}

/* Whether each event of a call has as many units as before. */
static bool has_same_events(const redrawing *redraw, const fg_hold *hold, const fg_remade *as) {
  const fg_regime *regime = &redraw->group->regimes.items[hold->regime - fg_regime_number(redraw->group, 0)];
  return as->of_each == 0 || redraw->group->slices.items[regime->slices] == as->of_each;
}

/* Changes the regime of the undone call to what the call is now. If other rules hold for it now, no other usage is in
   that regime. */
static fg_status remake(redrawing *redraw, const fg_hold *hold, const fg_remade *as) {
  fg_regime *regime = &redraw->regimes.items[0];
  fg_service *service = service_of(redraw, regime);
  add(regime, (fg_usage_kind)hold->kind, -hold->units);
  if (!is_of_cell(hold, as)) {
    FG_ASSERT(fg_usage_units(&regime->usage) == 0);
    FG_TRY(fg_cell_reserve(redraw->account, service, regime->product));
    const fg_bucket there = *fg_state_bucket(service, regime->begin, regime->cell);
    regime->cell = as->cell;
    (void)fg_cell_bucket_beside(redraw->account, service, regime->product, &there, regime->cell);
  }
  add(regime, as->kind, as->units);
  if (as->of_each != 0) {
    redraw->slices.items[regime->slices] = as->of_each;
  }
  return FG_OK;
}

/* Shares out anew what a correction takes off, when its first regime of a kind of cells is reached. The regimes of a
   correction are consecutive. */
static void share_out_again(redrawing *redraw, uint32_t place) {
  fg_regime *first = &redraw->regimes.items[place];
  uint32_t count = 0;
  bool is_first = first->kind == FG_REGIME_TAKES_OFF;
  for (uint32_t i = place; i > 0 && is_first && redraw->regimes.items[i - 1].kind == FG_REGIME_TAKES_OFF; i--) {
    is_first = !fg_regimes_correct_alike(redraw->account, &redraw->regimes.items[i - 1], first);
  }
  while (place + count < redraw->regimes.count && first[count].kind == FG_REGIME_TAKES_OFF) {
    count++;
  }
  if (is_first && count > 1) {
    fg_regimes_share_out(redraw->account, redraw->draft, first, count);
  }
}

static fg_status redraw_all(redrawing *redraw, const fg_hold *hold, const fg_remade *as) {
  FG_TRY(set_aside(redraw, (uint32_t)(hold->regime - fg_regime_number(redraw->group, 0))));
  FG_TRY(remake(redraw, hold, as));
  for (uint32_t i = 0; i < redraw->regimes.count; i++) {
    share_out_again(redraw, i);
    FG_TRY(redraw_regime(redraw, i));
  }
  for (uint32_t product = 0; product < redraw->account->book->product_count; product++) {
    fg_regime_bound_covered(redraw->account, &redraw->draft->services[product], product);
    fg_regime_bound_settled(&redraw->draft->services[product]);
  }
  roll(redraw, UINT64_MAX);
  FG_TRY(fg_order_refill(redraw->account, redraw->draft, redraw->number));
  return fg_lots_arrange_group(redraw->account, redraw->draft, redraw->number);
}

fg_status fg_undo(const fg_account *account, fg_state *draft, const fg_hold *hold, fg_remade as, int64_t *lost) {
  const int64_t units = hold->units - as.units;
  redrawing redraw = {.account = account,
                      .draft = draft,
                      .group = fg_state_group(account, draft, hold->product),
                      .number = account->book->products[hold->product].group,
                      .arranged = FG_NONE};
  *lost = hold->regime == 0 ? units : 0; /* the usage is settled */
  FG_ASSERT(as.units >= 0 && units >= 0);
  if (hold->regime == 0 || (units == 0 && is_of_cell(hold, &as) && has_same_events(&redraw, hold, &as))) {
    return FG_OK;
  }
  fg_int128 before = left_in_void(&redraw, hold);
  fg_status status = redraw_all(&redraw, hold, &as);
  FG_ARRAY_RELEASE(&account->allocator, &redraw.regimes);
  FG_ARRAY_RELEASE(&account->allocator, &redraw.parts);
  FG_ARRAY_RELEASE(&account->allocator, &redraw.slices);
  fg_release(&account->allocator, redraw.reserved, draft->lots.count * sizeof *redraw.reserved);
  FG_TRY(status);
  fg_service *service = &draft->services[hold->product];
  service->total -= hold->begin >= fg_cells_total_since(account, draft, hold->product) ? units : 0;
  FG_ASSERT(service->total >= 0);
  fg_int128 more = left_in_void(&redraw, hold) - before;
  *lost = more < 0 ? 0 : more > units ? units : (int64_t)more;
  return FG_OK;
}
