/* Packs whose units come lot by lot, one in each period from the purchase on. */
#ifndef FG_PACKS_H
#define FG_PACKS_H

#include "../state/state.h"

/* Adds the packs of an order, or the first lot of them; `lot` says whose, which and when, and `ordered` becomes how
   many units they have and when they are void. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_packs_begin(fg_account *account, fg_state *draft, fg_lot lot, int64_t quantity, fg_ordered *ordered);

/* When the next lot comes; FG_NEVER. */
fg_time fg_packs_next_lot(const fg_state *state);
/* Adds the lots that come at an instant. */
fg_status fg_packs_issue(const fg_account *account, fg_state *draft, fg_time at);

/* How many lots an order has of which one is given, and how many of them come yet: of packs that come at once, one and
   none. FG_OVERFLOW. */
fg_status fg_packs_count(const fg_account *account, const fg_state *state, const fg_lot *lot, int64_t *all,
                         int64_t *to_come);

/* Lets no more lots come of the packs of an order. Of a draft's own lists. */
void fg_packs_end(fg_state *draft, fg_string id);

#endif
