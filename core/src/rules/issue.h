/* The issue of free grants: on the 1st of the month, when a period begins, at an opening, by a claim; and the notice
   that one changes (R1 to R5, R28, R33). */
#ifndef FG_ISSUE_H
#define FG_ISSUE_H

#include "../state/state.h"

/* Whether a product is open, or of a pool one that it covers. */
bool fg_issue_is_open(const fg_account *account, const fg_state *state, uint32_t owner);

/* Issues what is due of a product that was opened just now, for the first time or not, and of the pools that cover
   it. */
fg_status fg_issue_at_opening(fg_account *account, fg_state *draft, uint32_t product, bool first, fg_time at);

/* Of every open product, and pool that covers one: on the 1st at 00:00, when a period begins, and at the end of a
   suspension. */
fg_status fg_issue_to_open_products(fg_account *account, fg_state *draft, fg_time at);

/* When a period begins next in which a recurring grant is issued by itself; FG_NEVER. */
fg_time fg_issue_next(const fg_account *account, const fg_state *state);

/* Moves what is left of the issue before into one that follows it, as much as the lot says; and back. Of grants of a
   draft's own list. */
void fg_issue_roll(const fg_account *account, fg_state *draft, fg_lot *lot);
void fg_issue_unroll(fg_state *draft, fg_lot *lot);

/* Issues a free grant that is claimed by hand, once (R3). */
fg_status fg_issue_claim(fg_account *account, fg_state *draft, const fg_command *command, uint32_t owner,
                         fg_outcome *outcome);

/* Keeps an amendment of a free grant, announced early enough (R5). */
fg_status fg_issue_announce(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product);

#endif
