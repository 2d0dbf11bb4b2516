/* Calls are undone when they are canceled, or committed for fewer units than they hold. Afterwards the account is as if
   the call had been made for what it ended with. Undoing goes back from the latest regime to the call's, and returns
   what each drew. Then it takes the units off the call's regime, and draws what is left of each regime again in the
   order of time, from the lots that could be drawn on then (docs/decisions/0010-undoing-a-call.md). */
#ifndef FG_UNDO_H
#define FG_UNDO_H

#include "regimes.h"

/* What a call is undone to: what it would have come to if it had been made otherwise. It has no more units than the
   call holds. */
typedef struct fg_remade {
  int64_t units;
  fg_cell cell;
  fg_usage_kind kind;
  int64_t of_each; ///< units of one event, where each event is priced by itself; 0: unchanged
} fg_remade;
static inline fg_remade fg_remade_for(const fg_hold *hold, int64_t units) {
  return (fg_remade){units, hold->cell, (fg_usage_kind)hold->kind, 0};
}

/* Changes a call in flight, on a draft, into what `as` says. Answers how many of the units that it gives up are lost:
   all, if it is settled, and then nothing else changes; else those that went back into lots that are void by now.
   FG_NO_MEMORY. */
fg_status fg_undo(const fg_account *account, fg_state *draft, const fg_hold *hold, fg_remade as, int64_t *lost);

#endif
