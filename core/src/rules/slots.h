/* Slots for tasks at once. A call takes a slot of each limit that counts tasks, and keeps it until it ends. */
#ifndef FG_SLOTS_H
#define FG_SLOTS_H

#include "../state/state.h"

/* Frees the slots of a call that has some, given its first hold: one of each limit, as the call took them. */
void fg_slots_free(const fg_account *account, fg_state *state, const fg_hold *hold);

/* Takes a slot of each limit that counts tasks at once; false if no limit of the call's products does. */
bool fg_slots_take(const fg_account *account, fg_state *draft, const fg_hold *hold);

/* Whether a task goes on at an instant: its end is not known, and its deadline has not passed. */
static inline bool fg_hold_is_in_flight(const fg_hold *hold, fg_time at) {
  return !hold->unknown && hold->deadline > at;
}

/* Counts the slots of all calls in flight anew, because in another edition their products may ask other limits. A limit
   counts those that were begun before it was in force, too. */
fg_status fg_slots_recount(const fg_account *account, fg_state *draft, fg_time at);

#endif
