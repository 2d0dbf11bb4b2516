/* Commands that work on a draft: all but usage, the gate and questions. */
#ifndef FG_PERFORM_H
#define FG_PERFORM_H

#include "../state/state.h"

/* Does a command on a draft; the text of `id`, that of an order, belongs to the history. */
fg_status fg_perform(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                     fg_outcome *outcome);

#endif
