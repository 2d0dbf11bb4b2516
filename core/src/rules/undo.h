/* Calls undone: canceled, or committed for fewer units than they held, as if they had been made for that many. Undoing
   puts back all draws from the last regime to the call's, takes the units off the call's, and draws each regime's units
   anew as at its time; docs/decisions/0010-undoing-a-call.md. */
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

/* Makes a call in flight of a draft otherwise, as if it had been made so. Answers how many of the units that it no
   longer has are lost: all once it is settled, and then nothing else changes; else those that are back in lots which
   are void by now. FG_NO_MEMORY. */
fg_status fg_undo(const fg_account *account, fg_state *draft, const fg_hold *hold, fg_remade as, int64_t *lost);

#endif
