/* What happens by itself as time passes: expiry, settlement, arrears, suspension, issue of free grants. */
#ifndef FG_LIFECYCLE_H
#define FG_LIFECYCLE_H

#include "../state/state.h"

/* The first instant an account sees: its month begins, nothing falls due. */
fg_status fg_lifecycle_start(const fg_account *account, fg_state *draft, fg_time at);

/* Lets everything due up to `at` happen on a draft, in time order. The account's history must be its own. */
fg_status fg_lifecycle_run(fg_account *account, fg_state *draft, fg_time at);

/* Finds anew when the next thing falls due, and on which terms usage is served until then. */
void fg_lifecycle_plan(const fg_account *account, fg_state *state);

/* Issues the free grants of a product that are due now: monthly ones not yet issued this month, and with `opening` the
   ones of a first opening. A suspended account gets none (R28). */
fg_status fg_lifecycle_issue(fg_account *account, fg_state *draft, uint32_t product, bool opening, fg_time at);

/* Issues one free grant; the quantity is what the amendments make of it at `at` (R5), and nothing if that is 0. */
fg_status fg_lifecycle_issue_offer(fg_account *account, fg_state *draft, uint32_t product, uint32_t offer, fg_time at);

/* The units of a free grant issued at `at` (R5). */
int64_t fg_lifecycle_grant_quantity(const fg_account *account, const fg_state *state, uint32_t product, uint32_t offer,
                                    fg_time at);

/* `quantity` as the amendments in force on `date` have it, those after `*since` alone; moves `*since` on (R5). */
int64_t fg_lifecycle_amended(const fg_amendment *amendments, uint32_t count, uint32_t product, uint32_t offer,
                             fg_date date, int64_t quantity, fg_date *since);

/* When an account in arrears is suspended (R26); FG_NEVER if it is not, or is already. */
fg_time fg_lifecycle_suspension_time(const fg_account *account, const fg_state *state);

/* Ends arrears and suspension if the balance is good again (R27). Call it after whatever raises the balance. */
fg_status fg_lifecycle_resume(fg_account *account, fg_state *draft, fg_time at);

#endif
