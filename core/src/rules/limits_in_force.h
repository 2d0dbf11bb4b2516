/* What each limit is now. */
#ifndef FG_LIMITS_IN_FORCE_H
#define FG_LIMITS_IN_FORCE_H

#include "../state/state.h"

/* Works it out: the book's (R16), or what was bought of the capacities in force, and what these add (R20). */
void fg_limits_refresh(const fg_account *account, fg_state *state);

#endif
