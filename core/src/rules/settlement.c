#include "settlement.h"

#include "../book/price_model.h"
#include "../book/terms.h"
#include "arrears.h"
#include "cells.h"
#include "grants.h"
#include "lines.h"
#include "undo.h"
#include "wallet.h"

fg_time fg_settlement_next(const fg_account *account, const fg_state *state) {
  return fg_settlement_time(account->book, &account->policy, state->settled + 1);
}

static int64_t billed_total(const fg_bucket *bucket) {
  return bucket->usage.free + bucket->usage.packs + bucket->usage.postpaid;
}

/* R8, whole_month: packs of the month also cover what was postpaid before they were bought. Where units are kept by
   tier and what packs cover counts, the units that stay postpaid are the last ones; where it does not, the count falls,
   and those that reached furthest are gone. */
static void cover_whole_month(const fg_account *account, fg_state *draft, uint32_t product, fg_month month,
                              fg_taken *taken, uint32_t *taken_count) {
  fg_service *service = &draft->services[product];
  fg_time begin = fg_account_begin(account, fg_month_first(month));
  fg_time end = fg_account_begin(account, fg_month_first(month + 1));
  if (!fg_packs_cover_month(&account->policy)) {
    return;
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_of_month(account, bucket, month)) {
      int64_t covered = fg_grants_cover(account, draft, product, bucket->usage.postpaid, begin, end, taken,
                                        taken_count);
      FG_ASSERT(covered >= 0 && covered <= bucket->usage.postpaid);
      bucket->usage.postpaid -= covered;
      bucket->usage.packs += covered;
      if (covered > 0 && fg_cell_is_sliced(account, product, bucket->cell)) {
        fg_cell_drain(account, service, product, bucket, covered, fg_tier_is_of_residual(&account->policy), NULL);
      }
    }
  }
}

/* What picks the tier of a cell: the count of the whole period. Graduated prices go by the order of time, which is that
   of the editions, so there it is the count up to the end of the cell's edition. */
static int64_t tier_quantity_of(const fg_account *account, const fg_service *service, uint32_t product,
                                const fg_bucket *bucket) {
  bool is_by_slice = fg_price_model_of(fg_cell_schedule(account, product, bucket->cell))->by_slice;
  int64_t quantity = 0;
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *other = &service->buckets.items[i];
    bool counts = other->begin == bucket->begin && (!is_by_slice || other->cell.edition <= bucket->cell.edition);
    quantity += counts ? fg_bucket_tier_quantity(account, other) : 0;
  }
  return quantity;
}

/* R11: all of a cell's postpaid units. They have happened: a settlement is never refused for a null price. */
static fg_status price_bucket(const fg_account *account, const fg_service *service, uint32_t product,
                              const fg_bucket *bucket, fg_price_result *price) {
  fg_price_input input = {.units = bucket->usage.postpaid,
                          .tier_quantity = tier_quantity_of(account, service, product, bucket),
                          .periods = 1,
                          .hours_of_month = fg_account_month_hours(account, bucket->begin),
                          .rounding = account->book->rounding,
                          .has_happened = true};
  return fg_price_compute(fg_cell_schedule(account, product, bucket->cell), &input, price);
}

/* Adds a line to account->lines for each slice in which the period's usage is priced. */
static fg_status add_lines(fg_account *account, const fg_service *service, uint32_t product, const fg_bucket *bucket,
                           fg_amount *total) {
  const fg_product *offered = &account->book->products[product];
  fg_price_result price;
  FG_TRY(price_bucket(account, service, product, bucket, &price));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->lines, price.slice_count));
  for (uint32_t i = 0; i < price.slice_count; i++) {
    fg_invoice_line *line = &account->lines.items[account->lines.count++];
    *line = (fg_invoice_line){.product = product, .cell = bucket->cell};
    line->day = offered->period == FG_PERIOD_DAY ? fg_account_date(account, bucket->begin) : FG_NO_DATE;
    line->total = billed_total(bucket);
    line->free = bucket->usage.free;
    line->packs = bucket->usage.packs;
    line->unbilled = bucket->usage.unbilled;
    line->tier_quantity = tier_quantity_of(account, service, product, bucket);
    line->slice = price.slices[i];
    line->slice_count = price.slice_count;
  }
  return fg_amount_add(*total, price.amount, total) ? FG_OK : FG_OVERFLOW;
}

/* The lines of a product in a book of format 1. */
static fg_status add_slices(fg_account *account, const fg_state *state, uint32_t product, fg_month month,
                            fg_amount *total) {
  const fg_service *service = &state->services[product];
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_of_month(account, bucket, month) && billed_total(bucket) > 0) {
      FG_TRY(add_lines(account, service, product, bucket, total));
    }
  }
  return FG_OK;
}

/* Prices a month's usage, of one product or all, into account->lines. */
static fg_status price_month(fg_account *account, const fg_state *state, fg_month month, int only,
                             fg_invoice *invoice) {
  account->lines.count = account->parts.count = 0;
  memset(invoice, 0, sizeof *invoice);
  invoice->month = month;
  invoice->issued = FG_NO_TIME;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    if (only != FG_ALL_PRODUCTS && only != (int)product) {
      continue;
    }
    FG_TRY(fg_lines_are_whole(account) ? fg_lines_add(account, state, product, month, account, &invoice->total)
                                       : add_slices(account, state, product, month, &invoice->total));
  }
  invoice->lines = account->lines.items;
  invoice->line_count = account->lines.count;
  invoice->parts = account->parts.items;
  invoice->part_count = account->parts.count;
  invoice->only = only;
  return FG_OK;
}

/* The corrections of a month. */
static void list_adjustments(const fg_account *account, const fg_state *state, fg_invoice *invoice) {
  for (uint32_t i = 0; i < state->adjustments.count; i++) {
    const fg_adjustment *adjustment = &state->adjustments.items[i];
    if (fg_month_of(fg_account_date(account, adjustment->at)) == invoice->month) {
      invoice->adjustments = invoice->adjustment_count == 0 ? adjustment : invoice->adjustments;
      FG_ASSERT(adjustment == invoice->adjustments + invoice->adjustment_count);
      invoice->adjustment_count++;
    }
  }
}

static fg_status take_payment(fg_state *draft, fg_invoice *invoice, fg_time at) {
  FG_TRY(fg_wallet_settle(&draft->wallet, invoice->total));
  if (!fg_spend(&draft->spent, &draft->spent.postpaid, invoice->total)) {
    return FG_OVERFLOW;
  }
  invoice->issued = at;
  invoice->limited = draft->wallet.limited;
  invoice->balance_after = fg_wallet_balance(&draft->wallet);
  fg_arrears_begin_if_owed(draft, at);
  return FG_OK;
}

/* Lets packs cover the month for good, and notes in the regimes what they gave, in the order of time. With daily tiers
   one pack may cover several days; each is then noted. */
static fg_status cover_for_good(fg_account *account, fg_state *draft, uint32_t product, fg_month month, fg_time at) {
  const fg_service *service = &draft->services[product];
  fg_product_group *group = fg_state_group(account, draft, product);
  uint32_t count = 0;
  uint32_t most = service->drawable.count +
                  service->buckets.count; /* of each bucket, the last one drawn on is not used up */
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, most)); /* `draws` has always as much room as `taken` */
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  FG_TRY(fg_undo_reserve(account, draft, product, most));
  cover_whole_month(account, draft, product, month, account->taken.items, &count);
  FG_ASSERT(count <= most);
  if (count > 0) {
    group->regime_over = true;
  }
  if (count > 0 && fg_undo_is_kept(group)) {
    fg_undo_note_cover(group, product, at, account->taken.items, count);
  }
  return FG_OK;
}

static void drop_adjustments(const fg_account *account, fg_state *draft, fg_month month) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < draft->adjustments.count; i++) {
    if (fg_month_of(fg_account_date(account, draft->adjustments.items[i].at)) > month) {
      draft->adjustments.items[kept++] = draft->adjustments.items[i];
    }
  }
  draft->adjustments.count = kept;
}

/* R14, R15. The month's usage is dropped, so that nothing can settle it again. */
fg_status fg_settle_month(fg_account *account, fg_state *draft, fg_month month, fg_time at) {
  fg_invoice invoice;
  FG_ASSERT(fg_history_is_owned(account->history) && month == draft->settled + 1);
  FG_TRY(fg_state_own(account, draft));
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(cover_for_good(account, draft, product, month, at));
  }
  FG_TRY(price_month(account, draft, month, FG_ALL_PRODUCTS, &invoice));
  if (invoice.line_count > 0) {
    list_adjustments(account, draft, &invoice);
    FG_TRY(take_payment(draft, &invoice, at));
    FG_TRY(fg_history_add_invoice(account->history, &invoice));
  }
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_cells_drop(account, &draft->services[product], product, month);
  }
  drop_adjustments(account, draft, month);
  fg_undo_settle(account, draft, month);
  draft->settled = month;
  return FG_OK;
}

static fg_status add_to_bill(const fg_account *account, const fg_state *state, uint32_t product, fg_amount *bill) {
  const fg_service *service = &state->services[product];
  fg_price_result price;
  if (fg_lines_are_whole(account)) {
    return fg_lines_add(account, state, product, state->month, NULL, bill);
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_of_month(account, bucket, state->month) && billed_total(bucket) > 0) {
      FG_TRY(price_bucket(account, service, product, bucket, &price));
      if (!fg_amount_add(*bill, price.amount, bill)) {
        return FG_OVERFLOW;
      }
    }
  }
  return FG_OK;
}

static fg_status sum_bill(const fg_account *account, const fg_state *state, fg_amount *bill) {
  *bill = 0;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(add_to_bill(account, state, product, bill));
  }
  return FG_OK;
}

fg_status fg_settlement_bill(const fg_account *account, const fg_state *state, fg_amount *bill) {
  fg_state draft;
  if (!fg_packs_cover_month(&account->policy)) {
    return sum_bill(account, state, bill);
  }
  FG_TRY(fg_state_copy(account, state, &draft));
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    cover_whole_month(account, &draft, product, draft.month, NULL, NULL);
  }
  fg_status status = sum_bill(account, &draft, bill);
  fg_state_release(account, &draft);
  return status;
}

static fg_status preview_on_draft(fg_account *account, fg_state *draft, int only) {
  fg_invoice *invoice = &account->preview;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    cover_whole_month(account, draft, product, draft->month, NULL, NULL);
  }
  FG_TRY(price_month(account, draft, draft->month, only, invoice));
  list_adjustments(account, &account->state,
                   invoice); /* those of the account, because the draft is gone when the invoice is told */
  invoice->limited = draft->wallet.limited;
  return fg_amount_add(fg_wallet_balance(&draft->wallet), -invoice->total, &invoice->balance_after) ? FG_OK
                                                                                                    : FG_OVERFLOW;
}

fg_status fg_settlement_preview(fg_account *account, int product) {
  fg_state draft;
  bool covers = fg_packs_cover_month(&account->policy);
  FG_TRY(fg_state_draft(account, &draft));
  fg_status status = covers ? fg_state_own(account, &draft) : FG_OK;
  status = status == FG_OK ? preview_on_draft(account, &draft, product) : status;
  fg_state_release(account, &draft);
  return status;
}
