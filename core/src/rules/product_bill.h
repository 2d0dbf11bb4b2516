/* What the usage of a product comes to in a period of its settlement (R11): in format 1 a line for each slice of each
   period of tiers, later lines of whole prices (lines.h) and what their bounds make of them. */
#ifndef FG_PRODUCT_BILL_H
#define FG_PRODUCT_BILL_H

#include "../state/state.h"

/* Adds what it comes to; the lines go to the end of `into`->lines, if it is not NULL. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_product_bill(const fg_account *account, const fg_state *state, uint32_t product, fg_span period,
                          fg_account *into, fg_amount *total);

/* Adds the units of a use's period to it, and the use to the end of a list; not where there is nothing of it.
   FG_NO_MEMORY. */
fg_status fg_product_note_use(const fg_account *account, const fg_service *service, fg_period_use use,
                              fg_period_uses *uses);

#endif
