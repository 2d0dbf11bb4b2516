/* What usage comes to that is not settled yet, as if its periods ended now. Nothing of the account changes. */
#ifndef FG_OPEN_BILL_H
#define FG_OPEN_BILL_H

#include "../state/state.h"

/* What the invoices of the open periods would come to; and those of products that do not settle each month. */
fg_status fg_open_bill(const fg_account *account, const fg_state *state, fg_amount *bill);
fg_status fg_open_bill_besides_months(const fg_account *account, const fg_state *state, fg_amount *bill);

/* What open periods come to, and those that are over and not settled yet. */
fg_status fg_open_bill_unsettled(const fg_account *account, const fg_state *state, fg_amount *sum);

/* Appends what was used in periods that are not settled, of each product the earliest first, and what their invoices
   would come to now. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_open_uses(const fg_account *account, fg_period_uses *uses);

#endif
