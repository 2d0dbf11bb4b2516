#include "settlement.h"

#include "../book/price_model.h"
#include "../book/terms.h"
#include "aggregate.h"
#include "arrears.h"
#include "cells.h"
#include "fees.h"
#include "grants.h"
#include "line.h"
#include "line_bounds.h"
#include "periods.h"
#include "regimes.h"
#include "wallet.h"

fg_time fg_settlement_next(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    next = fg_min_i64(next, state->services[product].settles);
  }
  return next;
}

static int64_t billed_total(const fg_bucket *bucket) { return fg_usage_billed(&bucket->usage); }

/* Whether packs cover the period of some product as a whole. */
static bool packs_cover_any(const fg_account *account) {
  bool any = false;
  for (uint32_t product = 0; product < account->book->product_count && !any; product++) {
    const fg_policy policy = fg_policy_of(account, product);
    any = fg_packs_cover_month(&policy);
  }
  return any;
}

/* R8, whole_month: packs of the period also cover what was postpaid before they were bought. Where units are kept by
   tier and what packs cover counts, the units that stay postpaid are the last ones; where it does not, the count falls,
   and those that reached furthest are gone. */
static void cover_whole_period(const fg_account *account, fg_state *draft, uint32_t product, fg_span period,
                               fg_taken *taken, uint32_t *taken_count) {
  fg_service *service = &draft->services[product];
  const fg_policy policy = fg_policy_of(account, product);
  if (!fg_packs_cover_month(&policy) || fg_cell_is_of_events(account, product)) {
    return; /* what an event costs is fixed when it comes */
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, period)) {
      int64_t covered = fg_grants_cover(account, draft, product, bucket, period, taken, taken_count);
      FG_ASSERT(covered >= 0 && covered <= bucket->usage.postpaid);
      bucket->usage.postpaid -= covered;
      bucket->usage.packs += covered;
      if (covered > 0 && fg_cell_is_sliced(account, product, bucket->cell)) {
        fg_cell_drain(account, service, product, bucket, covered, fg_tier_is_of_residual(&policy), NULL);
      }
    }
  }
}

/* What picks the tier of a cell: the count of the whole period. Graduated prices go by the order of time, which is that
   of the editions, so there it is the count up to the end of the cell's edition. */
static int64_t tier_quantity_of(const fg_account *account, const fg_state *state, uint32_t product,
                                const fg_bucket *bucket) {
  return fg_price_model_of(fg_cell_schedule(account, product, bucket->cell))->by_slice
             ? fg_cell_count_with(account, &state->services[product], product, bucket, FG_NEVER)
             : fg_cell_count(account, state, product, bucket->tiers, bucket->cell, FG_NEVER);
}

/* R11: all of a cell's postpaid units. They have happened: a settlement is never refused for a null price. */
static fg_status price_bucket(const fg_account *account, const fg_state *state, uint32_t product,
                              const fg_bucket *bucket, fg_price_result *price) {
  fg_price_input input = {.units = bucket->usage.postpaid,
                          .tier_quantity = tier_quantity_of(account, state, product, bucket),
                          .periods = 1,
                          .hours_of_month = fg_account_month_hours(account, bucket->tiers),
                          .rounding = account->book->rounding,
                          .has_happened = true};
  return fg_price_compute(fg_cell_schedule(account, product, bucket->cell), &input, price);
}

/* Adds a line to account->lines for each slice in which the period's usage is priced. */
static fg_status add_lines(fg_account *account, const fg_state *state, uint32_t product, const fg_bucket *bucket,
                           fg_amount *total) {
  const fg_product *offered = &account->book->products[product];
  fg_price_result price;
  FG_TRY(price_bucket(account, state, product, bucket, &price));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->lines, price.slice_count));
  for (uint32_t i = 0; i < price.slice_count; i++) {
    fg_invoice_line *line = &account->lines.items[account->lines.count++];
    *line = (fg_invoice_line){.product = product, .cell = bucket->cell};
    line->day = offered->tier_period.unit == FG_EVERY_DAY ? fg_account_date(account, bucket->begin) : FG_NO_DATE;
    line->total = billed_total(bucket);
    line->free = bucket->usage.free;
    line->packs = bucket->usage.packs;
    line->unbilled = bucket->usage.unbilled;
    line->tier_quantity = tier_quantity_of(account, state, product, bucket);
    line->slice = price.slices[i];
    line->slice_count = price.slice_count;
  }
  return fg_amount_add(*total, price.amount, total) ? FG_OK : FG_OVERFLOW;
}

/* The lines of a product in a book of format 1. */
static fg_status add_slices(fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                            fg_amount *total) {
  const fg_service *service = &state->services[product];
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, period) && billed_total(bucket) > 0) {
      FG_TRY(add_lines(account, state, product, bucket, total));
    }
  }
  return FG_OK;
}

/* ------------------------------------------------------------------------------------------------------- invoices */

/* Begins an invoice, whose lines go to account->lines. */
static void begin_invoice(fg_account *account, fg_invoice *invoice) {
  account->lines.count = account->parts.count = account->adjusted.count = 0;
  memset(invoice, 0, sizeof *invoice);
  invoice->issued = FG_NO_TIME;
  invoice->only = FG_ALL_PRODUCTS;
}

/* Prices a product's usage of a period of settlement into account->lines. */
static fg_status price_product(fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                               fg_amount *total) {
  if (!account->whole->has_whole_lines) {
    return add_slices(account, state, product, period, total);
  }
  fg_billed billed = fg_billed_of(account, state, product, period);
  FG_TRY(fg_lines_add(account, state, product, &billed, account, total));
  return fg_line_bounds_add(account, state, product, &billed, account, total);
}

static fg_status note_adjustment(fg_account *account, const fg_adjustment *adjustment) {
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->adjusted, 1));
  account->adjusted.items[account->adjusted.count++] = *adjustment;
  return FG_OK;
}

static void end_invoice(const fg_account *account, fg_invoice *invoice) {
  invoice->lines = account->lines.items;
  invoice->line_count = account->lines.count;
  invoice->parts = account->parts.items;
  invoice->part_count = account->parts.count;
  invoice->adjustments = account->adjusted.items;
  invoice->adjustment_count = account->adjusted.count;
}

/* The total of an invoice that has lines is within the bounds of the book. */
static fg_status bound_invoice(const fg_account *account, fg_invoice *invoice) {
  const fg_bounds *bill = account->book->bill;
  fg_amount lines = invoice->total;
  if (bill == NULL || invoice->line_count == 0) {
    return FG_OK;
  }
  invoice->total = fg_within_bounds(bill, FG_EXACTLY(lines)).whole;
  return fg_amount_add(invoice->total, -lines, &invoice->by_bounds) ? FG_OK : FG_OVERFLOW;
}

/* What is not for usage, which alone caps are of. */
static fg_amount besides_usage(const fg_invoice *invoice) {
  fg_amount sum = invoice->by_bounds;
  for (uint32_t i = 0; i < invoice->line_count; i++) {
    sum += invoice->lines[i].kind == FG_LINE_FEE ? invoice->lines[i].slice.amount : 0;
  }
  return sum;
}

/* What a running total fell by is paid back. */
static fg_status take_payment(fg_account *account, fg_state *draft, fg_invoice *invoice, fg_time at) {
  FG_TRY(fg_wallet_settle(&draft->wallet, invoice->total));
  if (!fg_spend(&draft->spent, &draft->spent.postpaid, invoice->total)) {
    return FG_OVERFLOW;
  }
  invoice->issued = at;
  invoice->limited = draft->wallet.limited;
  invoice->balance_after = fg_wallet_balance(&draft->wallet);
  if (invoice->settle.unit != FG_EVERY_MONTH &&
      !fg_amount_add(draft->caps.invoiced, invoice->total - besides_usage(invoice), &draft->caps.invoiced)) {
    return FG_OVERFLOW;
  }
  fg_arrears_begin_if_owed(account, draft, at);
  return invoice->total < 0 ? fg_arrears_end_if_paid(account, draft, at) : FG_OK;
}

/* ----------------------------------------------------------------------------------------------------- settlement */

/* One invoice: of the products that settle at an instant, each the same period. */
typedef struct settling {
  fg_account *account;
  fg_state *draft;
  fg_time at;
  fg_period settle;
  fg_span period;
} settling;

/* Whether a product is one of them, and has not gone on to the next period yet. */
static bool is_settled(const settling *now, uint32_t product) {
  const fg_service *service = &now->draft->services[product];
  return service->settles == now->at && service->settled == now->period.begin &&
         fg_period_is_same(now->account->book->products[product].settle, now->settle);
}

/* Lets packs cover the period for good, and notes in the regimes what they gave, in the order of time. With daily tiers
   one pack may cover several days; each is then noted. */
static fg_status cover_for_good(const settling *now, uint32_t product) {
  fg_account *account = now->account;
  fg_state *draft = now->draft;
  const fg_service *service = &draft->services[product];
  fg_product_group *group = fg_state_group(account, draft, product);
  uint32_t count = 0;
  uint32_t most = service->drawable.count +
                  service->buckets.count; /* of each bucket, the last one drawn on is not used up */
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, most)); /* `draws` has always as much room as `taken` */
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  FG_TRY(fg_undo_reserve(account, draft, product, most));
  cover_whole_period(account, draft, product, now->period, account->taken.items, &count);
  FG_ASSERT(count <= most);
  if (count > 0) {
    group->regime_over = true;
  }
  if (count > 0 && fg_undo_is_kept(group)) {
    fg_undo_note_cover(group, product, now->at, account->taken.items, count);
  }
  return FG_OK;
}

static bool is_adjusted_in(const settling *now, const fg_adjustment *adjustment) {
  return is_settled(now, adjustment->product) && adjustment->at < now->period.end;
}

static fg_status list_adjustments(const settling *now) {
  for (uint32_t i = 0; i < now->draft->adjustments.count; i++) {
    const fg_adjustment *adjustment = &now->draft->adjustments.items[i];
    FG_TRY(is_adjusted_in(now, adjustment) ? note_adjustment(now->account, adjustment) : FG_OK);
  }
  return FG_OK;
}

static void drop_adjustments(const settling *now) {
  fg_state *draft = now->draft;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < draft->adjustments.count; i++) {
    if (!is_adjusted_in(now, &draft->adjustments.items[i])) {
      draft->adjustments.items[kept++] = draft->adjustments.items[i];
    }
  }
  draft->adjustments.count = kept;
}

static fg_status charge_fees(const settling *now, uint32_t product, fg_amount *total) {
  FG_TRY(fg_fees_count(now->account, now->draft, product, now->at));
  FG_TRY(fg_fees_add(now->account, now->draft, product, now->account, total));
  return fg_fees_settle(now->account, now->draft, product);
}

/* Prices what is settled, and takes the money. A period without lines has no invoice. */
static fg_status invoice_all(const settling *now) {
  fg_account *account = now->account;
  fg_invoice invoice;
  begin_invoice(account, &invoice);
  invoice.settle = now->settle;
  invoice.period = now->period;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(is_settled(now, product) ? price_product(account, now->draft, product, now->period, &invoice.total) : FG_OK);
    FG_TRY(is_settled(now, product) ? charge_fees(now, product, &invoice.total) : FG_OK);
  }
  if (account->lines.count == 0) {
    return FG_OK;
  }
  FG_TRY(list_adjustments(now));
  end_invoice(account, &invoice);
  bool is_of_book = fg_period_is_same(now->settle, account->book->settle);
  FG_TRY(is_of_book ? bound_invoice(account, &invoice) : FG_OK);
  FG_TRY(take_payment(account, now->draft, &invoice, now->at));
  return fg_history_add_invoice(account->history, &invoice);
}

/* What a product's usage of a period was; nothing is noted where there was none. */
static fg_status note_period_use(const fg_account *account, const fg_service *service, fg_period_use use,
                                 fg_period_uses *uses) {
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, use.period)) {
      use.usage.free += bucket->usage.free;
      use.usage.packs += bucket->usage.packs;
      use.usage.postpaid += bucket->usage.postpaid;
      use.usage.unbilled += bucket->usage.unbilled;
    }
  }
  if (fg_usage_billed(&use.usage) == 0 && use.usage.unbilled == 0 && use.amount == 0) {
    return FG_OK;
  }
  use.settle = account->book->products[use.product].settle;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, uses, 1));
  uses->items[uses->count++] = use;
  return FG_OK;
}

/* For whoever keeps what each period came to; the lines are those of the invoice that was just made. */
static fg_status note_settled_use(const settling *now, uint32_t product) {
  const fg_account *account = now->account;
  fg_period_use use = {.period = now->period, .product = product, .settled = now->at};
  for (uint32_t i = 0; i < account->lines.count; i++) {
    const fg_invoice_line *line = &account->lines.items[i];
    if (line->product == product && !fg_amount_add(use.amount, line->slice.amount, &use.amount)) {
      return FG_OVERFLOW;
    }
  }
  return note_period_use(account, &now->draft->services[product], use, account->uses);
}

/* R15. Nothing that is settled is ever settled again. */
static fg_status close_period(const settling *now, uint32_t product) {
  fg_service *service = &now->draft->services[product];
  FG_TRY(now->account->uses == NULL ? FG_OK : note_settled_use(now, product));
  FG_TRY(fg_lines_note_invoiced(now->account, now->draft, product, now->period));
  fg_cells_count_settled(now->account, now->draft, product, now->period);
  service->settled = now->period.end;
  service->settles = FG_NEVER; /* until all are settled that are now */
  fg_undo_settle(now->account, now->draft, product);
  return FG_OK;
}

/* The products go on to their next period only when all is priced that is settled now, because they may share a
   counter. */
static fg_status settle_together(const settling *now) {
  uint32_t count = now->account->book->product_count;
  for (uint32_t product = 0; product < count; product++) {
    FG_TRY(is_settled(now, product) ? cover_for_good(now, product) : FG_OK);
  }
  FG_TRY(invoice_all(now));
  drop_adjustments(now);
  for (uint32_t product = 0; product < count; product++) {
    FG_TRY(is_settled(now, product) ? close_period(now, product) : FG_OK);
  }
  return FG_OK;
}

/* The buckets are dropped of which no later settlement asks anything. */
static fg_status drop_settled(const fg_account *account, fg_state *draft) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    draft->services[product].settles = fg_settles_at(account, draft, product);
  }
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(fg_cells_settle(account, draft, product));
  }
  return FG_OK;
}

/* R14, R15: an invoice for all products that settle the same period. */
fg_status fg_settle(fg_account *account, fg_state *draft, fg_time at) {
  FG_ASSERT(fg_history_is_owned(account->history));
  FG_TRY(fg_state_own(account, draft));
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_span period = fg_settling_at(account, draft, product, draft->services[product].settled);
    settling now = {account, draft, at, account->book->products[product].settle, period};
    FG_TRY(is_settled(&now, product) ? settle_together(&now) : FG_OK);
  }
  return drop_settled(account, draft);
}

/* ---------------------------------------------------------------------------------------------------- what is open */

static bool costs_when_open(const fg_product *product) {
  bool costs = product->fee_count > 0 || product->bounds.least.given || product->aggregate != NULL;
  for (uint16_t i = 0; i < product->price_count && !costs; i++) {
    costs = fg_schedule_has_fee(&product->prices[i].schedule);
  }
  return costs;
}

bool fg_settlement_is_idle(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  const fg_service *service = &state->services[product];
  bool is_by_month = offered->settle.unit == FG_EVERY_MONTH && offered->tier_period.unit == FG_EVERY_MONTH;
  if (is_by_month || state->holds.count > 0 || state->adjustments.count > 0 || service->invoiced.count > 0 ||
      service->aggregated.count > 0 || costs_when_open(offered)) {
    return false;
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_usage *usage = &service->buckets.items[i].usage;
    if (fg_usage_units(usage) > 0) {
      return false;
    }
  }
  return true;
}

/* What a product's usage of a period of settlement comes to. */
static fg_status add_to_bill(const fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                             fg_amount *bill) {
  const fg_service *service = &state->services[product];
  fg_price_result price;
  if (account->whole->has_whole_lines) {
    fg_billed billed = fg_billed_of(account, state, product, period);
    FG_TRY(fg_lines_add(account, state, product, &billed, NULL, bill));
    return fg_line_bounds_add(account, state, product, &billed, NULL, bill);
  }
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    if (fg_bucket_is_within(bucket, period) && billed_total(bucket) > 0) {
      FG_TRY(price_bucket(account, state, product, bucket, &price));
      if (!fg_amount_add(*bill, price.amount, bill)) {
        return FG_OVERFLOW;
      }
    }
  }
  return FG_OK;
}

/* The period of a product's settlement that is open now. */
static fg_span open_period(const fg_account *account, const fg_state *state, uint32_t product) {
  return fg_settling_at(account, state, product, state->now);
}

/* What the open periods come to, of all products or of those alone that do not settle each month. */
static fg_status sum_bill(const fg_account *account, const fg_state *state, bool all, fg_amount *bill) {
  *bill = 0;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    bool is_asked = all || account->book->products[product].settle.unit != FG_EVERY_MONTH;
    FG_TRY(is_asked ? add_to_bill(account, state, product, open_period(account, state, product), bill) : FG_OK);
  }
  return FG_OK;
}

static void cover_open_periods(const fg_account *account, fg_state *draft) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    cover_whole_period(account, draft, product, open_period(account, draft, product), NULL, NULL);
  }
}

static fg_status bill_of(const fg_account *account, const fg_state *state, bool all, fg_amount *bill) {
  fg_state draft;
  if (!packs_cover_any(account)) {
    return sum_bill(account, state, all, bill);
  }
  FG_TRY(fg_state_copy(account, state, &draft));
  cover_open_periods(account, &draft);
  fg_status status = sum_bill(account, &draft, all, bill);
  fg_state_release(account, &draft);
  return status;
}

fg_status fg_settlement_bill(const fg_account *account, const fg_state *state, fg_amount *bill) {
  return bill_of(account, state, true, bill);
}

fg_status fg_settlement_bill_besides_months(const fg_account *account, const fg_state *state, fg_amount *bill) {
  return bill_of(account, state, false, bill);
}

/* The periods of a product that are not settled: the current one, and where a month is settled later than on the first
   that of before. */
static fg_status add_unsettled(const fg_account *account, fg_state *draft, uint32_t product, fg_amount *sum) {
  fg_time at = draft->services[product].settled;
  while (at <= draft->now) {
    fg_span period = fg_settling_at(account, draft, product, at);
    bool is_in_later = period.end <= draft->now && fg_tiers_at(account, draft, product, at).end > period.end;
    cover_whole_period(account, draft, product, period, NULL, NULL);
    FG_TRY(is_in_later ? FG_OK : add_to_bill(account, draft, product, period, sum));
    at = period.end;
  }
  return FG_OK;
}

fg_status fg_settlement_unsettled(const fg_account *account, const fg_state *state, fg_amount *sum) {
  fg_state draft;
  *sum = 0;
  FG_TRY(fg_state_copy(account, state, &draft));
  fg_status status = FG_OK;
  for (uint32_t product = 0; product < account->book->product_count && status == FG_OK; product++) {
    status = add_unsettled(account, &draft, product, sum);
  }
  fg_state_release(account, &draft);
  return status;
}

static fg_status add_open_uses(const fg_account *account, fg_state *draft, uint32_t product, fg_period_uses *uses) {
  fg_time at = draft->services[product].settled;
  while (at <= draft->now) {
    fg_span period = fg_settling_at(account, draft, product, at);
    fg_period_use use = {.period = period, .product = product, .settled = FG_NO_TIME};
    cover_whole_period(account, draft, product, period, NULL, NULL);
    FG_TRY(add_to_bill(account, draft, product, period, &use.amount));
    FG_TRY(note_period_use(account, &draft->services[product], use, uses));
    at = period.end;
  }
  return FG_OK;
}

fg_status fg_settlement_open_uses(const fg_account *account, fg_period_uses *uses) {
  fg_state draft;
  if (account->state.now == FG_NO_TIME) {
    return FG_OK;
  }
  FG_TRY(fg_state_copy(account, &account->state, &draft));
  fg_status status = FG_OK;
  for (uint32_t product = 0; product < account->book->product_count && status == FG_OK; product++) {
    status = add_open_uses(account, &draft, product, uses);
  }
  fg_state_release(account, &draft);
  return status;
}

/* --------------------------------------------------------------------------------------------------------- preview */

bool fg_preview_has(const fg_book *book, int only, uint32_t product) {
  if (only >= FG_ALL_PRODUCTS) {
    return only == FG_ALL_PRODUCTS || only == (int)product;
  }
  const fg_event *event = &book->events[FG_FIRST_EVENT - only];
  bool has = false;
  for (uint32_t i = 0; i < event->product_count; i++) {
    has = has || event->products[i] == product;
  }
  return has;
}

static fg_status price_open_periods(fg_account *account, fg_state *draft, int only, fg_amount *total) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    bool is_asked = fg_preview_has(account->book, only, product);
    fg_span period = open_period(account, draft, product);
    FG_TRY(is_asked ? price_product(account, draft, product, period, total) : FG_OK);
    FG_TRY(is_asked ? fg_fees_count(account, draft, product, draft->now + 1) : FG_OK);
    FG_TRY(is_asked ? fg_fees_add(account, draft, product, account, total) : FG_OK);
  }
  return FG_OK;
}

/* Of all products, or of an event, it is the book's. */
static void name_open_period(const fg_account *account, const fg_state *draft, int only, fg_invoice *invoice) {
  if (only < 0) {
    invoice->settle = account->book->settle;
    invoice->period = fg_settling_of_book(account, draft);
  } else {
    invoice->settle = account->book->products[only].settle;
    invoice->period = open_period(account, draft, (uint32_t)only);
  }
}

static fg_status preview_on_draft(fg_account *account, fg_state *draft, int only) {
  fg_invoice *invoice = &account->preview;
  begin_invoice(account, invoice);
  cover_open_periods(account, draft);
  FG_TRY(price_open_periods(account, draft, only, &invoice->total));
  for (uint32_t i = 0; i < draft->adjustments.count; i++) {
    const fg_adjustment *adjustment = &draft->adjustments.items[i];
    bool is_open = adjustment->at >= open_period(account, draft, adjustment->product).begin;
    FG_TRY(is_open ? note_adjustment(account, adjustment) : FG_OK);
  }
  end_invoice(account, invoice);
  FG_TRY(bound_invoice(account, invoice));
  invoice->only = only;
  name_open_period(account, draft, only, invoice);
  invoice->limited = draft->wallet.limited;
  return fg_amount_add(fg_wallet_balance(&draft->wallet), -invoice->total, &invoice->balance_after) ? FG_OK
                                                                                                    : FG_OVERFLOW;
}

fg_status fg_settlement_preview(fg_account *account, int only) {
  fg_state draft;
  bool covers = packs_cover_any(account);
  FG_TRY(fg_state_draft(account, &draft));
  fg_status status = covers ? fg_state_own(account, &draft) : FG_OK;
  status = status == FG_OK ? fg_aggregates_make_now(account, &draft) : status;
  status = status == FG_OK ? preview_on_draft(account, &draft, only) : status;
  fg_state_release(account, &draft);
  return status;
}
