#include "preview.h"

#include "aggregate_events.h"
#include "fees.h"
#include "pack_reach.h"
#include "periods.h"
#include "product_bill.h"
#include "wallet.h"

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
    fg_span period = fg_settling_at(account, draft, product, draft->now);
    FG_TRY(is_asked ? fg_product_bill(account, draft, product, period, account, total) : FG_OK);
    FG_TRY(is_asked ? fg_fees_count(account, draft, product, draft->now + 1) : FG_OK);
    FG_TRY(is_asked ? fg_fees_add(account, draft, product, account, total) : FG_OK);
  }
  return FG_OK;
}

/* Names the period of a preview. If it is of several products, the period is the book's. */
static void name_open_period(const fg_account *account, const fg_state *draft, int only, fg_invoice *invoice) {
  if (only < 0) {
    invoice->settle = account->book->settle;
    invoice->period = fg_settling_of_book(account, draft);
  } else {
    invoice->settle = account->book->products[only].settle;
    invoice->period = fg_settling_at(account, draft, (uint32_t)only, draft->now);
  }
}

static fg_status preview_on_draft(fg_account *account, fg_state *draft, int only) {
  fg_invoice *invoice = &account->preview;
  fg_invoice_begin(account, invoice);
  fg_packs_cover_open(account, draft);
  FG_TRY(price_open_periods(account, draft, only, &invoice->total));
  for (uint32_t i = 0; i < draft->adjustments.count; i++) {
    const fg_adjustment *adjustment = &draft->adjustments.items[i];
    bool is_open = adjustment->at >= fg_settling_at(account, draft, adjustment->product, draft->now).begin;
    FG_TRY(is_open ? fg_invoice_adjustment(account, adjustment) : FG_OK);
  }
  fg_invoice_end(account, invoice);
  invoice->only = only;
  name_open_period(account, draft, only, invoice);
  FG_TRY(fg_invoice_bound(account, invoice, draft->now));
  invoice->limited = draft->wallet.limited;
  return fg_amount_add(fg_wallet_balance(&draft->wallet), -invoice->total, &invoice->balance_after) ? FG_OK
                                                                                                    : FG_OVERFLOW;
}

static fg_status use_first(const fg_account *account, fg_state *draft, const fg_trial *trial) {
  FG_TRY(fg_trial_is_open(account, trial));
  return fg_trial_use(account, draft, trial, NULL);
}

fg_status fg_preview(fg_account *account, int only, const fg_trial *trial) {
  fg_state draft;
  bool covers = fg_packs_reach_back(account);
  FG_TRY(trial == NULL ? fg_state_draft(account, &draft) : fg_state_copy(account, &account->state, &draft));
  fg_status status = trial != NULL ? use_first(account, &draft, trial) : covers ? fg_state_own(account, &draft) : FG_OK;
  status = status == FG_OK ? fg_aggregates_make_now(account, &draft) : status;
  status = status == FG_OK ? preview_on_draft(account, &draft, only) : status;
  fg_state_release(account, &draft);
  return status;
}
