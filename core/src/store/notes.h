/* What a handle notes in the file besides commands, for all handles to see: that the clock is right, and who has a call
   in hand. */
#ifndef FG_STORE_NOTES_H
#define FG_STORE_NOTES_H

#include "ledger.h"

/* Notes that the clock is trusted, and up to which command, because that holds only for the next one. */
fg_status fg_notes_trust(fg_ledger *ledger, fg_time at, fg_error *error);
/* When the clock was trusted, if that still holds, else FG_NO_TIME. Used as a function of fg_reach, like
   fg_notes_is_elsewhere. */
fg_status fg_notes_trusted(void *ledger, fg_time *at, fg_error *error);

/* Notes that this handle has resumed an attempt. */
fg_status fg_notes_resume(fg_ledger *ledger, uint64_t attempt, fg_time at, fg_error *error);
/* Whether another handle that is open has a call in hand. An open handle holds a lock on its session's number. */
fg_status fg_notes_is_elsewhere(void *ledger, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error);

#endif
