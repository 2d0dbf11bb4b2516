/* Commands that work on a draft of the state: all but usage, the gate's commands and questions. */
#ifndef FG_PERFORM_H
#define FG_PERFORM_H

#include "../state/state.h"

/* Applies a command to a draft. `id` is the id of an order; its text belongs to the history. */
fg_status fg_perform(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                     fg_outcome *outcome);

#endif
