#include "count_order.h"

#include "../book/tier_quantity.h"
#include "cells.h"
#include "count_pieces.h"
#include "settled_cells.h"

/* The first run of the latest regime. Undoing a regime takes its runs with it, so a new run never joins one of an
   earlier regime. */
static uint32_t first_of_latest(const fg_product_group *group) {
  return group->regimes.count == 0 ? 0 : group->regimes.items[group->regimes.count - 1].order;
}

static void append(fg_product_group *group, const fg_run *run) {
  uint32_t count = group->order.count;
  fg_run *last = count > first_of_latest(group) ? &group->order.items[count - 1] : NULL;
  if (last != NULL && fg_run_goes_on(last, run)) {
    last->units += run->units;
  } else {
    FG_ASSERT(count < group->order.room);
    group->order.items[group->order.count++] = *run;
  }
}

void fg_order_note(const fg_account *account, fg_product_group *group, uint32_t product, const fg_bucket *bucket,
                   const fg_usage *usage, int64_t counted, int sign) {
  const int64_t units[FG_RUN_SOURCES] = {usage->free, usage->packs, counted, usage->postpaid};
  for (int source = 0; source < FG_RUN_SOURCES; source++) {
    if (units[source] > 0 && fg_count_advance(account, product, source, units[source]) > 0) {
      const fg_run run = {.begin = bucket->begin,
                          .units = sign * units[source],
                          .cell = bucket->cell,
                          .product = (uint16_t)product,
                          .source = (uint8_t)source};
      append(group, &run);
    }
  }
}

/* R8, whole_month: takes units that a settlement let packs cover off the pieces, because the runs have them as
   postpaid. */
static void bound_pieces(fg_count_pieces *of) {
  for (uint32_t i = 0; i < of->places.count; i++) {
    const fg_policy policy = fg_policy_of(of->account, of->places.items[i].product);
    for (int source = 0; source < FG_RUN_SOURCES; source++) {
      int64_t there = fg_max_i64(fg_count_units(of->places.items[i].bucket, source), 0);
      fg_count_take_off(of, i, source, of->places.items[i].run[source] - there, fg_tier_is_of_residual(&policy));
    }
  }
}

static void fill(fg_count_pieces *of, uint32_t number, int source, int64_t units) {
  const fg_count_place *filled = &of->places.items[number];
  int64_t *count = &of->places.items[filled->counter].count;
  *count += fg_count_advance(of->account, filled->product, source, units);
  if (source == FG_RUN_POSTPAID && filled->slices != NULL) {
    fg_cell_fill(of->account, filled->product, filled->bucket->tiers, filled->bucket->cell, *count, units, 1,
                 filled->slices);
  }
}

static void empty_slices(const fg_count_pieces *of) {
  for (uint32_t i = 0; i < of->places.count; i++) {
    const fg_count_place *each = &of->places.items[i];
    if (each->slices != NULL) {
      memset(each->slices, 0, fg_cell_kept(of->account, each->product, each->bucket->cell) * sizeof *each->slices);
    }
  }
}

static void fill_missing(fg_count_pieces *of) {
  for (uint32_t i = 0; i < of->places.count; i++) {
    for (int source = 0; source < FG_RUN_SOURCES; source++) {
      int64_t units = fg_count_missing(of, &of->places.items[i], source);
      if (units > 0) {
        fill(of, i, source, units);
      }
    }
  }
}

static fg_status refill(fg_count_pieces *of, fg_product_group *group) {
  FG_TRY(fg_count_list_places(of));
  FG_TRY(fg_count_list_pieces(of, group->order.count));
  bound_pieces(of);
  empty_slices(of);
  fill_missing(of);
  for (uint32_t i = 0; i < of->pieces.count; i++) {
    const fg_count_piece *each = &of->pieces.items[i];
    fill(of, each->place, each->source, each->units);
  }
  if (group->regimes.count == 0 && group->order.count > 0) { /* no call in flight can be undone */
    group->order.count = fg_count_write_runs(of, group->order.items);
  }
  return FG_OK;
}

void fg_order_settle(const fg_account *account, fg_state *draft, uint32_t number) {
  fg_product_group *group = &draft->groups[number];
  uint32_t kept = 0;
  for (uint32_t i = 0; i < group->order.count && group->regimes.count == 0; i++) {
    const fg_run run = group->order.items[i];
    if (fg_cell_counted(account, draft, run.product, run.begin, run.cell) != NULL) {
      group->order.items[kept++] = run;
    }
  }
  group->order.count = group->regimes.count == 0 ? kept : group->order.count;
}

fg_status fg_order_refill(const fg_account *account, fg_state *draft, uint32_t number) {
  fg_product_group *group = &draft->groups[number];
  fg_count_pieces of = {.account = account, .state = draft, .group = group, .number = number};
  fg_status status = refill(&of, group);
  fg_count_release(&of);
  return status;
}
