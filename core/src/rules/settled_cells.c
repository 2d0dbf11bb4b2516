#include "settled_cells.h"

#include "cells.h"

/* Moves the slices of the remaining buckets together, after other buckets were dropped. */
static fg_status keep_slices(const fg_account *account, fg_service *service, uint32_t product) {
  fg_slices kept = {NULL, 0, 0};
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &kept, service->slices.room)); /* the next cells need it again */
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    fg_bucket *bucket = &service->buckets.items[i];
    uint32_t count = fg_cell_kept(account, product, bucket->cell);
    if (count > 0) {
      memcpy(kept.items + kept.count, service->slices.items + bucket->slices, count * sizeof *kept.items);
    }
    bucket->slices = kept.count;
    kept.count += count;
  }
  FG_ARRAY_RELEASE(&account->allocator, &service->slices);
  service->slices = kept;
  return FG_OK;
}

/* The begin of the first tier period whose counts a later settlement may ask for. Products of a group may share a
   counter, so it is the earliest of the group. */
static fg_time asked_since(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_book *book = account->book;
  fg_time first = FG_NEVER;
  for (uint32_t other = 0; other < book->product_count; other++) {
    if (book->products[other].group == book->products[product].group) {
      first = fg_min_i64(first, fg_tiers_at(account, state, other, state->services[other].settled).begin);
    }
  }
  return first;
}

/* Up to which instant the stretches of a product may be put together: as far as it is settled, and not beyond the end
   of a period that another product of its group is about to settle. */
static fg_time alike_until(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_book *book = account->book;
  fg_time until = state->services[product].settled;
  for (uint32_t other = 0; other < book->product_count; other++) {
    if (book->products[other].group == book->products[product].group) {
      fg_time end = fg_settling_at(account, state, other, state->services[other].settled).end;
      until = end <= state->now ? fg_min_i64(until, end) : until;
    }
  }
  return until;
}

/* Adds a bucket to another one of the same cell. */
static void add_bucket(const fg_account *account, fg_service *service, uint32_t product, fg_bucket *to,
                       const fg_bucket *bucket) {
  fg_usage_add(&to->usage, &bucket->usage, 1);
  to->counted += bucket->counted;
  to->was_open = (uint8_t)fg_max_i64(to->was_open, bucket->was_open);
  for (uint32_t i = 0; i < fg_cell_kept(account, product, bucket->cell); i++) {
    service->slices.items[to->slices + i] += service->slices.items[bucket->slices + i];
  }
}

void fg_cells_count_settled(const fg_account *account, fg_state *state, uint32_t product, fg_span period) {
  fg_service *service = &state->services[product];
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, period) && fg_account_month(account, bucket->begin) == state->month) {
      fg_usage_add(&service->settled_units, &bucket->usage, 1);
    }
  }
}

fg_status fg_cells_settle(const fg_account *account, fg_state *state, uint32_t product) {
  fg_service *service = &state->services[product];
  fg_bucket *items = service->buckets.items;
  fg_time asked = asked_since(account, state, product);
  fg_time alike = alike_until(account, state, product);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    fg_bucket bucket = items[i];
    bool is_put_together = bucket.begin < alike;
    bucket.begin = is_put_together ? bucket.tiers : bucket.begin;
    bool is_asked = bucket.tiers >= asked && (!is_put_together || !fg_cell_is_of_events(account, product));
    if (!is_asked) {
      continue;
    }
    if (is_put_together && kept > 0 && fg_bucket_is_same(&items[kept - 1], &bucket)) {
      add_bucket(account, service, product, &items[kept - 1], &bucket);
    } else {
      items[kept++] = bucket;
    }
  }
  bool is_less = kept < service->buckets.count;
  service->buckets.count = kept;
  return is_less ? keep_slices(account, service, product) : FG_OK;
}

fg_bucket *fg_cell_counted(const fg_account *account, const fg_state *state, uint32_t product, fg_time begin,
                           fg_cell cell) {
  const fg_service *service = &state->services[product];
  if (service->buckets.count == 0 || begin < service->buckets.items[0].tiers) {
    return NULL; /* buckets stand in the order of their tier periods, and this period is gone */
  }
  fg_bucket *own = fg_state_bucket(service, begin, cell);
  if (own != NULL || begin >= service->settled) {
    return own;
  }
  return fg_state_bucket(service, fg_tiers_at(account, state, product, begin).begin, cell);
}
