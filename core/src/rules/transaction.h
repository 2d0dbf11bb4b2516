/* What a command or the passing of time changes, kept aside until it has succeeded as a whole. */
#ifndef FG_TRANSACTION_H
#define FG_TRANSACTION_H

#include "../state/state.h"

typedef struct fg_transaction {
  fg_state draft;
  fg_history_mark mark;
  fg_book *book; ///< the edition that was in force
} fg_transaction;

fg_status fg_transaction_begin(fg_account *account, fg_transaction *change);

/* Puts the draft in the state's place, or drops it and what was written to the history. Answers `status`. */
fg_status fg_transaction_end(fg_account *account, fg_transaction *change, fg_status status);

#endif
