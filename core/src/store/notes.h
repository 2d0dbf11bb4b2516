/* What a handle notes in the file beside its commands, for all handles to see: that the clock is right, and who has a
   call in hand. */
#ifndef FG_STORE_NOTES_H
#define FG_STORE_NOTES_H

#include "ledger.h"

/* Notes that the clock is trusted, up to which command: trust holds for the one after that alone. */
fg_status fg_notes_trust(fg_ledger *ledger, fg_time at, fg_error *error);
/* When it was trusted, if that holds; FG_NO_TIME. A function of fg_reach, as fg_notes_is_elsewhere. */
fg_status fg_notes_trusted(void *ledger, fg_time *at, fg_error *error);

/* Notes that this handle has resumed an attempt. */
fg_status fg_notes_resume(fg_ledger *ledger, uint64_t attempt, fg_time at, fg_error *error);
/* Whether another handle that is open has a call in hand: a handle holds a lock on its session's number as long as it
   lives. */
fg_status fg_notes_is_elsewhere(void *ledger, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error);

#endif
