/* Ids of finished usage and calls are forgotten, where the account keeps them for some days only (state/ids.h). A call
   that has not ended stays known, however long ago it was made. */
#ifndef FG_FORGETTING_H
#define FG_FORGETTING_H

#include "../state/state.h"

/* What an account knows from an instant on, beside what it knew before, until time has passed up to that instant. */
typedef struct fg_forgetting {
  fg_ids later;
  bool is_due; ///< another stretch has begun at the instant; else `later` has no meaning
} fg_forgetting;

/* Makes what the account will know at an instant: the stretches that are still known then, and calls in flight that
   were made before. FG_NO_MEMORY; then nothing is kept. */
fg_status fg_forgetting_begin(const fg_account *account, fg_time at, fg_forgetting *change);
/* Puts that in place of what the account knew if `status` is FG_OK, else drops it. Cannot fail. */
void fg_forgetting_end(fg_account *account, fg_forgetting *change, fg_status status);

/* Keeps a call that is about to end known from now on, if it was made in an earlier stretch. A call that ends in
   another way than by a plain commit has an entry of its end, and needs none of this. FG_NO_MEMORY. */
FG_COLD fg_status fg_forgetting_keep(fg_account *account, const fg_hold *hold);

#endif
