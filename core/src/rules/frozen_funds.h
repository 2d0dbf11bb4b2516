/* The frozen part of the wallet, which usage that is not paid yet will need. Purchases and withdrawals do not reach it;
   a settlement does. */
#ifndef FG_FROZEN_FUNDS_H
#define FG_FROZEN_FUNDS_H

#include "../state/state.h"

/* How much is frozen; 0 where the book freezes nothing, or where funds are unlimited. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_freeze_amount(const fg_account *account, const fg_state *state, fg_amount *frozen);

#endif
