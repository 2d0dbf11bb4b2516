/* Choices: sets of products of which at most one is open at a time. */
#ifndef FG_CHOICES_H
#define FG_CHOICES_H

#include "../state/state.h"

/* Opens a product on a draft, and closes the open product of its choice: at once, or at the end of a period, up to
   which that one stays open and the new one stays closed. Statuses of fg_service_open. */
fg_status fg_choice_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome);

/* fg_choice_next finds the next instant at which choices are switched to other products; fg_choice_switch switches
   those that are due at one. What the edition in force sells no more is not opened, and nothing is closed for it. */
fg_time fg_choice_next(const fg_account *account, const fg_state *state);
fg_status fg_choice_switch(fg_account *account, fg_state *draft, fg_time at);

#endif
