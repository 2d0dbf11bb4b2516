/* Makes the account of a ledger from its file. */
#ifndef FG_STORE_LOAD_H
#define FG_STORE_LOAD_H

#include "ledger.h"

/* Makes the account what the file says: the newest good snapshot and the rows after it. */
fg_status fg_ledger_load(fg_ledger *ledger, fg_error *error);
/* Makes the state before the first row. */
fg_status fg_ledger_load_birth(fg_ledger *ledger, fg_error *error);
/* Makes the state that the ledger begins with: that before the first row, or in a successor that in which its
   predecessor ended. */
fg_status fg_ledger_load_beginning(fg_ledger *ledger, fg_error *error);

/* Whether the file still has the latest row that the account has seen. Otherwise its log was cut off or overwritten;
   or, which only a handle that looks may find, that row could not be synced and the handle that wrote it took it
   back. */
fg_status fg_ledger_has_kept(const fg_ledger *ledger, bool *has_kept, fg_error *error);
/* Adds the rows that other handles have written since. */
fg_status fg_ledger_catch_up(fg_ledger *ledger, fg_error *error);
/* Does the next row again; `outcome` may be NULL. FG_LEDGER_CORRUPT if it does not follow from the rows before it. */
fg_status fg_ledger_take_row(fg_ledger *ledger, const fg_row *row, fg_outcome *outcome, fg_error *error);

#endif
