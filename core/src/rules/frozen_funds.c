#include "frozen_funds.h"

#include "../book/fraction.h"
#include "open_bill.h"

static fg_amount last_invoice(const fg_history *history) {
  for (const fg_history *segment = history; segment != NULL; segment = segment->parent) {
    if (segment->invoices.count > 0) {
      return segment->invoices.items[segment->invoices.count - 1].total;
    }
  }
  return 0;
}

fg_status fg_freeze_amount(const fg_account *account, const fg_state *state, fg_amount *frozen) {
  const fg_freeze *freeze = account->book->freeze;
  fg_amount amount = 0;
  *frozen = 0;
  if (freeze == NULL || !state->wallet.limited) {
    return FG_OK;
  }
  if (freeze->of_last_period) {
    amount = last_invoice(account->history);
  } else {
    FG_TRY(fg_open_bill_unsettled(account, state, &amount));
  }
  return amount <= 0 ? FG_OK
                     : fg_fraction_of_amount(amount, (fg_fraction){freeze->factor, FG_UNIT}, fg_unrounded, frozen);
}
