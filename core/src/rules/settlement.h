/* The bill: what grants and packs left over in a period of settlement, priced by tiers and taken from the wallet (R11
   to R15). */
#ifndef FG_SETTLEMENT_H
#define FG_SETTLEMENT_H

#include "../state/state.h"

/* What a preview is of: a product, all of them, or those of an event of the edition in force, counted down from
   here. */
enum { FG_ALL_PRODUCTS = -1, FG_FIRST_EVENT = -2 };
bool fg_preview_has(const fg_book *book, int only, uint32_t product);

/* When the next settlement is (R14). */
fg_time fg_settlement_next(const fg_account *account, const fg_state *state);

/* Whether the periods of a product that are shorter than a month may end, one after another, without a trace: nothing
   was used in those that are open, nothing of them invoiced, and being open costs nothing. */
bool fg_settlement_is_idle(const fg_account *account, const fg_state *state, uint32_t product);

/* Settles on a draft all that is to be settled at an instant: covers, prices, takes the money, drops the buckets.
   Writes the invoices that there are to the account's history, which no other account may share. */
fg_status fg_settle(fg_account *account, fg_state *draft, fg_time at);

/* What the invoices of the open periods would come to. Changes nothing. */
fg_status fg_settlement_bill(const fg_account *account, const fg_state *state, fg_amount *bill);
/* What those of products come to that do not settle each month. */
fg_status fg_settlement_bill_besides_months(const fg_account *account, const fg_state *state, fg_amount *bill);
/* What open periods come to, and those that are over and not settled yet. */
fg_status fg_settlement_unsettled(const fg_account *account, const fg_state *state, fg_amount *sum);

/* Appends what was used in periods that are not settled, of each product the earliest first, and what their invoices
   would come to now. Changes nothing of the account. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_settlement_open_uses(const fg_account *account, fg_period_uses *uses);

/* The invoice of the open periods as it stands, in account->preview. Changes nothing else. */
fg_status fg_settlement_preview(fg_account *account, int only);

#endif
