#include "cells.h"

#include "../book/covers.h"
#include "../book/price_model.h"
#include "../book/tier_quantity.h"

const fg_schedule *fg_cell_schedule_in(const fg_account *account, uint32_t product, fg_cell cell, uint16_t edition) {
  const fg_named_price *own = fg_cell_price(account, product, cell);
  for (uint32_t i = (uint32_t)edition + 1; i > 0 && i - 1 != cell.edition; i--) {
    const fg_product *offered = &fg_account_edition(account, (uint16_t)(i - 1))->products[product];
    int place = FG_PLACE_OF_ID(offered->prices, offered->price_count, own->id);
    if (place != FG_NONE) {
      return &offered->prices[place].schedule;
    }
  }
  return &own->schedule;
}

uint16_t fg_cell_priced_in(const fg_account *account, uint32_t product, fg_cell cell, uint16_t last) {
  const fg_schedule *own = fg_cell_schedule(account, product, cell);
  const fg_schedule *later = fg_cell_schedule_in(account, product, cell, last);
  bool has_unit_prices = fg_price_model_of(own)->per_units && fg_price_model_of(later)->per_units;
  return has_unit_prices ? cell.edition : last;
}

bool fg_cell_exists(const fg_account *account, uint32_t product, fg_cell cell) {
  if (cell.edition > fg_edition_in_force(account)) {
    return false;
  }
  const fg_product *offered = &fg_account_edition(account, cell.edition)->products[product];
  return cell.price < offered->price_count && cell.factor < offered->factor_count &&
         cell.covers < fg_covers_count(fg_account_edition(account, cell.edition), product);
}

bool fg_cell_is_sliced(const fg_account *account, uint32_t product, fg_cell cell) {
  const fg_product *offered = &fg_account_edition(account, cell.edition)->products[product];
  bool by_slice = fg_price_model_of(&offered->prices[cell.price].schedule)->by_slice;
  return !offered->plain && by_slice && !fg_product_prices_events(offered);
}

uint32_t fg_cell_kept(const fg_account *account, uint32_t product, fg_cell cell) {
  if (fg_cell_is_of_events(account, product)) {
    return FG_EXACT_NUMBERS;
  }
  return fg_cell_is_sliced(account, product, cell) ? fg_cell_schedule(account, product, cell)->tier_count : 0;
}

static inline int64_t tier_quantity_by(const fg_policy *policy, const fg_bucket *bucket) {
  const fg_usage *usage = &bucket->usage;
  return fg_tier_quantity(policy, usage->free, usage->packs, usage->postpaid, bucket->counted);
}

int64_t fg_bucket_tier_quantity(const fg_account *account, uint32_t product, const fg_bucket *bucket) {
  const fg_policy policy = fg_policy_of(account, product);
  return tier_quantity_by(&policy, bucket);
}

/* Which usage a count is of: at a price, in a tier period, before an instant, in no edition after one. */
typedef struct counted_usage {
  const fg_named_price *price;
  fg_time tiers, until;
  uint16_t last_edition;
} counted_usage;

static int64_t count_usage_of_product(const fg_account *account, const fg_state *state, uint32_t product,
                                      const counted_usage *of) {
  const fg_service *service = &state->services[product];
  const fg_policy policy = fg_policy_of(account, product);
  const fg_bucket *items = service->buckets.items;
  uint64_t price = FG_NO_PRICE_NUMBER;
  bool is_same = false;
  int64_t sum = 0;
  for (uint32_t i = service->buckets.count; i > 0 && items[i - 1].tiers >= of->tiers; i--) {
    const fg_bucket *bucket = &items[i - 1];
    if (fg_cell_price_number(bucket->cell) != price) { /* buckets of one price stand together: it is compared once */
      price = fg_cell_price_number(bucket->cell);
      is_same = fg_prices_count_together(of->price, fg_cell_price(account, product, bucket->cell));
    }
    if (is_same && bucket->tiers == of->tiers && bucket->begin < of->until &&
        bucket->cell.edition <= of->last_edition) {
      sum += tier_quantity_by(&policy, bucket);
    }
  }
  return sum;
}

static int64_t count_usage(const fg_account *account, const fg_state *state, uint32_t product,
                           const counted_usage *of) {
  if (of->price->schedule.counter.length == 0) {
    return count_usage_of_product(account, state, product, of);
  }
  uint32_t group = account->book->products[product].group;
  int64_t sum = 0;
  for (uint32_t other = 0; other < account->book->product_count; other++) {
    sum += account->book->products[other].group == group ? count_usage_of_product(account, state, other, of) : 0;
  }
  return sum;
}

int64_t fg_cell_count(const fg_account *account, const fg_state *state, uint32_t product, fg_time tiers, fg_cell cell,
                      fg_time until) {
  const counted_usage of = {fg_cell_price(account, product, cell), tiers, until, UINT16_MAX};
  return count_usage(account, state, product, &of);
}

int64_t fg_cell_count_so_far(const fg_account *account, const fg_state *state, uint32_t product, fg_time tiers,
                             fg_cell cell, fg_time until) {
  const counted_usage of = {fg_cell_price(account, product, cell), tiers, until, cell.edition};
  return count_usage(account, state, product, &of);
}

int64_t fg_cell_count_with(const fg_account *account, const fg_service *service, uint32_t product,
                           const fg_bucket *bucket, fg_time until) {
  const fg_named_price *price = fg_cell_price(account, product, bucket->cell);
  int64_t sum = 0;
  for (const fg_bucket *other = service->buckets.items; other <= bucket; other++) {
    bool counts = other->tiers == bucket->tiers && other->begin < until &&
                  fg_string_equal(fg_cell_price(account, product, other->cell)->id, price->id);
    sum += counts ? fg_bucket_tier_quantity(account, product, other) : 0;
  }
  return sum;
}

fg_status fg_cell_reserve(const fg_account *account, fg_service *service, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  /* A cell of another edition may keep units by tier where the product is plain now. */
  bool keeps = !offered->plain || offered->keeps_order;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &service->buckets, 1));
  return keeps ? FG_ARRAY_RESERVE(&account->allocator, &service->slices, FG_TIERS_MAX) : FG_OK;
}

/* What orders the buckets of a product, and tells them apart. */
typedef struct bucket_key {
  fg_time begin, tiers;
  uint64_t cell; ///< number of the cell (fg_cell_number)
} bucket_key;

static inline bucket_key key_of(const fg_bucket *bucket) {
  return (bucket_key){bucket->begin, bucket->tiers, fg_cell_number(bucket->cell)};
}

static inline bool is_key_before(bucket_key a, bucket_key b) {
  return a.tiers != b.tiers ? a.tiers < b.tiers : a.cell != b.cell ? a.cell < b.cell : a.begin < b.begin;
}

static inline bool is_key_same(bucket_key a, bucket_key b) {
  return a.cell == b.cell && a.begin == b.begin && a.tiers == b.tiers;
}

bool fg_bucket_is_before(const fg_bucket *a, const fg_bucket *b) { return is_key_before(key_of(a), key_of(b)); }
bool fg_bucket_is_same(const fg_bucket *a, const fg_bucket *b) { return is_key_same(key_of(a), key_of(b)); }

/* The place of the first bucket whose key is not less than `key`; the number of buckets if there is none. */
static uint32_t place_of(const fg_service *service, bucket_key key) {
  uint32_t low = 0;
  uint32_t high = service->buckets.count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (is_key_before(key_of(&service->buckets.items[middle]), key)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool is_bucket_of(const fg_service *service, uint32_t place, bucket_key key) {
  return place < service->buckets.count && is_key_same(key_of(&service->buckets.items[place]), key);
}

/* The begin of the current tier period, which the last bucket is in. */
static fg_time current_tiers(const fg_service *service) {
  return service->buckets.items[service->buckets.count - 1].tiers;
}

/* Inserts an empty bucket in its order, for which there is room. The order does not depend on which bucket was used
   first, so that a canceled call leaves no trace in it. */
static fg_bucket *insert_bucket(const fg_account *account, fg_service *service, uint32_t product,
                                const fg_bucket *bucket) {
  uint32_t place = place_of(service, key_of(bucket));
  uint32_t kept = fg_cell_kept(account, product, bucket->cell);
  fg_bucket *items = service->buckets.items;
  FG_ASSERT(service->buckets.count < service->buckets.room && service->slices.room - service->slices.count >= kept);
  memmove(items + place + 1, items + place, (service->buckets.count - place) * sizeof *items);
  items[place] = *bucket;
  items[place].slices = service->slices.count;
  service->buckets.count++;
  for (uint32_t i = 0; i < kept; i++) {
    service->slices.items[service->slices.count++] = 0;
  }
  return &items[place];
}

/* A list with at most this many buckets is searched one by one, from its end. */
enum { FEW_BUCKETS = 8 };
static fg_bucket *find_among_few(const fg_service *service, fg_cell cell) {
  const uint64_t number = fg_cell_number(cell);
  for (fg_bucket *bucket = service->buckets.items + service->buckets.count; bucket-- != service->buckets.items;) {
    if (fg_cell_number(bucket->cell) == number && bucket->begin == service->begin) {
      return bucket;
    }
  }
  return NULL;
}

static fg_bucket *find_bucket(const fg_service *service, bucket_key key) {
  uint32_t place = place_of(service, key);
  return is_bucket_of(service, place, key) ? &service->buckets.items[place] : NULL;
}

static FG_COLD fg_bucket *begin_bucket(const fg_account *account, fg_service *service, uint32_t product, fg_time begin,
                                       fg_time tiers, fg_cell cell) {
  const fg_bucket fresh = {.begin = begin, .tiers = tiers, .cell = cell};
  return insert_bucket(account, service, product, &fresh);
}

fg_bucket *fg_cell_bucket_beside(const fg_account *account, fg_service *service, uint32_t product,
                                 const fg_bucket *bucket, fg_cell cell) {
  fg_bucket *found = find_bucket(service, (bucket_key){bucket->begin, bucket->tiers, fg_cell_number(cell)});
  return found != NULL ? found : begin_bucket(account, service, product, bucket->begin, bucket->tiers, cell);
}

fg_bucket *fg_cell_find(const fg_service *service, fg_cell cell) {
  if (FG_LIKELY(service->buckets.count <= FEW_BUCKETS)) {
    return find_among_few(service, cell);
  }
  return find_bucket(service, (bucket_key){service->begin, current_tiers(service), fg_cell_number(cell)});
}

fg_bucket *fg_cell_bucket(const fg_account *account, fg_service *service, uint32_t product, fg_cell cell) {
  FG_ASSERT(cell.edition <= fg_edition_in_force(account));
  fg_bucket *found = fg_cell_find(service, cell);
  return FG_LIKELY(found != NULL)
             ? found
             : begin_bucket(account, service, product, service->begin, current_tiers(service), cell);
}

fg_status fg_cell_begin(const fg_account *account, fg_state *state, uint32_t product, fg_time at) {
  fg_service *service = &state->services[product];
  fg_span stretch = fg_stretch_at(account, state, product, at);
  /* What is sold no more has no least amount, and no fee of a tier. */
  bool is_offered = service->open && fg_account_sells(account, product);
  fg_bucket fresh = {.begin = stretch.begin,
                     .tiers = fg_tiers_at(account, state, product, at).begin,
                     .cell.edition = fg_edition_in_force(account),
                     .was_open = is_offered ? FG_OPEN_AT_BEGIN : FG_NEVER_OPEN};
  FG_TRY(fg_cell_reserve(account, service, product));
  service->begin = stretch.begin;
  service->end = stretch.end;
  insert_bucket(account, service, product, &fresh);
  return FG_OK;
}

/* Notes an opening or a closing in the buckets of the current stretch and edition. */
static void note_open(fg_service *service, bool is_opened) {
  uint16_t edition = service->buckets.items[service->buckets.count - 1].cell.edition;
  for (uint32_t i = service->buckets.count; i > 0; i--) {
    fg_bucket *bucket = &service->buckets.items[i - 1];
    if (bucket->begin == service->begin && bucket->cell.edition == edition &&
        (is_opened || bucket->was_open == FG_OPEN_AT_BEGIN)) {
      bucket->was_open = is_opened ? FG_OPENED_IN : FG_NEVER_OPEN;
    }
  }
}

void fg_cell_open(fg_service *service) { note_open(service, true); }

void fg_cell_close(fg_service *service, fg_time at) {
  if (service->begin == at) {
    note_open(service, false);
  }
}

fg_status fg_cell_begin_anchored(const fg_account *account, fg_state *state, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  fg_service *service = &state->services[product];
  FG_ASSERT(service->was_open && service->opened <= state->now && service->total == 0);
  if (!fg_period_is_anchored(offered->tier_period) && !fg_period_is_anchored(offered->settle)) {
    return FG_OK;
  }
  service->buckets.count = service->slices.count = 0;
  service->settled = fg_settling_at(account, state, product, state->now).begin;
  service->settles = fg_settles_at(account, state, product);
  FG_TRY(fg_cell_begin(account, state, product, state->now));
  fg_cell_open(service);
  return FG_OK;
}

fg_usage fg_cells_of_month(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_service *service = &state->services[product];
  fg_usage month = service->settled_units;
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (bucket->begin >= service->settled && fg_account_month(account, bucket->begin) == state->month) {
      fg_usage_add(&month, &bucket->usage, 1);
    }
  }
  return month;
}

fg_time fg_cells_total_since(const fg_account *account, const fg_state *state, uint32_t product) {
  fg_time month = fg_account_begin(account, fg_month_first(state->month));
  fg_time tiers = fg_tiers_at(account, state, product, state->now).begin;
  return fg_min_i64(month, fg_min_i64(tiers, fg_settling_at(account, state, product, state->now).begin));
}

void fg_cells_begin_month(const fg_account *account, fg_state *state, uint32_t product) {
  fg_service *service = &state->services[product];
  fg_time since = fg_cells_total_since(account, state, product);
  service->total = 0;
  service->settled_units = (fg_usage){0, 0, 0, 0};
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    const fg_usage *usage = &bucket->usage;
    service->total += bucket->begin >= since ? fg_usage_units(usage) : 0;
  }
}

void fg_cell_fill(const fg_account *account, uint32_t product, fg_time tiers, fg_cell cell, int64_t until,
                  int64_t units, int sign, int64_t *slices) {
  const fg_schedule *schedule = fg_cell_schedule(account, product, cell);
  fg_price_view view = fg_price_view_at(account, schedule, tiers);
  FG_ASSERT(units >= 0 && until >= units);
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    slices[tier] += sign * fg_price_units_within(&view, tier, until - units, until);
  }
}

void fg_cell_drain(const fg_account *account, const fg_service *service, uint32_t product, const fg_bucket *bucket,
                   int64_t units, bool from_above) {
  uint32_t tiers = fg_cell_schedule(account, product, bucket->cell)->tier_count;
  int64_t *slices = service->slices.items + bucket->slices;
  for (uint32_t i = 0; i < tiers && units > 0; i++) {
    uint32_t tier = from_above ? tiers - 1 - i : i;
    int64_t part = fg_min_i64(slices[tier], units);
    slices[tier] -= part;
    units -= part;
  }
  FG_ASSERT(units == 0);
}
