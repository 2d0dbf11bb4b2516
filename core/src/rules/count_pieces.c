#include "count_pieces.h"

#include "../book/tier_quantity.h"
#include "cells.h"
#include "count_order.h"
#include "settled_cells.h"

int64_t fg_count_advance(const fg_account *account, uint32_t product, int source, int64_t units) {
  const fg_policy policy = fg_policy_of(account, product);
  return fg_tier_quantity(&policy, source == FG_RUN_FREE ? units : 0, source == FG_RUN_PACKS ? units : 0,
                          source == FG_RUN_POSTPAID ? units : 0, source == FG_RUN_COUNTED ? units : 0);
}

bool fg_run_goes_on(const fg_run *run, const fg_run *next) {
  return run->product == next->product && run->source == next->source && run->begin == next->begin &&
         fg_cell_is_same(run->cell, next->cell) && (run->units > 0) == (next->units > 0);
}

void fg_count_release(fg_count_pieces *of) {
  FG_ARRAY_RELEASE(&of->account->allocator, &of->places);
  FG_ARRAY_RELEASE(&of->account->allocator, &of->pieces);
}

static bool is_counted_with(const fg_count_pieces *of, const fg_count_place *a, const fg_count_place *b) {
  if (a->bucket->tiers != b->bucket->tiers) {
    return false;
  }
  const fg_named_price *one = fg_cell_price(of->account, a->product, a->bucket->cell);
  const fg_named_price *other = fg_cell_price(of->account, b->product, b->bucket->cell);
  bool is_shared = one->schedule.counter.length > 0;
  return fg_prices_count_together(one, other) && (is_shared || a->product == b->product);
}

static void add_place(fg_count_pieces *of, uint32_t product, const fg_bucket *bucket) {
  const fg_service *service = &of->state->services[product];
  bool is_sliced = fg_cell_is_sliced(of->account, product, bucket->cell);
  FG_ASSERT(of->places.count < of->places.room);
  fg_count_place *added = &of->places.items[of->places.count];
  *added = (fg_count_place){.bucket = bucket,
                            .slices = is_sliced ? service->slices.items + bucket->slices : NULL,
                            .product = product,
                            .counter = of->places.count};
  for (uint32_t i = 0; i < of->places.count; i++) {
    const fg_count_place *other = &of->places.items[i];
    if (other->counter == i && is_counted_with(of, other, added)) {
      added->counter = i;
      break;
    }
  }
  of->places.count++;
}

fg_status fg_count_list_places(fg_count_pieces *of) {
  for (uint32_t product = 0; product < of->account->book->product_count; product++) {
    const fg_service *service = &of->state->services[product];
    if (of->account->book->products[product].group != of->number || !fg_order_is_kept(of->account, product)) {
      continue;
    }
    FG_TRY(FG_ARRAY_RESERVE(&of->account->allocator, &of->places, service->buckets.count));
    for (uint32_t i = 0; i < service->buckets.count; i++) {
      add_place(of, product, &service->buckets.items[i]);
    }
  }
  return FG_OK;
}

/* The place of a run's bucket; FG_NONE if nothing asks for that bucket any more. */
static int64_t place_of_run(const fg_count_pieces *of, const fg_run *run) {
  const fg_bucket *bucket = fg_cell_counted(of->account, of->state, run->product, run->begin, run->cell);
  for (uint32_t i = 0; i < of->places.count && bucket != NULL; i++) {
    if (of->places.items[i].bucket == bucket) {
      return i;
    }
  }
  return FG_NONE;
}

void fg_count_take_off(fg_count_pieces *of, uint32_t number, int source, fg_int128 units, bool from_end) {
  for (uint32_t i = 0; i < of->pieces.count && units > 0; i++) {
    fg_count_piece *from = &of->pieces.items[from_end ? of->pieces.count - 1 - i : i];
    if (from->place == number && from->source == source) {
      int64_t part = units < from->units ? (int64_t)units : from->units;
      from->units -= part;
      units -= part;
      of->places.items[number].run[source] -= part;
    }
  }
}

fg_status fg_count_list_pieces(fg_count_pieces *of, uint32_t count) {
  FG_TRY(FG_ARRAY_RESERVE(&of->account->allocator, &of->pieces, count));
  for (uint32_t i = 0; i < count; i++) {
    const fg_run *run = &of->group->order.items[i];
    int64_t number = place_of_run(of, run);
    if (number == FG_NONE) {
      continue;
    }
    if (run->units < 0) {
      fg_count_take_off(of, (uint32_t)number, run->source, -(fg_int128)run->units, true);
    } else {
      of->places.items[number].run[run->source] += run->units;
      of->pieces.items[of->pieces.count++] = (fg_count_piece){(uint32_t)number, run->source, run->units, 0};
    }
  }
  return FG_OK;
}

int64_t fg_count_units(const fg_bucket *bucket, int source) {
  switch (source) {
  case FG_RUN_FREE: return bucket->usage.free;
  case FG_RUN_PACKS: return bucket->usage.packs;
  case FG_RUN_COUNTED: return bucket->counted;
  default: return bucket->usage.postpaid;
  }
}

int64_t fg_count_missing(const fg_count_pieces *of, const fg_count_place *of_place, int source) {
  fg_int128 units = fg_count_units(of_place->bucket, source) - of_place->run[source];
  bool counts = units > 0 && fg_count_advance(of->account, of_place->product, source, 1) > 0;
  return counts ? (int64_t)units : 0;
}

uint32_t fg_count_write_runs(const fg_count_pieces *of, fg_run *runs) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < of->pieces.count; i++) {
    const fg_count_piece *from = &of->pieces.items[i];
    const fg_count_place *its = &of->places.items[from->place];
    fg_run run = {.begin = its->bucket->begin,
                  .units = from->units,
                  .cell = its->bucket->cell,
                  .product = (uint16_t)its->product,
                  .source = (uint8_t)from->source};
    if (count > 0 && fg_run_goes_on(&runs[count - 1], &run)) {
      runs[count - 1].units += run.units;
    } else if (run.units > 0) {
      runs[count++] = run;
    }
  }
  return count;
}
