#include "cells.h"

#include "../book/price_model.h"
#include "../book/terms.h"

bool fg_cell_exists(const fg_account *account, uint32_t product, fg_cell cell) {
  if (cell.edition > fg_edition_in_force(account)) {
    return false;
  }
  const fg_product *offered = &fg_account_edition(account, cell.edition)->products[product];
  return cell.price < offered->price_count && cell.factor < offered->factor_count;
}

bool fg_cell_is_sliced(const fg_account *account, uint32_t product, fg_cell cell) {
  const fg_product *offered = &fg_account_edition(account, cell.edition)->products[product];
  return !offered->plain && fg_price_model_of(&offered->prices[cell.price].schedule)->by_slice;
}

int64_t fg_bucket_tier_quantity(const fg_account *account, const fg_bucket *bucket) {
  const fg_usage *usage = &bucket->usage;
  return fg_tier_quantity(&account->policy, usage->free, usage->packs, usage->postpaid, bucket->counted);
}

/* ------------------------------------------------------------------------------------------------------- counters */

static const fg_named_price *price_of_cell(const fg_account *account, uint32_t product, fg_cell cell) {
  return &fg_account_edition(account, cell.edition)->products[product].prices[cell.price];
}

static int64_t count_at_price(const fg_account *account, const fg_service *service, uint32_t product, fg_time begin,
                              const fg_named_price *price) {
  fg_string counter = price->schedule.counter;
  int64_t sum = 0;
  for (uint32_t i = service->buckets.count; i > 0; i--) {
    const fg_bucket *bucket = &service->buckets.items[i - 1];
    const fg_named_price *other = price_of_cell(account, product, bucket->cell);
    bool is_same = counter.length > 0 ? fg_string_equal(other->schedule.counter, counter)
                                      : fg_string_equal(other->id, price->id) && other->schedule.counter.length == 0;
    sum += bucket->begin == begin && is_same ? fg_bucket_tier_quantity(account, bucket) : 0;
  }
  return sum;
}

int64_t fg_cell_count(const fg_account *account, const fg_state *state, uint32_t product, fg_time begin, fg_cell cell) {
  const fg_named_price *price = price_of_cell(account, product, cell);
  if (price->schedule.counter.length == 0) {
    return count_at_price(account, &state->services[product], product, begin, price);
  }
  uint32_t group = account->book->products[product].group;
  int64_t sum = 0;
  for (uint32_t other = 0; other < account->book->product_count; other++) {
    if (account->book->products[other].group == group) {
      sum += count_at_price(account, &state->services[other], other, begin, price);
    }
  }
  return sum;
}

/* --------------------------------------------------------------------------------------------------------- buckets */

fg_status fg_cell_reserve(const fg_account *account, fg_service *service, uint32_t product) {
  bool is_plain = account->book->products[product].plain;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->buckets, 1));
  return is_plain ? FG_OK : FG_ARRAY_RESERVE(&account->allocator, &service->slices, FG_TIERS_MAX);
}

static uint32_t tiers_kept(const fg_account *account, uint32_t product, fg_cell cell) {
  return fg_cell_is_sliced(account, product, cell) ? fg_cell_schedule(account, product, cell)->tier_count : 0;
}

static fg_time current_begin(const fg_service *service) {
  return service->buckets.items[service->buckets.count - 1].begin;
}

/* The first bucket that does not come before a cell of a period; the list's end if all do. */
static uint32_t place_of(const fg_service *service, fg_time begin, fg_cell cell) {
  uint32_t low = 0;
  uint32_t high = service->buckets.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const fg_bucket *bucket = &service->buckets.items[middle];
    if (bucket->begin < begin || (bucket->begin == begin && fg_cell_compare(bucket->cell, cell) < 0)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool is_bucket_of(const fg_service *service, uint32_t place, fg_time begin, fg_cell cell) {
  const fg_bucket *bucket = &service->buckets.items[place];
  return place < service->buckets.count && bucket->begin == begin && fg_cell_compare(bucket->cell, cell) == 0;
}

fg_bucket *fg_cell_find(const fg_account *account, const fg_service *service, uint16_t price, uint16_t factor) {
  fg_cell cell = {fg_edition_in_force(account), price, factor};
  uint32_t place = place_of(service, current_begin(service), cell);
  return is_bucket_of(service, place, current_begin(service), cell) ? &service->buckets.items[place] : NULL;
}

/* Puts an empty bucket at a place; there is room. */
static fg_bucket *insert_bucket(const fg_account *account, fg_service *service, uint32_t product, uint32_t place,
                                fg_time begin, fg_cell cell) {
  uint32_t tiers = tiers_kept(account, product, cell);
  fg_bucket *items = service->buckets.items;
  FG_ASSERT(service->buckets.count < service->buckets.room && service->slices.room - service->slices.count >= tiers);
  memmove(items + place + 1, items + place, (service->buckets.count - place) * sizeof *items);
  items[place] = (fg_bucket){.begin = begin, .cell = cell, .slices = service->slices.count};
  service->buckets.count++;
  for (uint32_t i = 0; i < tiers; i++) {
    service->slices.items[service->slices.count++] = 0;
  }
  return &items[place];
}

/* Buckets stand in the order of their periods and, within one, of their cells: it does not depend on which was used
   first, so that a canceled call leaves no trace in it. */
fg_bucket *fg_cell_bucket_at(const fg_account *account, fg_service *service, uint32_t product, fg_time begin,
                             fg_cell cell) {
  uint32_t place = place_of(service, begin, cell);
  fg_bucket *items = service->buckets.items;
  if (is_bucket_of(service, place, begin, cell)) {
    return &items[place];
  }
  return insert_bucket(account, service, product, place, begin, cell);
}

fg_status fg_cell_begin(const fg_account *account, fg_service *service, uint32_t product, fg_time begin) {
  fg_cell first = {fg_edition_in_force(account), 0, 0};
  FG_TRY(fg_cell_reserve(account, service, product));
  insert_bucket(account, service, product, service->buckets.count, begin, first)->was_open = service->open;
  return FG_OK;
}

void fg_cell_open(fg_service *service) { service->buckets.items[service->buckets.count - 1].was_open = true; }

void fg_cell_close(fg_service *service, fg_time at) {
  for (uint32_t i = service->buckets.count; i > 0 && service->buckets.items[i - 1].begin == at; i--) {
    service->buckets.items[i - 1].was_open = false;
  }
}

/* Buckets get their slices as they are made: those of a month stand before most of the months after it. */
void fg_cells_drop(const fg_account *account, fg_service *service, uint32_t product, fg_month month) {
  uint32_t kept = 0;
  uint32_t first = service->slices.count;
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (!fg_bucket_is_of_month(account, bucket, month)) {
      bool is_sliced = fg_cell_is_sliced(account, product, bucket->cell);
      first = is_sliced && bucket->slices < first ? bucket->slices : first;
      service->buckets.items[kept++] = *bucket;
    }
  }
  service->buckets.count = kept;
  service->slices.count -= first;
  if (service->slices.count > 0) {
    memmove(service->slices.items, service->slices.items + first,
            service->slices.count * sizeof *service->slices.items);
  }
  for (uint32_t i = 0; i < kept; i++) {
    bool is_sliced = fg_cell_is_sliced(account, product, service->buckets.items[i].cell);
    service->buckets.items[i].slices = is_sliced ? service->buckets.items[i].slices - first : 0;
  }
}

fg_bucket *fg_cell_bucket(const fg_account *account, fg_service *service, uint32_t product, uint16_t price,
                          uint16_t factor) {
  fg_cell cell = {fg_edition_in_force(account), price, factor};
  return fg_cell_bucket_at(account, service, product, current_begin(service), cell);
}

/* ---------------------------------------------------------------------------------------------------------- slices */

void fg_cell_fill(const fg_account *account, uint32_t product, fg_time begin, fg_cell cell, int64_t until,
                  int64_t units, int sign, int64_t *slices) {
  const fg_schedule *schedule = fg_cell_schedule(account, product, cell);
  fg_price_view view = fg_price_view_of(schedule, fg_account_month_hours(account, begin));
  FG_ASSERT(units >= 0 && until >= units);
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    int64_t low = fg_max_i64(until - units, fg_price_edge(&view, tier));
    int64_t high = fg_min_i64(until, fg_price_edge(&view, tier + 1));
    slices[tier] += high > low ? sign * (high - low) : 0;
  }
}

void fg_cell_drain(const fg_account *account, const fg_service *service, uint32_t product, const fg_bucket *bucket,
                   int64_t units, bool from_above, int64_t *off) {
  uint32_t tiers = fg_cell_schedule(account, product, bucket->cell)->tier_count;
  int64_t *slices = service->slices.items + bucket->slices;
  for (uint32_t i = 0; i < tiers && units > 0; i++) {
    uint32_t tier = from_above ? tiers - 1 - i : i;
    int64_t part = fg_min_i64(slices[tier], units);
    slices[tier] -= part;
    units -= part;
    if (off != NULL) {
      off[tier] += part;
    }
  }
  FG_ASSERT(units == 0);
}
