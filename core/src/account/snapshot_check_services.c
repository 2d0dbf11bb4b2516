/* Checks what a snapshot says of each product: its mode, its materials and the buckets of its usage. */
#include "snapshot_check.h"

#include "../book/terms.h"
#include "../book/period.h"
#include "../rules/cells.h"
#include "../rules/grants.h"

static void check_materials(fg_state_check *check, uint32_t product) {
  fg_service *service = &check->state->services[product];
  const fg_materials_offer *materials = fg_checked_product(check, product)->materials;
  int64_t limit = service->was_open && materials != NULL ? materials->free : 0;
  for (uint32_t i = 0; i < check->state->grants.count; i++) {
    const fg_grant *grant = &check->state->grants.items[i];
    bool counts = grant->owner == product && !grant->refunded && fg_grant_is_of_materials(check->account, grant);
    fg_require_count(check, counts ? grant->units : 0, &limit);
  }
  service->materials_limit = limit;
  fg_require(check, service->materials_held >= 0 && service->materials_held <= limit);
}

static fg_month month_of(const fg_state_check *check, fg_time at) { return fg_account_month(check->account, at); }

/* Whether a period of the product's tiers that is not settled begins then. */
static bool is_period(const fg_state_check *check, const fg_product *offered, fg_time begin) {
  fg_date date = fg_account_date(check->account, begin);
  return fg_month_of(date) > check->state->settled &&
         begin == fg_account_begin(check->account, fg_period_begin(offered, date));
}

static bool is_bucket_before(const fg_bucket *a, const fg_bucket *b) {
  return a->begin < b->begin || (a->begin == b->begin && fg_cell_compare(a->cell, b->cell) < 0);
}

void fg_snapshot_check_slices(fg_state_check *check, uint32_t product, fg_cell cell, const fg_slices *slices,
                              uint32_t first, int64_t postpaid) {
  int64_t sum = 0;
  if (!check->is_good || !fg_cell_is_sliced(check->account, product, cell)) {
    return;
  }
  for (uint32_t i = 0; i < fg_cell_schedule(check->account, product, cell)->tier_count; i++) {
    fg_require_count(check, slices->items[first + i], &sum);
  }
  fg_require(check, sum == postpaid);
}

/* A bucket for each period that is not settled, oldest first; the last is the current one. */
static void check_buckets(fg_state_check *check, uint32_t product) {
  const fg_state *state = check->state;
  fg_service *service = &check->state->services[product];
  const fg_product *offered = fg_checked_product(check, product);
  fg_time current = fg_account_begin(check->account,
                                     fg_period_begin(offered, fg_account_date(check->account, state->now)));
  int64_t total = 0;
  fg_require(check, service->buckets.count > 0);
  for (uint32_t i = 0; i < service->buckets.count && check->is_good; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    int64_t sum = 0;
    fg_require(check, fg_has_passed(check, bucket->begin) && (i == 0 || is_bucket_before(&bucket[-1], bucket)));
    fg_require(check, check->is_good && is_period(check, offered, bucket->begin));
    fg_require_count(check, bucket->usage.free, &sum);
    fg_require_count(check, bucket->usage.packs, &sum);
    fg_require_count(check, bucket->usage.postpaid, &sum);
    fg_require_count(check, bucket->usage.unbilled, &sum);
    fg_require(check, bucket->counted >= 0 && bucket->counted <= bucket->usage.unbilled);
    fg_snapshot_check_slices(check, product, bucket->cell, &service->slices, bucket->slices, bucket->usage.postpaid);
    fg_require_count(check, check->is_good && month_of(check, bucket->begin) == state->month ? sum : 0, &total);
  }
  uint32_t count = service->buckets.count;
  const fg_bucket *last = count == 0 ? NULL : &service->buckets.items[count - 1];
  fg_require(check, check->is_good && last != NULL && last->begin == current &&
                        last->cell.edition == fg_edition_in_force(check->account));
  service->month_total = total;
}

void fg_snapshot_check_service(fg_state_check *check, uint32_t product) {
  const fg_service *service = &check->state->services[product];
  const fg_product *offered = fg_checked_product(check, product);
  fg_require(check, !service->open || service->was_open);
  fg_require(check, !service->was_open || fg_has_passed(check, service->opened));
  fg_require(check, service->mode <= offered->capacity_count);
  fg_require(check, service->mode == 0 || !check->is_good ||
                        check->account->book->capacities[offered->first_capacity + service->mode - 1].offer->mode ==
                            FG_CAPACITY_MANUAL);
  check_materials(check, product);
  check_buckets(check, product);
}
