/* What is known of an id: from the history, or from the archive behind it. */
#ifndef FG_PAST_H
#define FG_PAST_H

#include "state.h"

/* Finds what an id was used for. FG_UNKNOWN_ID, or a failure of the archive. What `past` points to belongs to the
   account, its history or its archive, and holds until the next look-up. */
fg_status fg_past_find(fg_account *account, fg_string id, fg_past *past);

/* Whether it is a call that was canceled: its id is free for another. */
static inline bool fg_past_is_canceled(const fg_past *past) {
  return past->has_ending && past->ending.kind == FG_DO_CANCEL;
}

/* Whether a command says again what ended a call. */
fg_status fg_past_ended_by(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same);

/* Whether a command has all the fields of the one that has the id, but `at`. */
fg_status fg_past_is_same(fg_account *account, const fg_past *past, const fg_command *command, bool *is_same);

#endif
