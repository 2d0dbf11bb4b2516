/* Arrears: from a settlement that the wallet does not cover to the suspension, and back (R26, R27). */
#ifndef FG_ARREARS_H
#define FG_ARREARS_H

#include "../state/state.h"

/* Begins arrears if a settlement has left less than nothing (R26). */
void fg_arrears_begin_if_owed(fg_state *draft, fg_time at);

/* When an account in arrears is suspended (R26); FG_NEVER if it is not, or is already. */
fg_time fg_arrears_suspension_time(const fg_account *account, const fg_state *state);

/* Ends arrears and suspension if the balance is good again (R27). Call it after whatever raises the balance. */
fg_status fg_arrears_end_if_paid(fg_account *account, fg_state *draft, fg_time at);

#endif
