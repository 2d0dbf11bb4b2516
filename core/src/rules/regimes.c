#include "regimes.h"

#include "cover.h"
#include "event_amounts.h"
#include "settled_cells.h"

void fg_regimes_drop_all(fg_product_group *group) {
  group->regimes.count = group->parts.count = group->slices.count = 0;
}

/* Drops the first items of a list of regimes' data; those of the regimes that are kept begin at `first`. */
#define DROP_ITEMS(list, first)                                                                                        \
  do {                                                                                                                 \
    (list)->count -= (first);                                                                                          \
    if ((list)->count > 0) {                                                                                           \
      memmove((list)->items, (list)->items + (first), (list)->count * sizeof *(list)->items);                          \
    }                                                                                                                  \
  } while (0)

static void drop_first(fg_product_group *group, uint32_t count) {
  if (count == group->regimes.count) {
    fg_regimes_drop_all(group);
    return;
  }
  uint32_t parts = group->regimes.items[count].first;
  uint32_t slices = group->regimes.items[count].slices;
  group->regimes.count -= count;
  memmove(group->regimes.items, group->regimes.items + count, group->regimes.count * sizeof *group->regimes.items);
  DROP_ITEMS(&group->parts, parts);
  DROP_ITEMS(&group->slices, slices);
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    group->regimes.items[i].first -= parts;
    group->regimes.items[i].slices -= slices;
  }
}

FG_COLD void fg_undo_trim(const fg_account *account, fg_state *state, uint32_t group) {
  fg_product_group *trimmed = &state->groups[group];
  for (uint32_t i = 0; i < state->holds.count; i++) { /* the oldest call comes first */
    const fg_hold *hold = &state->holds.items[i];
    if (account->book->products[hold->product].group == group && hold->regime != 0) {
      drop_first(trimmed, (uint32_t)(hold->regime - fg_regime_number(trimmed, 0)));
      return;
    }
  }
  fg_regimes_drop_all(trimmed);
}

uint32_t fg_undo_kept(const fg_account *account, uint32_t product, fg_cell cell) {
  return fg_cell_kept(account, product, cell) + fg_cell_is_of_events(account, product);
}

int64_t *fg_regime_begin_slices(const fg_account *account, fg_product_group *group, const fg_regime *regime) {
  uint32_t kept = fg_undo_kept(account, regime->product, regime->cell);
  FG_ASSERT(group->slices.count == regime->slices && group->slices.room - group->slices.count >= kept);
  int64_t *slices = group->slices.items + group->slices.count;
  memset(slices, 0, kept * sizeof *slices);
  group->slices.count += kept;
  return slices;
}

int64_t *fg_regime_begin_events(const fg_account *account, fg_product_group *group, const fg_regime *regime,
                                int64_t of_each) {
  int64_t *kept = fg_regime_begin_slices(account, group, regime);
  kept[0] = of_each;
  return kept + 1;
}

void fg_undo_settle(const fg_account *account, fg_state *draft, uint32_t product) {
  fg_product_group *group = fg_state_group(account, draft, product);
  for (uint32_t i = 0; i < draft->holds.count; i++) {
    fg_hold *hold = &draft->holds.items[i];
    if (hold->product == product && hold->regime != 0 && hold->begin < draft->services[product].settled) {
      FG_ASSERT(group->undoable > 0);
      hold->regime = 0;
      group->undoable--;
    }
  }
  fg_undo_trim(account, draft, account->book->products[product].group);
}

void fg_undo_note_cover(fg_product_group *group, uint32_t product, fg_time at, const fg_taken *taken,
                        uint32_t taken_count) {
  const fg_bucket at_once = {.begin = at};
  const fg_recorded none = {.bucket = &at_once};
  const fg_regime *regime = fg_undo_begin(group, product, FG_REGIME_COVERS, at, &none);
  for (uint32_t i = 0; i < taken_count; i++) {
    fg_undo_note_part(group, regime, &taken[i]);
  }
}

fg_bucket *fg_regime_bucket(const fg_account *account, const fg_state *state, const fg_regime *regime) {
  return fg_cell_counted(account, state, regime->product, regime->begin, regime->cell);
}

static void note_events(const fg_account *account, const fg_state *state, fg_product_group *group, int64_t of_each,
                        int64_t postpaid) {
  const fg_regime *regime = &group->regimes.items[group->regimes.count - 1];
  int64_t *kept = group->slices.count == regime->slices ? fg_regime_begin_events(account, group, regime, of_each)
                                                        : group->slices.items + regime->slices + 1;
  fg_status status = fg_event_sum_charge(account, regime->product, regime->cell, state->now, of_each, postpaid, kept);
  FG_ASSERT(status == FG_OK); /* the cell's sum has the same cost already, and is no less */
}

FG_COLD void fg_undo_note_cover_of(const fg_account *account, const fg_state *state, fg_product_group *group,
                                   const fg_recorded *recorded) {
  fg_regime *regime = &group->regimes.items[group->regimes.count - 1];
  if (recorded->covered == recorded->unbilled) { /* usage is covered only if it is billed */
    regime->rate = fg_cover_rate(account, state, regime->product);
    regime->covered += recorded->covered;
    group->regime_over = group->regime_over || regime->rate > 0;
  }
}

FG_COLD void fg_undo_note_kept(const fg_account *account, const fg_state *state, fg_product_group *group,
                               int64_t of_each, int64_t postpaid) {
  const fg_regime *regime = &group->regimes.items[group->regimes.count - 1];
  if (fg_cell_is_of_events(account, regime->product)) {
    note_events(account, state, group, of_each, postpaid);
  } else if (fg_cell_is_sliced(account, regime->product, regime->cell)) {
    if (group->slices.count == regime->slices) {
      fg_regime_begin_slices(account, group, regime);
    }
    group->slices.items[regime->slices] += postpaid;
  }
}
