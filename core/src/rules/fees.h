/* Fees: what a product costs while it is open (docs/price-book.md, Fees). They are counted when something changes
   that they depend on, an opening, a closing or an edition, and before an invoice; so an account holds of each what it
   has come to, and no times. */
#ifndef FG_FEES_H
#define FG_FEES_H

#include "../state/state.h"

/* Counts the fees of a product up to an instant, before it is opened or closed then, or another edition takes effect.
   What is counted already stays. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_fees_count(const fg_account *account, fg_state *draft, uint32_t product, fg_time at);

/* Counts the fees that are charged whole of a product that is opened, because it is open for a moment at least.
   FG_NO_MEMORY. */
fg_status fg_fees_open(const fg_account *account, fg_state *draft, uint32_t product, fg_time at);

/* fg_fees_count of all products. */
fg_status fg_fees_count_all(const fg_account *account, fg_state *draft, fg_time at);

/* Adds a line for each fee that is due, those whose periods are over and those once for all, to the end of
   `into`->lines with its parts, and what they come to. They have been counted. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_fees_add(const fg_account *account, const fg_state *state, uint32_t product, fg_account *into,
                      fg_amount *total);

/* Forgets what was due, because an invoice had it, or it was not for the account. FG_NO_MEMORY. */
fg_status fg_fees_settle(const fg_account *account, fg_state *draft, uint32_t product);

#endif
