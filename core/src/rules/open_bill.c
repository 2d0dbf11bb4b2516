#include "open_bill.h"

#include "pack_reach.h"
#include "periods.h"
#include "product_bill.h"

/* Adds up what the open periods come to, of all products or only of those that do not settle each month. */
static fg_status sum_bill(const fg_account *account, const fg_state *state, bool all, fg_amount *bill) {
  *bill = 0;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    bool is_asked = all || account->book->products[product].settle.unit != FG_EVERY_MONTH;
    fg_span period = fg_settling_at(account, state, product, state->now);
    FG_TRY(is_asked ? fg_product_bill(account, state, product, period, NULL, bill) : FG_OK);
  }
  return FG_OK;
}

static fg_status bill_of(const fg_account *account, const fg_state *state, bool all, fg_amount *bill) {
  fg_state draft;
  if (!fg_packs_reach_back(account)) {
    return sum_bill(account, state, all, bill);
  }
  FG_TRY(fg_state_copy(account, state, &draft));
  fg_packs_cover_open(account, &draft);
  fg_status status = sum_bill(account, &draft, all, bill);
  fg_state_release(account, &draft);
  return status;
}

fg_status fg_open_bill(const fg_account *account, const fg_state *state, fg_amount *bill) {
  return bill_of(account, state, true, bill);
}

fg_status fg_open_bill_besides_months(const fg_account *account, const fg_state *state, fg_amount *bill) {
  return bill_of(account, state, false, bill);
}

/* What a caller does with a period that is not settled, after packs have covered it. */
typedef fg_status period_taker(const fg_account *account, const fg_state *draft, uint32_t product, fg_span period,
                               void *to);

/* Calls a taker for each period of a product that is not settled: the current one and, between the end of a month and
   its settlement, that month. */
static fg_status take_periods(const fg_account *account, fg_state *draft, uint32_t product, period_taker *taker,
                              void *to) {
  fg_time at = draft->services[product].settled;
  while (at <= draft->now) {
    fg_span period = fg_settling_at(account, draft, product, at);
    fg_packs_cover_period(account, draft, product, period, NULL, NULL);
    FG_TRY(taker(account, draft, product, period, to));
    at = period.end;
  }
  return FG_OK;
}

static fg_status take_all(const fg_account *account, const fg_state *state, period_taker *taker, void *to) {
  fg_state draft;
  fg_status status = FG_OK;
  FG_TRY(fg_state_copy(account, state, &draft));
  for (uint32_t product = 0; product < account->book->product_count && status == FG_OK; product++) {
    status = take_periods(account, &draft, product, taker, to);
  }
  fg_state_release(account, &draft);
  return status;
}

/* Adds what a period comes to, unless a later period continues its running total and contains it. */
static fg_status add_period(const fg_account *account, const fg_state *draft, uint32_t product, fg_span period,
                            void *to) {
  bool is_in_later = period.end <= draft->now && fg_tiers_at(account, draft, product, period.begin).end > period.end;
  return is_in_later ? FG_OK : fg_product_bill(account, draft, product, period, NULL, to);
}

fg_status fg_open_bill_unsettled(const fg_account *account, const fg_state *state, fg_amount *sum) {
  *sum = 0;
  return take_all(account, state, add_period, sum);
}

static fg_status note_period(const fg_account *account, const fg_state *draft, uint32_t product, fg_span period,
                             void *to) {
  fg_period_use use = {.period = period, .product = product, .settled = FG_NO_TIME};
  FG_TRY(fg_product_bill(account, draft, product, period, NULL, &use.amount));
  return fg_product_note_use(account, draft, use, to);
}

fg_status fg_open_uses(const fg_account *account, fg_period_uses *uses) {
  return account->state.now == FG_NO_TIME ? FG_OK : take_all(account, &account->state, note_period, uses);
}
