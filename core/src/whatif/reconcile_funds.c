/* Finds from which funds a month of the account was paid. Purchases answer it; settlements show it by what they
   leave. */
#include "reconcile.h"

fg_funds_cell *fg_funds_find_cell(fg_reconciliation *run, fg_month month, bool is_usage) {
  for (uint32_t i = 0; i < run->funds.count; i++) {
    if (run->funds.items[i].month == month && run->funds.items[i].is_usage == is_usage) {
      return &run->funds.items[i];
    }
  }
  if (FG_ARRAY_RESERVE(&run->allocator, &run->funds, 1) != FG_OK) {
    return NULL;
  }
  run->funds.items[run->funds.count] = (fg_funds_cell){.month = month, .is_usage = is_usage};
  return &run->funds.items[run->funds.count++];
}

/* Adds what a purchase was paid from, or what a refund went back to. */
fg_status fg_funds_add_order(fg_reconciliation *run, const fg_account *account, const fg_command *command,
                             const fg_outcome *outcome) {
  static const fg_funds none = {{{0, 0}}};
  bool buys = command->kind == FG_DO_BUY_PACK || command->kind == FG_DO_BUY_CAPACITY ||
              command->kind == FG_DO_BUY_BUNDLE;
  const fg_funds *paid = buys                                     ? &outcome->is.order.paid
                         : command->kind == FG_DO_CHANGE_CAPACITY ? &outcome->is.changed.paid
                         : command->kind == FG_DO_REFUND          ? &outcome->is.refund.to
                                                                  : &none;
  fg_month month = fg_account_month(account, command->at);
  if (paid == &none || !fg_bill_has_month(run, month)) {
    return FG_OK;
  }
  fg_funds_cell *cell = fg_funds_find_cell(run, month, false);
  FG_TRY(cell == NULL ? FG_NO_MEMORY : FG_OK);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount amount = fg_amount_of(paid->of[fund]);
    cell->ours[fund] += command->kind == FG_DO_REFUND ? -amount : amount;
  }
  return FG_OK;
}

/* Adds what the settlements up to `until` take from the funds, and lets each of them happen. */
fg_status fg_funds_add_settled(fg_reconciliation *run, fg_account *account, fg_time until) {
  const fg_state *state = &account->state;
  while (state->wallet.limited && state->now != FG_NO_TIME && state->next_due <= until) {
    fg_command advance;
    fg_amount before[FG_FUND_COUNT];
    uint32_t invoices = account->history->invoices.count;
    memcpy(before, state->wallet.of, sizeof before);
    fg_command_begin(&advance, FG_DO_ADVANCE, state->next_due);
    fg_time due = state->next_due;
    fg_status status = fg_account_apply(account, &advance, NULL, NULL);
    FG_TRY(status == FG_NO_MEMORY ? status : FG_OK);
    if (status != FG_OK || state->next_due <= due) {
      return FG_OK; /* the end of the calendar is reached */
    }
    fg_month month = invoices == account->history->invoices.count
                         ? -1
                         : fg_account_month(account, account->history->invoices.items[invoices].period.begin);
    fg_funds_cell *cell = month >= 0 && fg_bill_has_month(run, month) ? fg_funds_find_cell(run, month, true) : NULL;
    for (int fund = 0; fund < FG_FUND_COUNT && cell != NULL; fund++) {
      cell->ours[fund] += before[fund] - state->wallet.of[fund];
    }
  }
  return FG_OK;
}
