/* What usage of a product costs in a settlement period (R11). Books of format 1 have a line for each slice of each tier
   period; later formats have a line for each price (lines.h), and lines for the bounds. */
#ifndef FG_PRODUCT_BILL_H
#define FG_PRODUCT_BILL_H

#include "../state/state.h"

/* Adds the cost of the usage to `*total`, and appends its lines to those of `into`, if that is not NULL. FG_OVERFLOW,
   FG_NO_MEMORY. */
fg_status fg_product_bill(const fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                          fg_account *into, fg_amount *total);

/* Adds to a use the units of its period, and appends it to a list unless it is empty. The adjustments of the period are
   still in the state. FG_NO_MEMORY. */
fg_status fg_product_note_use(const fg_account *account, const fg_state *state, fg_period_use use,
                              fg_period_uses *uses);

/* Begins the list of uses of an account with what it has settled of running totals that go on, as told before.
   FG_NO_MEMORY. */
fg_status fg_product_uses_begin(const fg_account *account, fg_period_uses *uses);

#endif
