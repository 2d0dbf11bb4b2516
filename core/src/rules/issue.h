/* The issue of free grants: on the 1st of the month, when a period begins, at an opening, or by a claim; and notices
   that a grant changes (R1 to R5, R28, R33). */
#ifndef FG_ISSUE_H
#define FG_ISSUE_H

#include "../state/state.h"

/* Whether a product is open or, for a pool, whether any product that it covers is. */
bool fg_issue_is_open(const fg_account *account, const fg_state *state, uint32_t owner);

/* Issues what a product that was just opened is due, and the pools that cover it. `first`: the product was never open
   before. */
fg_status fg_issue_at_opening(fg_account *account, fg_state *draft, uint32_t product, bool first, fg_time at);

/* Issues what open products are due, and pools that cover one: that of a month or a period that begins now; and at the
   end of a suspension whatever was not issued yet in the month or period (R28). */
fg_status fg_issue_at_begin(fg_account *account, fg_state *draft, fg_time at);
fg_status fg_issue_at_resumption(fg_account *account, fg_state *draft, fg_time at);

/* When the next period of a recurring grant begins that is issued by itself; FG_NEVER if none does. */
fg_time fg_issue_next(const fg_account *account, const fg_state *state);

/* Moves units left in the issue before into a lot, as many as may roll over; and moves them back. The draft owns the
   list of lots. */
void fg_issue_roll(const fg_account *account, fg_state *draft, fg_lot *lot);
void fg_issue_unroll(fg_state *draft, fg_lot *lot);

/* Issues a free grant that is claimed by hand, which is possible once (R3). */
fg_status fg_issue_claim(fg_account *account, fg_state *draft, const fg_command *command, uint32_t owner,
                         fg_outcome *outcome);

/* Keeps an amendment of a free grant that a command announces early enough (R5). */
fg_status fg_issue_announce(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product);

#endif
