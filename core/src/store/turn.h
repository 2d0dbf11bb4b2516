/* The turns of the handles of one ledger: each enters, sees what others have done to its files meanwhile, and
   leaves. */
#ifndef FG_STORE_TURN_H
#define FG_STORE_TURN_H

#include "store.h"

/* Waits for the lock and is then alone with the file; tells whether another handle may have come in between.
   FG_LEDGER_REPLACED if the file or what belongs to it was removed, replaced or overwritten since it was opened. */
fg_status fg_store_enter(fg_store *store, bool *others_came, fg_error *error);
/* Enters for the last time, to close. Where only the log was removed, its content can still be saved, because it is
   open. A handle whose opening fails is inside already. */
fg_status fg_store_enter_to_close(fg_store *store, fg_error *error);
void fg_store_leave(fg_store *store);

/* The first turn of a handle that may write, inside the lock in which the ledger was opened. */
fg_status fg_store_take_first_turn(const fg_store *store, fg_error *error);

#endif
