/* Tasks at once: a call takes a slot of each limit that counts them, until it ends. */
#ifndef FG_SLOTS_H
#define FG_SLOTS_H

#include "../state/state.h"

/* Frees the slots of a call that has them, given its first hold: one of each limit, as it took them. */
void fg_slots_free(const fg_account *account, fg_state *state, const fg_hold *hold);

/* Counts a call where tasks at once are; false if no limit of its products does. */
bool fg_slots_take(const fg_account *account, fg_state *draft, const fg_hold *hold);

/* Counts the slots of the calls in flight anew, for their products may be asked by other limits in another edition. */
fg_status fg_slots_recount(const fg_account *account, fg_state *draft);

#endif
