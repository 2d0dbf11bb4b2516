/* Commands with an id: the same command again is answered as before, another with the same id is refused. */
#ifndef FG_IDEMPOTENCY_H
#define FG_IDEMPOTENCY_H

#include "../state/state.h"

/* Applies a command and keeps its answer under the command's id; an order without an id gets one. A command that was
   applied before gets the same answer again. FG_ID_CONFLICT, FG_ID_RESERVED. */
fg_status fg_idempotent_apply(fg_account *account, const fg_command *command, fg_naming naming, fg_outcome *outcome,
                              bool *repeated);

/* Applies a call without an id: the history's next number becomes its id, and is answered in `used`. */
fg_status fg_numbered_call(fg_account *account, const fg_command *command, fg_used *used);

/* Whether a call under an id has not ended. */
bool fg_is_in_flight(const fg_account *account, fg_string id);

#endif
