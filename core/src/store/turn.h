/* The turns of a ledger's handles: each enters, finds out what others have done to the files meanwhile, and leaves. */
#ifndef FG_STORE_TURN_H
#define FG_STORE_TURN_H

#include "store.h"

/* Waits for the lock, and says whether another handle may have been inside since the last turn. FG_LEDGER_REPLACED if
   one of the ledger's files was removed, replaced or overwritten. */
fg_status fg_store_enter(fg_store *store, bool *others_came, fg_error *error);
/* Enters to close. If only the log was removed, its content can still be saved, because the log is open. A handle whose
   opening fails is inside already. */
fg_status fg_store_enter_to_close(fg_store *store, fg_error *error);
void fg_store_leave(fg_store *store);
/* Whether the names of all files of a ledger lead to those that are open. For a thread that has entered by a lock of
   its own (saver.h), as fg_store_enter does it for a caller. */
bool fg_store_is_in_place(const fg_store *store);

/* Takes the first turn of a handle that may write, inside the lock in which the ledger was opened. */
fg_status fg_store_take_first_turn(fg_store *store, fg_error *error);

#endif
