/* Calls undone: canceled, or committed for fewer units than they held, as if they had been made for that many. Undoing
   goes back from the latest regime to that of the call and puts back what each of them drew. It takes the units off the
   call's, and then draws what is left of each again, in the order of time, from what could be drawn on in its time;
   docs/decisions/0010-undoing-a-call.md. */
#ifndef FG_UNDO_H
#define FG_UNDO_H

#include "regimes.h"

/* What a call would have come to, had it been made otherwise: at most as many units as it holds. */
typedef struct fg_remade {
  int64_t units;
  fg_cell cell;
  fg_usage_kind kind;
  int64_t of_each; ///< units of one event, where each is priced by itself; 0: as it was
} fg_remade;
static inline fg_remade fg_remade_for(const fg_hold *hold, int64_t units) {
  return (fg_remade){units, hold->cell, (fg_usage_kind)hold->kind, 0};
}

/* Changes a call that is in flight on a draft into what it would be, had it been made as `as` says. Answers how many of
   the units that it no longer has are lost: all once it is settled, and then nothing else changes; else those that are
   back in lots which are void by now. FG_NO_MEMORY. */
fg_status fg_undo(const fg_account *account, fg_state *draft, const fg_hold *hold, fg_remade as, int64_t *lost);

#endif
