#include "arrears.h"

#include "../book/terms.h"
#include "issue.h"
#include "wallet.h"

void fg_arrears_begin_if_owed(fg_state *draft, fg_time at) {
  bool is_owed = draft->wallet.limited && fg_wallet_balance(&draft->wallet) < 0;
  if (is_owed && draft->arrears_since == FG_NO_TIME) { /* the first settlement counts */
    draft->arrears_since = at;
  }
}

fg_time fg_arrears_suspension_time(const fg_account *account, const fg_state *state) {
  bool pending = state->arrears_since != FG_NO_TIME && !state->suspended;
  return pending ? fg_suspension_time(account->book, state->arrears_since) : FG_NEVER;
}

fg_status fg_arrears_end_if_paid(fg_account *account, fg_state *draft, fg_time at) {
  fg_amount balance = fg_wallet_balance(&draft->wallet);
  bool is_good = fg_resumes_above_zero(&account->policy) ? balance > 0 : balance >= 0;
  if (draft->arrears_since == FG_NO_TIME || !is_good) {
    return FG_OK;
  }
  bool was_suspended = draft->suspended;
  draft->arrears_since = FG_NO_TIME;
  draft->suspended = false;
  /* R28: the free grants of a month that the suspension held back come now. */
  return was_suspended ? fg_issue_to_open_products(account, draft, at) : FG_OK;
}
