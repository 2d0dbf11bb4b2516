/* Corrections of recorded usage, by a command with its reason. */
#ifndef FG_ADJUST_H
#define FG_ADJUST_H

#include "../state/state.h"

/* Adds units to the current period as usage that has happened, or takes them off it, on a draft. FG_NOT_OPEN if the
   product never was open, FG_ADJUST_UNDERFLOW, FG_OVERFLOW. */
fg_status fg_adjust(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                    fg_outcome *outcome);

#endif
