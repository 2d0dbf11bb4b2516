#include "settlement.h"

#include "arrears.h"
#include "count_order.h"
#include "fees.h"
#include "invoice.h"
#include "line.h"
#include "pack_reach.h"
#include "product_bill.h"
#include "regimes.h"
#include "settled_cells.h"
#include "usage.h"
#include "wallet.h"

fg_time fg_settlement_next(const fg_account *account, const fg_state *state) {
  fg_time next = FG_NEVER;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    next = fg_min_i64(next, state->services[product].settles);
  }
  return next;
}

/* Takes the money of an invoice, or pays back what a running total fell by. */
static fg_status take_payment(fg_account *account, fg_state *draft, fg_invoice *invoice, fg_time at) {
  FG_TRY(fg_wallet_settle(&draft->wallet, invoice->total));
  if (!fg_spend(&draft->spent, &draft->spent.postpaid, invoice->total)) {
    return FG_OVERFLOW;
  }
  invoice->issued = at;
  invoice->limited = draft->wallet.limited;
  invoice->balance_after = fg_wallet_balance(&draft->wallet);
  if (invoice->settle.unit != FG_EVERY_MONTH &&
      !fg_amount_add(draft->caps.invoiced, fg_invoice_of_usage(invoice), &draft->caps.invoiced)) {
    return FG_OVERFLOW;
  }
  fg_arrears_begin_if_owed(account, draft, at);
  return invoice->total < 0 ? fg_arrears_end_if_paid(account, draft, at) : FG_OK;
}

/* An invoice while it is made, for all products that settle the same period at the same instant. */
typedef struct settling {
  fg_account *account;
  fg_state *draft;
  fg_time at;
  fg_period settle;
  fg_span period;
} settling;

/* Whether a product is one of those on the invoice, and has not gone on to its next period. */
static bool is_settled(const settling *now, uint32_t product) {
  const fg_service *service = &now->draft->services[product];
  return service->settles == now->at && service->settled == now->period.begin &&
         fg_period_is_same(now->account->book->products[product].settle, now->settle);
}

/* Lets packs cover a period for good. What each pack gave is noted in the regimes in the order of time; with daily
   tiers one pack may cover several days, each noted by itself. */
static fg_status cover_for_good(const settling *now, uint32_t product) {
  fg_account *account = now->account;
  fg_state *draft = now->draft;
  const fg_service *service = &draft->services[product];
  fg_product_group *group = fg_state_group(account, draft, product);
  uint32_t count = 0;
  uint32_t most = service->drawable.count +
                  service->buckets.count; /* the last lot that a bucket draws on is not used up */
  FG_TRY(fg_usage_reserve_taken(account, most));
  FG_TRY(fg_undo_is_kept(group) ? fg_undo_reserve(account, draft, product, most) : FG_OK);
  fg_packs_cover_period(account, draft, product, now->period, account->taken.items, &count);
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
    FG_TRY(is_adjusted_in(now, adjustment) ? fg_invoice_adjustment(now->account, adjustment) : FG_OK);
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

static fg_status bill_product(const settling *now, uint32_t product, fg_amount *total) {
  FG_TRY(fg_product_bill(now->account, now->draft, product, now->period, now->account, total));
  FG_TRY(fg_fees_count(now->account, now->draft, product, now->at));
  FG_TRY(fg_fees_add(now->account, now->draft, product, now->account, total));
  return fg_fees_settle(now->account, now->draft, product);
}

/* Prices what is settled, and takes the money. A period without lines has no invoice. */
static fg_status invoice_all(const settling *now) {
  fg_account *account = now->account;
  fg_invoice invoice;
  fg_invoice_begin(account, &invoice);
  invoice.settle = now->settle;
  invoice.period = now->period;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(is_settled(now, product) ? bill_product(now, product, &invoice.total) : FG_OK);
  }
  if (account->lines.count == 0) {
    return FG_OK;
  }
  FG_TRY(list_adjustments(now));
  fg_invoice_end(account, &invoice);
  FG_TRY(fg_invoice_bound(account, &invoice, now->period.end - 1));
  FG_TRY(take_payment(account, now->draft, &invoice, now->at));
  return fg_history_add_invoice(account->history, &invoice);
}

/* Notes what a settled period came to, for a caller that keeps it. The account's lines are those of the invoice just
   made. */
static fg_status note_settled_use(const settling *now, uint32_t product) {
  const fg_account *account = now->account;
  fg_period_use use = {.period = now->period, .product = product, .settled = now->at};
  for (uint32_t i = 0; i < account->lines.count; i++) {
    const fg_invoice_line *line = &account->lines.items[i];
    if (line->product == product && !fg_amount_add(use.amount, line->slice.amount, &use.amount)) {
      return FG_OVERFLOW;
    }
  }
  return fg_product_note_use(account, now->draft, use, account->uses);
}

/* R15: marks a period as settled; nothing of it is settled again. */
static fg_status close_period(const settling *now, uint32_t product) {
  fg_service *service = &now->draft->services[product];
  FG_TRY(fg_lines_note_invoiced(now->account, now->draft, product, now->period));
  fg_cells_count_settled(now->account, now->draft, product, now->period);
  service->settled = now->period.end;
  service->settles = FG_NEVER; /* set after all products of this settlement are done */
  fg_undo_settle(now->account, now->draft, product);
  return FG_OK;
}

/* Settles all products of one invoice. They go on to their next periods only after all were priced, because they may
   share a counter. */
static fg_status settle_together(const settling *now) {
  uint32_t count = now->account->book->product_count;
  for (uint32_t product = 0; product < count; product++) {
    FG_TRY(is_settled(now, product) ? cover_for_good(now, product) : FG_OK);
  }
  FG_TRY(invoice_all(now));
  for (uint32_t product = 0; product < count && now->account->uses != NULL; product++) {
    FG_TRY(is_settled(now, product) ? note_settled_use(now, product) : FG_OK);
  }
  drop_adjustments(now);
  for (uint32_t product = 0; product < count; product++) {
    FG_TRY(is_settled(now, product) ? close_period(now, product) : FG_OK);
  }
  return FG_OK;
}

/* Finds when each product settles next, and drops the buckets, and their order, that no later settlement asks for. */
static fg_status drop_settled(const fg_account *account, fg_state *draft) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    draft->services[product].settles = fg_settles_at(account, draft, product);
  }
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(fg_cells_settle(account, draft, product));
  }
  for (uint32_t group = 0; group < account->book->group_count; group++) {
    fg_order_settle(account, draft, group);
  }
  return FG_OK;
}

/* R14, R15: makes an invoice for all products that settle the same period. */
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
    const fg_bucket *bucket = &service->buckets.items[i];
    const fg_book *edition = fg_account_edition(account, bucket->cell.edition);
    if (fg_usage_units(&bucket->usage) > 0 || costs_when_open(&edition->products[product])) {
      return false;
    }
  }
  return true;
}
