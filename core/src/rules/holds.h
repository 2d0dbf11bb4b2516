/* Calls in flight: let through, then committed or canceled, exactly once. */
#ifndef FG_HOLDS_H
#define FG_HOLDS_H

#include "slots.h"
#include "undo.h"

/* When a call let through at an instant is abandoned; FG_NEVER without a timeout, or beyond what can be counted. */
fg_time fg_hold_deadline(fg_time since, int64_t timeout_ms);

/* The first hold of the call in flight under an id or, where that is absent, of the number that it got for one. NULL if
   there is none. */
fg_hold *fg_holds_find(const fg_account *account, fg_string id, uint64_t call);

/* The attempt of a call in flight, given its entry and the number that it has for an id, or 0: it is kept, or is that
   number, which the id may say as a text. */
uint64_t fg_hold_attempt(const unsigned char *entry, uint32_t number);

/* The id of the call that it is of, which may be written to `made`. */
fg_string fg_hold_id(const fg_hold *hold, char made[FG_CALL_NAME_MAX]);

/* Frees the slot of a call, if it has one. */
static inline void fg_hold_free_slot(const fg_account *account, fg_state *state, fg_hold *hold) {
  if (FG_UNLIKELY(hold->slot)) {
    fg_slots_free(account, state, hold);
    hold->slot = false;
  }
}

/* Ends a call, given its first hold: its slot is free. What it used stays used. */
void fg_holds_end(const fg_account *account, fg_state *state, fg_hold *hold);

/* Units of this month in calls that have not ended. */
int64_t fg_holds_uncertain(const fg_account *account, uint32_t product);

/* Frees the slots of calls whose deadline has passed; their units stay used, and they stay listed as abandoned. Only
   who asks for a slot can see whether that has been done, so it is done when no other is free. Answers whether any was
   freed. */
FG_COLD bool fg_holds_abandon(const fg_account *account, fg_state *state);

/* Gives back the slots of calls that were found abandoned up to an instant, after time was turned back to before it. */
FG_COLD void fg_holds_unabandon(const fg_account *account, fg_state *state, fg_time until);

#endif
