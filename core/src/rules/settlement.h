/* The bill: what grants and packs left over in a period of settlement, priced by tiers and taken from the wallet (R11
   to R15). */
#ifndef FG_SETTLEMENT_H
#define FG_SETTLEMENT_H

#include "../state/state.h"

/* When the next settlement is (R14). */
fg_time fg_settlement_next(const fg_account *account, const fg_state *state);

/* Whether the periods of a product that are shorter than a month may end, one after another, without a trace: nothing
   was used in those that are open, nothing of them invoiced, and being open costs nothing. */
bool fg_settlement_is_idle(const fg_account *account, const fg_state *state, uint32_t product);

/* Settles on a draft all that is to be settled at an instant: covers, prices, takes the money, drops the buckets.
   Writes the invoices that there are to the account's history, which no other account may share. */
fg_status fg_settle(fg_account *account, fg_state *draft, fg_time at);

#endif
