/* Packs whose units come lot by lot: one lot in each period from the purchase on. */
#ifndef FG_PACKS_H
#define FG_PACKS_H

#include "../state/state.h"

/* Adds the packs of an order, or their first lot. `lot` says whose they are, which and from when; `ordered` becomes how
   many units they have and when they are void. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_packs_begin(fg_account *account, fg_state *draft, fg_lot lot, int64_t quantity, fg_ordered *ordered);

/* When the next lot of any pack comes; FG_NEVER if none does. */
fg_time fg_packs_next_lot(const fg_state *state);
/* Adds the lots of packs that come at an instant. */
fg_status fg_packs_issue(const fg_account *account, fg_state *draft, fg_time at);

/* How many lots an order has, given one of them, and how many of these are still to come. Packs whose units come at
   once have one lot. FG_OVERFLOW. */
fg_status fg_packs_count(const fg_account *account, const fg_state *state, const fg_lot *lot, int64_t *all,
                         int64_t *to_come);

/* Stops the lots that are still to come of an order's packs. The draft owns the lists. */
void fg_packs_end(fg_state *draft, fg_string id);

#endif
