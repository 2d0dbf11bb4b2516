#include "arrears.h"

#include "issue.h"
#include "wallet.h"

fg_time fg_arrears_suspension_time(const fg_account *account, const fg_state *state) {
  bool pending = state->arrears_since != FG_NO_TIME && !state->suspended;
  return pending ? state->arrears_since + account->book->suspension_hours * FG_HOUR : FG_NEVER;
}

fg_status fg_arrears_end_if_paid(fg_account *account, fg_state *draft, fg_time at) {
  fg_amount balance = fg_wallet_balance(&draft->wallet);
  bool must_be_positive = fg_account_policy(account, FG_SWITCH_RESUME_AT) == FG_RESUME_POSITIVE;
  if (draft->arrears_since == FG_NO_TIME || (must_be_positive ? balance <= 0 : balance < 0)) {
    return FG_OK;
  }
  bool was_suspended = draft->suspended;
  draft->arrears_since = FG_NO_TIME;
  draft->suspended = false;
  /* R28: the free grants of a month that the suspension held back come now. */
  return was_suspended ? fg_issue_to_open_products(account, draft, at) : FG_OK;
}
