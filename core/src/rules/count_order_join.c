/* Limits how many runs the order of counts has by joining old ones, and makes up runs where the order is not known. */
#include "count_order.h"

#include "../book/bound.h"
#include "../book/price_model.h"
#include "cells.h"
#include "count_pieces.h"

_Static_assert(sizeof(fg_run) <= FG_RUN_BYTES, "a book is refused by how many bytes its runs take");

/* The latest runs are never joined. */
enum { RUNS_LATEST = FG_RUNS_MAX / 2 };

/* Whether a group has so many runs that the oldest are joined. Only runs beyond the number that joining can leave
   count, so that it happens seldom. */
static bool is_full(const fg_account *account, const fg_state *state, uint32_t number) {
  uint64_t most = FG_RUNS_MAX;
  uint32_t count = state->groups[number].order.count;
  for (uint32_t product = 0; count >= most && product < account->book->product_count; product++) {
    const fg_service *service = &state->services[product];
    bool is_of_group = account->book->products[product].group == number;
    most += is_of_group ? 2 * ((uint64_t)service->slices.count + FG_RUN_SOURCES * (uint64_t)service->buckets.count) : 0;
  }
  return count >= most;
}

/* Cuts a piece at the edges of its price's tiers. */
static fg_status cut(fg_count_pieces *of, fg_count_piece whole) {
  const fg_count_place *its = &of->places.items[whole.place];
  int64_t *count = &of->places.items[its->counter].count;
  const fg_schedule *schedule = fg_cell_schedule(of->account, its->product, its->bucket->cell);
  fg_price_view view = fg_price_view_at(of->account, schedule, its->bucket->tiers);
  FG_TRY(FG_ARRAY_RESERVE(&of->account->allocator, &of->pieces, schedule->tier_count));
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    int64_t units = fg_price_units_within(&view, tier, *count, *count + whole.units);
    if (units > 0) {
      of->pieces.items[of->pieces.count++] = (fg_count_piece){whole.place, whole.source, units,
                                                              fg_price_edge(&view, tier)};
    }
  }
  *count += whole.units;
  return FG_OK;
}

static int by_edge(const void *a, const void *b) {
  const fg_count_piece *one = a;
  const fg_count_piece *other = b;
  int order = fg_compare_i64(one->edge, other->edge);
  order = order != 0 ? order : fg_compare_i64(one->place, other->place);
  return order != 0 ? order : one->source - other->source;
}

/* Moves each count past the units that no run has, because they came first. */
static void pass_missing(fg_count_pieces *of) {
  for (uint32_t i = 0; i < of->places.count; i++) {
    fg_count_place *each = &of->places.items[i];
    for (int source = 0; source < FG_RUN_SOURCES; source++) {
      of->places.items[each->counter].count += fg_count_missing(of, each, source);
    }
  }
}

/* Lists the pieces of the first runs in the order of tiers. The order between pieces of different counters does not
   matter. */
static fg_status list_by_tier(fg_count_pieces *of, uint32_t first_runs) {
  FG_TRY(fg_count_list_places(of));
  FG_TRY(fg_count_list_pieces(of, of->group->order.count));
  pass_missing(of);
  of->pieces.count = 0;
  for (uint32_t i = 0; i < of->places.count; i++) {
    memset(of->places.items[i].run, 0, sizeof of->places.items[i].run);
  }
  FG_TRY(fg_count_list_pieces(of, first_runs));
  uint32_t whole = of->pieces.count;
  for (uint32_t i = 0; i < whole; i++) {
    FG_TRY(cut(of, of->pieces.items[i]));
  }
  of->pieces.count -= whole;
  memmove(of->pieces.items, of->pieces.items + whole, of->pieces.count * sizeof *of->pieces.items);
  FG_ARRAY_SORT(&of->pieces, by_edge);
  return FG_OK;
}

/* How many of the oldest runs may be joined: neither the latest runs nor those that undoing a call may take back. */
static uint32_t oldest_of(const fg_product_group *group) {
  uint32_t first = group->regimes.count == 0 ? group->order.count : group->regimes.items[0].order;
  return (uint32_t)fg_min_i64(first, group->order.count - RUNS_LATEST);
}

/* Joins the oldest runs in account->joined. The state takes them over when the usage is noted, because until then the
   usage may still be refused. */
static fg_status prepare_joined(fg_account *account, const fg_state *state, uint32_t number) {
  const fg_product_group *group = &state->groups[number];
  fg_count_pieces of = {.account = account, .state = state, .group = group, .number = number};
  fg_status status = list_by_tier(&of, oldest_of(group));
  status = status == FG_OK ? FG_ARRAY_RESERVE(&account->allocator, &account->joined, of.pieces.count) : status;
  if (status == FG_OK) {
    uint32_t oldest = oldest_of(group);
    account->joined.count = of.pieces.count == 0 ? 0 : fg_count_write_runs(&of, account->joined.items);
    account->joined_of = account->joined.count < oldest ? oldest : 0;
  }
  fg_count_release(&of);
  return status;
}

static void join_oldest(fg_account *account, fg_product_group *group) {
  uint32_t oldest = account->joined_of;
  uint32_t joined = account->joined.count;
  fg_run *runs = group->order.items;
  account->joined_of = 0;
  FG_ASSERT(joined < oldest && oldest <= group->order.count);
  if (joined > 0) {
    memcpy(runs, account->joined.items, joined * sizeof *runs);
  }
  memmove(runs + joined, runs + oldest, (group->order.count - oldest) * sizeof *runs);
  group->order.count -= oldest - joined;
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    group->regimes.items[i].order -= oldest - joined;
  }
}

fg_status fg_order_reserve_again(const fg_account *account, fg_product_group *group) {
  return FG_ARRAY_RESERVE(&account->allocator, &group->order, FG_RUN_SOURCES);
}

fg_status fg_order_reserve(fg_account *account, const fg_state *state, uint32_t product) {
  uint32_t number = account->book->products[product].group;
  account->joined_of = 0;
  FG_TRY(fg_order_reserve_again(account, &state->groups[number]));
  return FG_UNLIKELY(is_full(account, state, number)) ? prepare_joined(account, state, number) : FG_OK;
}

void fg_order_note_usage(fg_account *account, fg_state *state, uint32_t product, const fg_recorded *recorded) {
  fg_product_group *group = fg_state_group(account, state, product);
  const fg_usage usage = {recorded->free, recorded->packs, recorded->postpaid, recorded->unbilled};
  if (FG_UNLIKELY(account->joined_of > 0)) {
    join_oldest(account, group);
  }
  fg_order_note(account, group, product, recorded->bucket, &usage, recorded->counted, 1);
}

static fg_status list_recovered(fg_count_pieces *of) {
  FG_TRY(fg_count_list_places(of));
  for (uint32_t i = 0; i < of->places.count; i++) {
    const fg_count_place *each = &of->places.items[i];
    const fg_schedule *schedule = fg_cell_schedule(of->account, each->product, each->bucket->cell);
    fg_price_view view = fg_price_view_at(of->account, schedule, each->bucket->tiers);
    FG_TRY(FG_ARRAY_RESERVE(&of->account->allocator, &of->pieces, FG_RUN_SOURCES + FG_TIERS_MAX));
    for (int source = 0; source < FG_RUN_SOURCES; source++) {
      bool is_sliced = source == FG_RUN_POSTPAID && each->slices != NULL;
      for (uint32_t tier = 0; tier < (is_sliced ? schedule->tier_count : 1); tier++) {
        int64_t units = is_sliced ? each->slices[tier] : fg_count_missing(of, each, source);
        of->pieces.items[of->pieces.count++] = (fg_count_piece){i, source, units, fg_price_edge(&view, tier)};
      }
    }
  }
  FG_ARRAY_SORT(&of->pieces, by_edge);
  return FG_OK;
}

fg_status fg_order_recover(const fg_account *account, fg_state *state, uint32_t number) {
  fg_product_group *group = &state->groups[number];
  fg_count_pieces of = {.account = account, .state = state, .group = group, .number = number};
  fg_status status = list_recovered(&of);
  status = status == FG_OK ? FG_ARRAY_RESERVE(&account->allocator, &group->order, of.pieces.count) : status;
  if (status == FG_OK) {
    group->order.count = fg_count_write_runs(&of, group->order.items);
  }
  for (uint32_t i = 0; i < group->regimes.count; i++) {
    fg_regime *regime = &group->regimes.items[i];
    regime->order = group->order.count;
    if (regime->kind != FG_REGIME_COVERS && fg_cell_is_sliced(account, regime->product, regime->cell)) {
      int64_t *kept = group->slices.items + regime->slices;
      memset(kept, 0, fg_cell_kept(account, regime->product, regime->cell) * sizeof *kept);
      kept[0] = regime->usage.postpaid;
    }
  }
  fg_count_release(&of);
  return status;
}

bool fg_run_is_good(const fg_account *account, const fg_run *run, uint32_t group) {
  return run->product < account->book->product_count && account->book->products[run->product].group == group &&
         fg_order_is_kept(account, run->product) && fg_cell_exists(account, run->product, run->cell) &&
         run->source < FG_RUN_SOURCES && run->units != 0 && run->units >= -INT64_MAX;
}

bool fg_order_matters(const fg_account *account, const fg_state *state) {
  bool matters = false;
  for (uint32_t group = 0; group < account->book->group_count; group++) {
    matters = matters || state->groups[group].order.count > 0;
  }
  return matters;
}
