/* What usage costs that is not settled yet, as if its periods ended now. The account does not change. */
#ifndef FG_OPEN_BILL_H
#define FG_OPEN_BILL_H

#include "../state/state.h"

/* What the invoices of all open periods would come to; and what those of products would that do not settle each
   month. */
fg_status fg_open_bill(const fg_account *account, const fg_state *state, fg_amount *bill);
fg_status fg_open_bill_besides_months(const fg_account *account, const fg_state *state, fg_amount *bill);

/* What open periods come to, together with periods that are over but not settled yet. */
fg_status fg_open_bill_unsettled(const fg_account *account, const fg_state *state, fg_amount *sum);

/* Appends the usage of each period that is not settled, with what its invoice would come to now; for each product the
   earliest period comes first. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_open_uses(const fg_account *account, fg_period_uses *uses);

#endif
