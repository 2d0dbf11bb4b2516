/* The month's bill: what grants and packs left over, priced by tiers and taken from the wallet (R11 to R15). */
#ifndef FG_SETTLEMENT_H
#define FG_SETTLEMENT_H

#include "../state/state.h"

enum { FG_ALL_PRODUCTS = -1 };

/* When the earliest month that is not settled yet will be settled (R14). */
fg_time fg_settlement_next(const fg_account *account, const fg_state *state);

/* Settles a month on a draft: covers, prices, takes the money, drops the month's buckets. Writes the invoice, if the
   month has one, to the account's history, which no other account may share. */
fg_status fg_settle_month(fg_account *account, fg_state *draft, fg_month month, fg_time at);

/* What the current month's invoice would come to. Changes nothing. */
fg_status fg_settlement_bill(const fg_account *account, const fg_state *state, fg_amount *bill);

/* The invoice of the current month as it stands, in account->preview. Changes nothing else. */
fg_status fg_settlement_preview(fg_account *account, int product);

#endif
