/* Usage and calls of an event of the book: one of each of its products, with the same quantity and attributes; all
   products or none. */
#ifndef FG_EVENT_USAGE_H
#define FG_EVENT_USAGE_H

#include "../state/state.h"

/* Counts usage of an event under an id that is free, or under none (`key` NULL), and answers the sums over all its
   products. It is refused with the status of the first product that is refused. FG_UNKNOWN_PRODUCT where the command
   names no event. */
FG_COLD fg_status fg_event_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);

/* Lets a call of an event pass under an id that is free, or a number, and holds it. Every limit is asked once for all
   products together. */
FG_COLD fg_status fg_event_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used);

/* Fills the error of a refused usage or call of an event with the attribute that is missing or unknown. */
void fg_event_explain(const fg_account *account, const fg_command *command, fg_error *error);

#endif
