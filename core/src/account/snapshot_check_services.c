/* Checks what a snapshot says of each product: its mode, its materials and the buckets of its usage. */
#include "snapshot_check.h"

#include "../rules/event_amounts.h"
#include "../rules/deduction.h"

/* Fills in the ceiling of materials. The free ones are those of the edition in which the product was opened first. */
static void check_materials(fg_state_check *check, uint32_t product) {
  fg_service *service = &check->state->services[product];
  const fg_book *then = fg_book_at(check->account->whole, service->opened);
  const fg_materials_offer *materials = then->products[product].materials;
  int64_t limit = service->was_open && materials != NULL ? materials->free : 0;
  for (uint32_t i = 0; i < check->state->lots.count; i++) {
    const fg_lot *lot = &check->state->lots.items[i];
    bool counts = lot->owner == product && !lot->refunded && fg_lot_is_of_materials(check->account, lot);
    fg_require_count(check, counts ? lot->units : 0, &limit);
  }
  service->materials_limit = limit;
  fg_require(check, service->materials_held >= 0 && service->materials_held <= limit);
}

void fg_snapshot_check_slices(fg_state_check *check, uint32_t product, fg_cell cell, const fg_slices *slices,
                              uint32_t first, int64_t *postpaid) {
  int64_t sum = 0;
  if (!check->is_good || !fg_cell_is_sliced(check->account, product, cell)) {
    return;
  }
  for (uint32_t i = 0; i < fg_cell_schedule(check->account, product, cell)->tier_count; i++) {
    fg_require_count(check, slices->items[first + i], &sum);
  }
  FG_FOLLOWS(check, *postpaid, sum);
}

void fg_snapshot_check_cost(fg_state_check *check, const int64_t *kept) {
  fg_exact cost = fg_event_sum(kept);
  fg_require(check, cost.below > 0 && cost.below <= INT64_MAX && cost.above >= 0 && cost.above < cost.below);
  fg_require(check, cost.whole >= 0 && fg_amount_fits(cost.whole));
}

/* Fills in a product's current stretch and its next settlement, which must be still to come. */
void fg_snapshot_check_periods(fg_state_check *check, uint32_t product) {
  fg_state *state = check->state;
  fg_service *service = &state->services[product];
  fg_require(check, !service->was_open || fg_has_passed(check, service->opened));
  fg_require(check, fg_has_begun(check, service->settled));
  if (check->is_good) {
    fg_span stretch = fg_stretch_at(check->account, state, product, state->now);
    service->begin = stretch.begin;
    service->end = stretch.end;
    service->settles = fg_settles_at(check->account, state, product);
    fg_require(check, service->settled == fg_settling_at(check->account, state, product, service->settled).begin);
    fg_require(check, service->settles > state->now);
  }
}

/* Whether a bucket begins where one can: with a stretch or, if it holds settled usage of several stretches, with its
   period of tiers. The latter may begin before the opening that periods of settlement are counted from. */
static bool is_begin(const fg_state_check *check, uint32_t product, const fg_bucket *bucket) {
  const fg_service *service = &check->state->services[product];
  return bucket->begin == fg_stretch_at(check->account, check->state, product, bucket->begin).begin ||
         (bucket->begin < service->settled && bucket->begin == bucket->tiers);
}

/* Whether a bucket need not have been dropped. At settlement those from before the open period of tiers are dropped,
   because nothing asks for them later. In a group of products a bucket may stay until the next settlement, because
   another product's period was still open. */
static bool may_be_kept(const fg_state_check *check, uint32_t product, const fg_bucket *bucket) {
  const fg_book *book = check->account->book;
  fg_time settled = check->state->services[product].settled;
  bool is_alone = true;
  for (uint32_t other = 0; other < book->product_count; other++) {
    is_alone = is_alone && (other == product || book->products[other].group != book->products[product].group);
  }
  return !is_alone || bucket->tiers >= fg_tiers_at(check->account, check->state, product, settled).begin;
}

static void check_bucket_at(fg_state_check *check, uint32_t product, uint32_t place) {
  const fg_state *state = check->state;
  const fg_service *service = &state->services[product];
  fg_bucket *bucket = &service->buckets.items[place];
  fg_require(check, fg_has_begun(check, bucket->begin));
  if (check->is_good) {
    bucket->tiers = fg_tiers_at(check->account, state, product, bucket->begin).begin;
    fg_require(check, is_begin(check, product, bucket) && may_be_kept(check, product, bucket));
    fg_require(check, place == 0 || fg_bucket_is_before(&bucket[-1], bucket));
    fg_require(check, bucket->counted >= 0 && bucket->counted <= bucket->usage.unbilled);
    fg_require(check, bucket->was_open < FG_OPENNESS_COUNT);
    fg_snapshot_check_slices(check, product, bucket->cell, &service->slices, bucket->slices, &bucket->usage.postpaid);
  }
  if (check->is_good && fg_cell_is_of_events(check->account, product)) {
    fg_snapshot_check_cost(check, service->slices.items + bucket->slices);
  }
}

/* Checks that there is a bucket for the current stretch, and that the last bucket is of the current period of tiers and
   the edition in force. */
static void check_current(fg_state_check *check, uint32_t product) {
  const fg_service *service = &check->state->services[product];
  fg_require(check, service->buckets.count > 0);
  if (check->is_good) {
    const fg_bucket *last = &service->buckets.items[service->buckets.count - 1];
    fg_require(check, last->tiers == fg_tiers_at(check->account, check->state, product, check->state->now).begin &&
                          last->cell.edition == fg_edition_in_force(check->account) &&
                          fg_state_bucket(service, service->begin, (fg_cell){.edition = last->cell.edition}) != NULL);
  }
}

static void add_usage_checked(fg_state_check *check, const fg_usage *usage, int64_t *sum) {
  fg_require_count(check, usage->free, sum);
  fg_require_count(check, usage->packs, sum);
  fg_require_count(check, usage->postpaid, sum);
  fg_require_count(check, usage->unbilled, sum);
}

/* Checks the buckets, and that the product's total is at least what was used in the month, and in the periods that go
   on. Bytes of format 3 have no total: then it is what was used in the month. */
static void check_buckets(fg_state_check *check, uint32_t product) {
  fg_service *service = &check->state->services[product];
  int64_t month = 0;
  int64_t open = 0;
  for (uint32_t i = 0; i < service->buckets.count && check->is_good; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    int64_t sum = 0;
    check_bucket_at(check, product, i);
    add_usage_checked(check, &bucket->usage, &sum);
    bool is_open = check->is_good && bucket->begin >= fg_cells_total_since(check->account, check->state, product);
    bool is_of_month = check->is_good && bucket->begin >= service->settled &&
                       fg_account_month(check->account, bucket->begin) == check->state->month;
    fg_require_count(check, is_open ? sum : 0, &open);
    fg_require_count(check, is_of_month ? sum : 0, &month);
  }
  check_current(check, product);
  add_usage_checked(check, &service->settled_units, &month);
  service->total = service->total < 0 ? month : service->total;
  fg_require(check, service->total >= month && service->total >= open);
}

static bool is_sum(fg_exact amount) {
  return amount.below > 0 && amount.above >= 0 && amount.above < amount.below && amount.whole >= 0;
}

static bool is_fee_before(const fg_fee_count *a, const fg_fee_count *b) {
  return a->fee < b->fee || (a->fee == b->fee && a->edition < b->edition);
}

/* Checks that what is counted of a fee belongs to an edition that has the fee. */
static void check_fee_counts(fg_state_check *check, uint32_t product) {
  const fg_service *service = &check->state->services[product];
  fg_require(check, service->was_open || service->fees.count == 0);
  fg_require(check, !service->was_open ||
                        (service->fees_until >= service->opened && fg_has_passed(check, service->fees_until)));
  for (uint32_t i = 0; i < service->fees.count && check->is_good; i++) {
    const fg_fee_count *count = &service->fees.items[i];
    fg_require(check, count->edition <= fg_edition_in_force(check->account));
    if (check->is_good) {
      const fg_product *offered = &fg_account_edition(check->account, count->edition)->products[product];
      fg_require(check, count->fee < offered->fee_count && !offered->fees[count->fee].withdrawn);
    }
    fg_require(check, is_sum(count->ended) && is_sum(count->current) && (i == 0 || is_fee_before(&count[-1], count)));
  }
}

void fg_snapshot_check_service(fg_state_check *check, uint32_t product) {
  const fg_service *service = &check->state->services[product];
  const fg_product *offered = fg_checked_product(check, product);
  fg_require(check, !service->open || service->was_open);
  fg_require(check, service->mode <= offered->capacity_count);
  fg_require(check, service->mode == 0 || !check->is_good ||
                        check->account->book->capacities[offered->first_capacity + service->mode - 1].offer->mode ==
                            FG_CAPACITY_MANUAL);
  check_materials(check, product);
  check_fee_counts(check, product);
  check_buckets(check, product);
  fg_snapshot_check_aggregates(check, product);
}
