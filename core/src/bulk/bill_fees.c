/* Computes the fees in a bill of totals: those of an account that has the product open from its first row on and gets
   an invoice at the end of each period. They do not depend on usage, so they are computed once for all accounts. */
#include "bill_walk.h"

#include "../rules/fees.h"

static fg_status count_fees(const fg_bill_walk *walk, fg_time at) {
  fg_account *account = walk->account;
  FG_TRY(fg_fees_count(account, &account->state, walk->product, at));
  fg_bill_put_in_force(account, at);
  return FG_OK;
}

static fg_status price_fees(const fg_bill_walk *walk, fg_bill_period *period) {
  fg_account *account = walk->account;
  for (uint32_t i = 1; i < period->count; i++) {
    FG_TRY(count_fees(walk, walk->stretches.items[period->first + i].begin));
  }
  FG_TRY(count_fees(walk, period->span.end));
  account->lines.count = account->parts.count = 0;
  FG_TRY(fg_fees_add(account, &account->state, walk->product, account, &period->fees));
  return fg_fees_settle(account, &account->state, walk->product);
}

fg_status fg_bill_read_fees(fg_bill_walk *walk) {
  fg_account *account = walk->account;
  FG_TRY(fg_fees_open(account, &account->state, walk->product, account->state.now));
  for (size_t i = 0; i < walk->query->periods; i++) {
    FG_TRY(price_fees(walk, &walk->periods[i]));
  }
  return FG_OK;
}
