#include "product_bill.h"

#include "../book/price_model.h"
#include "cells.h"
#include "line_bounds.h"
#include "lines.h"
#include "periods.h"

/* The quantity that picks the tier of a bucket: the count of the whole period. Where slices have prices of their own,
   it is the count up to the end of the bucket's edition, because editions follow one another in time. */
static int64_t tier_quantity_of(const fg_account *account, const fg_state *state, uint32_t product,
                                const fg_bucket *bucket) {
  return fg_price_model_of(fg_cell_schedule(account, product, bucket->cell))->by_slice
             ? fg_cell_count_with(account, &state->services[product], product, bucket, FG_NEVER)
             : fg_cell_count(account, state, product, bucket->tiers, bucket->cell, FG_NEVER);
}

/* R11: prices all postpaid units of a bucket. A null price does not refuse them, because they have happened. */
static fg_status price_bucket(const fg_account *account, uint32_t product, const fg_bucket *bucket,
                              int64_t tier_quantity, fg_price_result *price) {
  fg_price_input input = {.units = bucket->usage.postpaid,
                          .tier_quantity = tier_quantity,
                          .periods = 1,
                          .hours_of_month = fg_account_month_hours(account, bucket->tiers),
                          .rounding = account->book->rounding,
                          .has_happened = true};
  return fg_price_compute(fg_cell_schedule(account, product, bucket->cell), &input, price);
}

/* Appends a line for each slice of a bucket's price. */
static fg_status list_slices(const fg_account *account, uint32_t product, const fg_bucket *bucket,
                             int64_t tier_quantity, const fg_price_result *price, fg_account *into) {
  bool is_by_day = account->book->products[product].tier_period.unit == FG_EVERY_DAY;
  FG_TRY(FG_ARRAY_RESERVE(&into->allocator, &into->lines, price->slice_count));
  for (uint32_t i = 0; i < price->slice_count; i++) {
    fg_invoice_line *line = &into->lines.items[into->lines.count++];
    *line = (fg_invoice_line){.product = product, .cell = bucket->cell};
    line->day = is_by_day ? fg_account_date(account, bucket->begin) : FG_NO_DATE;
    line->total = fg_usage_billed(&bucket->usage);
    line->free = bucket->usage.free;
    line->packs = bucket->usage.packs;
    line->unbilled = bucket->usage.unbilled;
    line->tier_quantity = tier_quantity;
    line->slice = price->slices[i];
    line->slice_count = price->slice_count;
  }
  return FG_OK;
}

/* Adds the lines of a product in a book of format 1. */
static fg_status add_slices(const fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                            fg_account *into, fg_amount *total) {
  const fg_service *service = &state->services[product];
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, period) && fg_usage_billed(&bucket->usage) > 0) {
      int64_t tier_quantity = tier_quantity_of(account, state, product, bucket);
      fg_price_result price;
      FG_TRY(price_bucket(account, product, bucket, tier_quantity, &price));
      FG_TRY(into == NULL ? FG_OK : list_slices(account, product, bucket, tier_quantity, &price, into));
      FG_TRY(fg_amount_add(*total, price.amount, total) ? FG_OK : FG_OVERFLOW);
    }
  }
  return FG_OK;
}

fg_status fg_product_bill(const fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                          fg_account *into, fg_amount *total) {
  if (!account->whole->has_whole_lines) {
    return add_slices(account, state, product, period, into, total);
  }
  fg_billed billed = fg_billed_of(account, state, product, period);
  FG_TRY(fg_lines_add(account, state, product, &billed, into, total));
  return fg_line_bounds_add(account, state, product, &billed, into, total);
}

/* Whether a correction of the period took units off, so that they may be those of an earlier settlement. */
static bool is_taken_off_in(const fg_state *state, const fg_period_use *use) {
  bool is_one = false;
  for (uint32_t i = 0; i < state->adjustments.count && !is_one; i++) {
    const fg_adjustment *adjustment = &state->adjustments.items[i];
    is_one = adjustment->product == use->product && adjustment->units < 0 && adjustment->at >= use->period.begin &&
             adjustment->at < use->period.end;
  }
  return is_one;
}

/* Takes off a use what earlier uses of its running total have told. */
static void take_off_told(fg_period_use *use, fg_time from, const fg_period_uses *uses) {
  for (uint32_t i = 0; i < uses->count; i++) {
    const fg_period_use *told = &uses->items[i];
    if (told->product == use->product && told->period.begin >= from && told->period.begin < use->period.begin) {
      fg_usage_add(&use->usage, &told->usage, -1);
    }
  }
}

/* Units are told as money is: where a correction took units off a part of the running total that was settled before,
   the period has the whole of it less what was told, so that the units of all periods add up as their amounts do. */
fg_status fg_product_note_use(const fg_account *account, const fg_state *state, fg_period_use use,
                              fg_period_uses *uses) {
  const fg_service *service = &state->services[use.product];
  const fg_billed billed = fg_billed_of(account, state, use.product, use.period);
  const bool is_whole = billed.is_running && is_taken_off_in(state, &use);
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (is_whole ? fg_bucket_is_billed(bucket, &billed) : fg_bucket_is_within(bucket, use.period)) {
      fg_usage_add(&use.usage, &bucket->usage, 1);
    }
  }
  if (is_whole) {
    take_off_told(&use, billed.from, uses);
    if (account->uses != NULL && account->uses != uses) {
      take_off_told(&use, billed.from, account->uses);
    }
  }
  if ((use.usage.free | use.usage.packs | use.usage.postpaid | use.usage.unbilled) == 0 && use.amount == 0) {
    return FG_OK;
  }
  use.settle = account->book->products[use.product].settle;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, uses, 1));
  uses->items[uses->count++] = use;
  return FG_OK;
}

fg_status fg_product_uses_begin(const fg_account *account, fg_period_uses *uses) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    const fg_service *service = &account->state.services[product];
    for (uint32_t i = 0; i < service->buckets.count; i++) {
      const fg_bucket *bucket = &service->buckets.items[i];
      if (bucket->begin < service->settled) {
        FG_TRY(FG_ARRAY_RESERVE(&account->allocator, uses, 1));
        uses->items[uses->count++] = (fg_period_use){
            .period = {bucket->begin, bucket->begin}, .product = product, .usage = bucket->usage, .is_told = true};
      }
    }
  }
  return FG_OK;
}
