/* Usage and calls of an event of the book: one of each of its products, all or nothing, with the same quantity and
   attributes. */
#ifndef FG_EVENT_USAGE_H
#define FG_EVENT_USAGE_H

#include "../state/state.h"

/* Counts it under an id that is free, or under none (`key` NULL), and answers what all products came to together.
   It is refused with the status of its first product that is. FG_UNKNOWN_PRODUCT where the command names no event. */
FG_COLD fg_status fg_event_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);

/* Lets a call of an event through under an id that is free, or a number, and holds it. Every limit is asked once for
   all of its products together. */
FG_COLD fg_status fg_event_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);

/* Fills the error of a usage or call of an event that was refused: it names the attribute that is missing or
   unknown. */
void fg_event_explain(const fg_account *account, const fg_command *command, fg_error *error);

#endif
