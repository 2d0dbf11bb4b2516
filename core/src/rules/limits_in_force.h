/* How much each limit lets through now. */
#ifndef FG_LIMITS_IN_FORCE_H
#define FG_LIMITS_IN_FORCE_H

#include "../state/state.h"

/* Works out the limits in force: those of the book (R16), or the bought capacities that replace them, plus those that
   are added (R20). */
void fg_limits_refresh(const fg_account *account, fg_state *state);

#endif
