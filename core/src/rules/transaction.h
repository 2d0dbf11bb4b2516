/* What a command or the passing of time changes, on a draft until all of it has succeeded. */
#ifndef FG_TRANSACTION_H
#define FG_TRANSACTION_H

#include "../state/state.h"

typedef struct fg_transaction {
  fg_state draft;
  fg_history_mark mark;
  fg_book *book; ///< the edition that was in force before
} fg_transaction;

fg_status fg_transaction_begin(fg_account *account, fg_transaction *change);

/* Replaces the account's state by the draft if `status` is FG_OK; else drops the draft and what was written to the
   history. Answers `status`. */
fg_status fg_transaction_end(fg_account *account, fg_transaction *change, fg_status status);

#endif
