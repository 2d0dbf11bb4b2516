#include "pack_reach.h"

#include "../book/terms.h"
#include "../book/tier_quantity.h"
#include "cells.h"
#include "deduction.h"

bool fg_packs_reach_back(const fg_account *account) {
  bool any = false;
  for (uint32_t product = 0; product < account->book->product_count && !any; product++) {
    const fg_policy policy = fg_policy_of(account, product);
    any = fg_packs_cover_month(&policy);
  }
  return any;
}

/* R8, whole_month: lets packs cover postpaid usage. The price of an event that is priced by itself stays as it was when
   the event came. */
void fg_packs_cover_period(const fg_account *account, fg_state *draft, uint32_t product, fg_span period,
                           fg_taken *taken, uint32_t *taken_count) {
  fg_service *service = &draft->services[product];
  const fg_policy policy = fg_policy_of(account, product);
  if (!fg_packs_cover_month(&policy) || fg_cell_is_of_events(account, product)) {
    return;
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, period)) {
      int64_t covered = fg_lots_cover(account, draft, product, bucket, period, taken, taken_count);
      FG_ASSERT(covered >= 0 && covered <= bucket->usage.postpaid);
      bucket->usage.postpaid -= covered;
      bucket->usage.packs += covered;
      if (covered > 0 && fg_cell_is_sliced(account, product, bucket->cell)) {
        fg_cell_drain(account, service, product, bucket, covered, fg_tier_is_of_residual(&policy));
      }
    }
  }
}

void fg_packs_cover_open(const fg_account *account, fg_state *draft) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_span period = fg_settling_at(account, draft, product, draft->now);
    fg_packs_cover_period(account, draft, product, period, NULL, NULL);
  }
}
