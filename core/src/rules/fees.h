/* Fees: what a product costs while it is open (docs/price-book.md, Fees). They are counted before an invoice and
   whenever an opening, a closing or an edition changes what they depend on, so that an account keeps amounts and no
   times. */
#ifndef FG_FEES_H
#define FG_FEES_H

#include "../state/state.h"

/* Counts the fees of a product up to an instant, before it is opened or closed then, or another edition takes effect.
   Calling it again for the same instant adds nothing. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_fees_count(const fg_account *account, fg_state *draft, uint32_t product, fg_time at);

/* Counts the fees that are charged whole of a product that is opened, because a moment of being open
   is enough for them. FG_NO_MEMORY. */
fg_status fg_fees_open(const fg_account *account, fg_state *draft, uint32_t product, fg_time at);

/* Counts the fees of all products, as fg_fees_count does. */
fg_status fg_fees_count_all(const fg_account *account, fg_state *draft, fg_time at);

/* Appends to `into`->lines a line, with its parts, for each counted fee whose period is over or that is charged once
   for all, and adds their amounts to `*total`. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_fees_add(const fg_account *account, const fg_state *state, uint32_t product, fg_account *into,
                      fg_amount *total);

/* Forgets the fees that were due, after they were invoiced or did not concern the account. FG_NO_MEMORY. */
fg_status fg_fees_settle(const fg_account *account, fg_state *draft, uint32_t product);

#endif
