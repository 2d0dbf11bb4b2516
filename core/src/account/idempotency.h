/* Commands under an id: the same again answers as it did, another under the same id is refused. */
#ifndef FG_RECORDED_H
#define FG_RECORDED_H

#include "../state/state.h"

/* Runs a command whose id is its own, made up where none was given, and records what it answered; or answers as it did.
   FG_ID_CONFLICT. */
fg_status fg_recorded_run(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated);

/* A call without an id: it gets the account's next name, and answers the number of it. */
fg_status fg_recorded_call(fg_account *account, const fg_command *command, fg_used *used);

#endif
