/* Calls in flight: let pass, but neither committed nor canceled yet. */
#ifndef FG_HOLDS_H
#define FG_HOLDS_H

#include "slots.h"
#include "undo.h"

/* When a call that was let pass at `since` is abandoned; FG_NEVER without a timeout, or if that is beyond what can be
   counted. */
fg_time fg_hold_deadline(fg_time since, int64_t timeout_ms);

/* The first hold of the call in flight under an id or, where the id is absent, with the number that the account gave it
   in place of one; NULL if there is none. */
fg_hold *fg_holds_find(const fg_account *account, fg_string id, uint64_t call);

/* The number of a call's attempt, from its entry and from the number that stands for its id (0: none does). The entry
   has the attempt; else it is that number, or the one that the id spells. */
uint64_t fg_hold_attempt(const unsigned char *entry, uint64_t number);

/* The id of a hold's call. An id that the account made is written to `made`. */
fg_string fg_hold_id(const fg_hold *hold, char made[FG_CALL_NAME_MAX]);

/* Frees the slots of a call, if it has any. */
static inline void fg_hold_free_slot(const fg_account *account, fg_state *state, fg_hold *hold) {
  if (FG_UNLIKELY(hold->slot)) {
    fg_slots_free(account, state, hold);
    hold->slot = false;
  }
}

/* Ends a call, given its first hold, and frees its slots. Its usage stays. */
void fg_holds_end(const fg_account *account, fg_state *state, fg_hold *hold);

/* Units used this month by calls that are still in flight. */
int64_t fg_holds_uncertain(const fg_account *account, uint32_t product);

/* Frees the slots of calls whose deadline has passed. Their usage stays, and they stay listed as abandoned. This is
   done only when no slot is free, because until then nobody can see the difference. Answers whether a slot was
   freed. */
FG_COLD bool fg_holds_abandon(const fg_account *account, fg_state *state);

/* Gives slots back to the calls whose deadline passed up to an instant, after time was turned back to before it. */
FG_COLD void fg_holds_unabandon(const fg_account *account, fg_state *state, fg_time until);

#endif
