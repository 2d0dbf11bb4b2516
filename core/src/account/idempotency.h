/* Commands with an id: the same command again is answered as before, another with the same id is refused. */
#ifndef FG_IDEMPOTENCY_H
#define FG_IDEMPOTENCY_H

#include "../state/state.h"

/* Applies a command that has an id of its own, made up where none was given, and keeps what it answered; or answers as
   it did. FG_ID_CONFLICT, FG_ID_RESERVED. */
fg_status fg_idempotent_apply(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                              bool *repeated);

/* Applies a call without an id: it gets the history's next number, and answers that. */
fg_status fg_numbered_call(fg_account *account, const fg_command *command, fg_used *used);

#endif
