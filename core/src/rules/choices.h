/* Choices: of some products one at most is open at a time. */
#ifndef FG_CHOICES_H
#define FG_CHOICES_H

#include "../state/state.h"

/* Opens a product; another one of its choice that is open is closed, at once or at the end of a period. Until then that
   one stays open, and this one is not. Works on a draft; as fg_service_open. */
fg_status fg_choice_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome);

/* The next instant at which a choice is switched, and what happens then. */
fg_time fg_choice_next(const fg_account *account, const fg_state *state);
fg_status fg_choice_switch(fg_account *account, fg_state *draft, fg_time at);

#endif
