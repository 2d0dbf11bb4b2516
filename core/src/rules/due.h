/* What happens by itself as time passes, in the order of the timeline contract. What the events do stands in
   `deduction` and `capacity` (expiry), `settlement`, `arrears` and `issue`. */
#ifndef FG_DUE_H
#define FG_DUE_H

#include "../state/state.h"

/* Begins the life of an account at the first instant that it sees. A month begins then, and nothing was due before. */
fg_status fg_due_start(fg_account *account, fg_state *draft, fg_time at);

/* Begins new buckets for usage in a new month, in a new period of tiers or settlement, or in a new edition. */
fg_status fg_due_begin_periods(const fg_account *account, fg_state *draft, fg_time at);

/* Lets everything happen on a draft that is due up to `at`, in the order of time. */
fg_status fg_due_happen(fg_account *account, fg_state *draft, fg_time at);

/* Works out when something is due next, and what is in force for usage until then. */
void fg_due_refresh(const fg_account *account, fg_state *state);

#endif
