#include "freeze.h"

#include "../book/fraction.h"
#include "settlement.h"

static fg_amount last_invoice(const fg_history *history) {
  for (const fg_history *segment = history; segment != NULL; segment = segment->parent) {
    if (segment->invoices.count > 0) {
      return segment->invoices.items[segment->invoices.count - 1].total;
    }
  }
  return 0;
}

/* What the months that are not settled come to: the current one and, where the settlement day is later than the 1st, on
   the days before it the month before as well. */
static fg_status sum_unsettled(const fg_account *account, const fg_state *state, fg_amount *sum) {
  fg_state seen = *state;
  *sum = 0;
  for (seen.month = state->settled + 1; seen.month <= state->month; seen.month++) {
    fg_amount bill = 0;
    FG_TRY(fg_settlement_bill(account, &seen, &bill));
    FG_TRY(fg_amount_add(*sum, bill, sum) ? FG_OK : FG_OVERFLOW);
  }
  return FG_OK;
}

fg_status fg_freeze_amount(const fg_account *account, const fg_state *state, fg_amount *frozen) {
  const fg_freeze *freeze = account->book->freeze;
  const fg_rounding exact = {FG_ROUND_NONE, FG_MONEY_DECIMALS};
  fg_amount amount = 0;
  *frozen = 0;
  if (freeze == NULL || !state->wallet.limited) {
    return FG_OK;
  }
  if (freeze->of_last_period) {
    amount = last_invoice(account->history);
  } else {
    FG_TRY(sum_unsettled(account, state, &amount));
  }
  return amount <= 0 ? FG_OK : fg_fraction_of_amount(amount, (fg_fraction){freeze->factor, FG_UNIT}, exact, frozen);
}
