/* What of the wallet is frozen, because usage that is not paid yet will need it: purchases and withdrawals do not reach
   it. A settlement does. */
#ifndef FG_FROZEN_FUNDS_H
#define FG_FROZEN_FUNDS_H

#include "../state/state.h"

/* 0 where the book freezes nothing, or funds are unlimited. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_freeze_amount(const fg_account *account, const fg_state *state, fg_amount *frozen);

#endif
