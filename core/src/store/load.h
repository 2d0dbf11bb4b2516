/* Makes the account of a ledger from its file. */
#ifndef FG_STORE_LOAD_H
#define FG_STORE_LOAD_H

#include "ledger.h"

/* Makes the account what the file says, from the newest good snapshot and the rows after it. */
fg_status fg_ledger_load(fg_ledger *ledger, fg_error *error);
/* Makes the state before the first row. */
fg_status fg_ledger_load_birth(fg_ledger *ledger, fg_error *error);
/* Makes the state that the ledger begins with: that before the first row or, for a successor, the one in which its
   predecessor ended. */
fg_status fg_ledger_load_beginning(fg_ledger *ledger, fg_error *error);

/* Whether the file still has the latest row that the account has seen. If not, the log was cut off or overwritten. A
   handle that only reads may also see a row that was then taken back, because it could not be synced. */
fg_status fg_ledger_has_kept(const fg_ledger *ledger, bool *has_kept, fg_error *error);
/* Replays the rows that other handles have written since the last one seen. */
fg_status fg_ledger_catch_up(fg_ledger *ledger, fg_error *error);
/* Replays the next row; `outcome` may be NULL. FG_LEDGER_CORRUPT if it does not follow from the rows before it. */
fg_status fg_ledger_take_row(fg_ledger *ledger, const fg_row *row, fg_outcome *outcome, fg_error *error);
/* Goes past the next row without replaying it; the account has no meaning from then on. FG_LEDGER_CORRUPT as above. */
fg_status fg_ledger_pass_row(fg_ledger *ledger, const fg_row *row, fg_error *error);

#endif
