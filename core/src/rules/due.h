/* What happens by itself as time passes, in the order of the timeline contract. The events themselves are in deduction
   and capacity (expiry), settlement, arrears and issue. */
#ifndef FG_DUE_H
#define FG_DUE_H

#include "../state/state.h"

/* Begins the life of an account at the first instant it sees. Its month begins; nothing falls due before. */
fg_status fg_due_start(fg_account *account, fg_state *draft, fg_time at);

/* Usage of a new month, of a new day where tiers are daily, or of a new edition goes to a bucket of its own. */
fg_status fg_due_begin_periods(const fg_account *account, fg_state *draft, fg_time at);

/* Lets everything due up to `at` happen on a draft, in time order. */
fg_status fg_due_happen(fg_account *account, fg_state *draft, fg_time at);

/* Works out anew when the next thing falls due, and what is in force for usage until then. */
void fg_due_refresh(const fg_account *account, fg_state *state);

#endif
