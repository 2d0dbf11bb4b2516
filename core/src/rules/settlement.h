/* The settlement of a period: what grants and packs left over is priced by tiers and taken from the wallet (R11 to
   R15). */
#ifndef FG_SETTLEMENT_H
#define FG_SETTLEMENT_H

#include "../state/state.h"

/* When the next settlement is (R14). */
fg_time fg_settlement_next(const fg_account *account, const fg_state *state);

/* Whether periods of a product that are not months can end unnoticed one after another: nothing was used in the open
   ones, no invoice has a part of them, and being open costs nothing. */
bool fg_settlement_is_idle(const fg_account *account, const fg_state *state, uint32_t product);

/* Settles, on a draft, all periods that are due at an instant: lets packs cover, prices, takes the money, and drops
   buckets. The invoices are appended to the account's history, which no other account may share. */
fg_status fg_settle(fg_account *account, fg_state *draft, fg_time at);

#endif
