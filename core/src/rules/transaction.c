#include "transaction.h"

#include "due.h"

fg_status fg_transaction_begin(fg_account *account, fg_transaction *change) {
  FG_TRY(fg_history_own(&account->history));
  change->mark = fg_history_mark_of(account->history);
  change->book = account->book;
  return fg_state_draft(account, &change->draft);
}

fg_status fg_transaction_end(fg_account *account, fg_transaction *change, fg_status status) {
  if (status == FG_OK) {
    fg_due_refresh(account, &change->draft);
    fg_state_replace(account, &change->draft);
  } else {
    account->book = change->book;
    fg_state_release(account, &change->draft);
    fg_history_rewind(account->history, change->mark);
  }
  return status;
}
