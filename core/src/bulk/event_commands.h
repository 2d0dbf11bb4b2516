/* What an account does: its commands, and its events as commands. What cannot be done is set aside. */
#ifndef FG_EVENT_COMMANDS_H
#define FG_EVENT_COMMANDS_H

#include "biller.h"

/* Answers FG_OK also for a command that was set aside, because only what ends the whole call is a failure.
   FG_NO_MEMORY, also of the others. */
fg_status fg_do_or_set_aside(fg_bill_part *part, const fg_customer *customer, const fg_command *command, int64_t row,
                             fg_outcome *outcome);

/* Those commands that were given beside the events, up to an instant. */
fg_status fg_commands_do(fg_bill_part *part, fg_customer *customer, fg_time until);

/* One event. `command` is begun as a `use`; what differs from row to row is written anew. */
fg_status fg_row_do(fg_bill_part *part, fg_customer *customer, const fg_events *events, const fg_event_row *row,
                    fg_command *command);

#endif
