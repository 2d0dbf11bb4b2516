/* Applies an account's commands, and its events as commands. A command that is refused is set aside. */
#ifndef FG_EVENT_COMMANDS_H
#define FG_EVENT_COMMANDS_H

#include "biller.h"

/* Applies a command, or sets it aside. The answer is FG_OK in both cases, because only what ends the whole call is a
   failure. FG_NO_MEMORY; the functions below can fail with it, too. */
fg_status fg_do_or_set_aside(fg_bill_part *part, const fg_customer *customer, const fg_command *command, int64_t row,
                             fg_outcome *outcome);

/* Applies the commands that were given beside the events, up to an instant. */
fg_status fg_commands_do(fg_bill_part *part, fg_customer *customer, fg_time until);

/* Applies one event. `command` is a `use` that the rows of an account share; what differs from row to row is written
   anew. */
fg_status fg_row_do(fg_bill_part *part, fg_customer *customer, const fg_events *events, const fg_event_row *row,
                    fg_command *command);

#endif
