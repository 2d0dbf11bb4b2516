/* Regimes: stretches of time in which a product of a group was used while the lots to draw on, and their order, stayed
   the same. Within a regime the place of a call does not matter, so only its units and what was drawn for them are
   kept. Regimes are kept while a call is in flight that may be undone (docs/decisions/0010-undoing-a-call.md). */
#ifndef FG_REGIMES_H
#define FG_REGIMES_H

#include "../book/rating.h"
#include "cells.h"
#include "count_order.h"

static inline bool fg_undo_is_kept(const fg_product_group *group) { return group->regimes.count > 0; }

/* Makes room to note one usage of a product that draws on at most `most` lots. */
static inline fg_status fg_undo_reserve(const fg_account *account, fg_state *state, uint32_t product, uint32_t most) {
  fg_product_group *group = fg_state_group(account, state, product);
  uint32_t tiers = account->book->products[product].plain ? 0 : FG_TIERS_MAX;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &group->regimes, 1));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &group->slices, tiers));
  return FG_ARRAY_RESERVE(&account->allocator, &group->parts, most);
}

/* Begins a regime with a usage of the current period. */
static inline fg_regime *fg_undo_begin(fg_product_group *group, uint32_t product, fg_regime_kind kind, fg_time at,
                                       const fg_recorded *recorded) {
  FG_ASSERT(group->regimes.count < group->regimes.room);
  fg_regime *regime = &group->regimes.items[group->regimes.count++];
  *regime = (fg_regime){.at = at,
                        .usage = {recorded->free, recorded->packs, recorded->postpaid, recorded->unbilled},
                        .counted = recorded->counted,
                        .begin = recorded->bucket->begin,
                        .cell = recorded->bucket->cell,
                        .first = group->parts.count,
                        .slices = group->slices.count,
                        .order = group->order.count,
                        .product = (uint16_t)product,
                        .kind = (uint8_t)kind};
  group->regime++;
  group->regime_over = kind != FG_REGIME_DRAWS;
  return regime;
}

static inline fg_regime *fg_undo_add(fg_product_group *group, const fg_recorded *recorded) {
  fg_regime *regime = &group->regimes.items[group->regimes.count - 1];
  FG_ASSERT(regime->kind == FG_REGIME_DRAWS && regime->begin == recorded->bucket->begin);
  regime->usage.free += recorded->free;
  regime->usage.packs += recorded->packs;
  regime->usage.postpaid += recorded->postpaid;
  regime->usage.unbilled += recorded->unbilled;
  regime->counted += recorded->counted;
  return regime;
}

static inline void fg_undo_note_part(fg_product_group *group, const fg_regime *regime, const fg_taken *taken) {
  uint32_t count = group->parts.count;
  if (count > regime->first && group->parts.items[count - 1].lot == taken->lot) {
    group->parts.items[count - 1].units += taken->units;
  } else {
    FG_ASSERT(count < group->parts.room);
    group->parts.items[group->parts.count++] = *taken;
  }
}

/* Whether a usage continues the latest regime. Where units are kept by tier, billed units and unbilled units that count
   do not share a regime, because their order matters. */
static inline bool fg_undo_goes_on(const fg_account *account, const fg_product_group *group, uint32_t product,
                                   const fg_recorded *recorded) {
  if (group->regimes.count == 0 || group->regime_over) {
    return false;
  }
  const fg_regime *latest = &group->regimes.items[group->regimes.count - 1];
  bool is_same = latest->product == product && fg_cell_is_same(latest->cell, recorded->bucket->cell);
  if (FG_UNLIKELY(recorded->of_each != 0)) { /* alike events may be drawn together or one after another */
    return is_same && group->slices.items[latest->slices] == recorded->of_each;
  }
  return is_same &&
         ((latest->counted > 0) == (recorded->counted > 0) || !fg_cell_is_sliced(account, product, latest->cell));
}

/* How many numbers fg_product_group.slices has for a regime of a cell: as many as fg_service.slices has for the cell;
   where each event is priced by itself, one more in front, for the units of an event. */
uint32_t fg_undo_kept(const fg_account *account, uint32_t product, fg_cell cell);

/* Adds to the numbers that the latest regime keeps (fg_undo_kept) those of its usage: the cost of events that are each
   priced by itself, or the postpaid units of a cell that keeps units by tier. */
FG_COLD void fg_undo_note_kept(const fg_account *account, const fg_state *state, fg_product_group *group,
                               int64_t of_each, int64_t postpaid);

/* Notes in the latest regime how much of its usage a bought rate covers. */
FG_COLD void fg_undo_note_cover_of(const fg_account *account, const fg_state *state, fg_product_group *group,
                                   const fg_recorded *recorded);

/* Notes usage that was recorded just now, whose regime becomes the latest. */
static inline void fg_undo_note(const fg_account *account, fg_state *state, uint32_t product,
                                const fg_recorded *recorded, const fg_taken *taken) {
  fg_product_group *group = fg_state_group(account, state, product);
  const fg_regime *regime = fg_undo_goes_on(account, group, product, recorded)
                                ? fg_undo_add(group, recorded)
                                : fg_undo_begin(group, product, FG_REGIME_DRAWS, state->now, recorded);
  for (uint32_t i = 0; i < recorded->taken_count; i++) {
    fg_undo_note_part(group, regime, &taken[i]);
  }
  if (FG_UNLIKELY(!account->book->products[product].plain)) {
    fg_undo_note_cover_of(account, state, group, recorded);
    fg_undo_note_kept(account, state, group, recorded->of_each, recorded->postpaid);
  }
}

/* Drops the regimes that come before that of the oldest call in flight that may be undone. */
FG_COLD void fg_undo_trim(const fg_account *account, fg_state *state, uint32_t group);

/* Forgets a call that was recorded in a regime and has ended. */
static inline void fg_undo_forget(const fg_account *account, fg_state *state, uint32_t product, uint64_t regime) {
  uint32_t number = account->book->products[product].group;
  fg_product_group *group = &state->groups[number];
  FG_ASSERT(group->undoable > 0 && regime <= group->regime);
  if (FG_LIKELY(--group->undoable == 0)) {
    group->regimes.count = group->parts.count = group->slices.count = 0;
  } else if (regime + group->regimes.count == group->regime + 1) {
    fg_undo_trim(account, state, number);
  }
}

/* Makes those calls of a product final whose usage is settled: they can no longer be undone. */
void fg_undo_settle(const fg_account *account, fg_state *draft, uint32_t product);

/* Notes what a settlement took from the packs of a product whose group keeps regimes. */
void fg_undo_note_cover(fg_product_group *group, uint32_t product, fg_time at, const fg_taken *taken,
                        uint32_t taken_count);

/* The number of the regime at a place. */
static inline uint64_t fg_regime_number(const fg_product_group *group, uint32_t place) {
  FG_ASSERT(place < group->regimes.count && group->regimes.count <= group->regime);
  return group->regime - (group->regimes.count - 1 - place);
}

/* The numbers that a regime keeps in fg_product_group.slices, all 0 at first. fg_undo_reserve has made room. */
int64_t *fg_regime_begin_slices(const fg_account *account, fg_product_group *group, const fg_regime *regime);

/* Begins the numbers of a regime whose events are each priced by itself: the units of one event come first. Answers the
   place of the sum that they cost. */
int64_t *fg_regime_begin_events(const fg_account *account, fg_product_group *group, const fg_regime *regime,
                                int64_t of_each);

/* The bucket that counts what a regime used. It may be settled, because products of a group can settle at different
   times; NULL if nothing asks for it any more. */
fg_bucket *fg_regime_bucket(const fg_account *account, const fg_state *state, const fg_regime *regime);

void fg_regimes_drop_all(fg_product_group *group);

#endif
