/* The issue of free grants: on the 1st of the month, at an opening, by a claim (R1 to R5, R28, R33). */
#ifndef FG_ISSUE_H
#define FG_ISSUE_H

#include "../state/state.h"

/* Issues the free grants of a product that are due now: monthly ones not yet issued this month (R1, R2), and with `opening`
   the ones of a first opening (R4). A suspended account gets none (R28). */
fg_status fg_issue_due(fg_account *account, fg_state *draft, uint32_t product, bool opening, fg_time at);

/* The same of every open product: on the 1st at 00:00, and at the end of a suspension. */
fg_status fg_issue_to_open_products(fg_account *account, fg_state *draft, fg_time at);

/* Issues one free grant; the quantity is what the amendments make of it at `at` (R5), and nothing if that is 0. */
fg_status fg_issue_offer(fg_account *account, fg_state *draft, uint32_t product, uint32_t offer, fg_time at);

/* The units of a free grant issued at `at` (R5). */
int64_t fg_issue_quantity(const fg_account *account, const fg_state *state, uint32_t product, uint32_t offer,
                          fg_time at);

#endif
