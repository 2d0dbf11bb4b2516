/* Corrections of recorded usage, by a command that states a reason. */
#ifndef FG_ADJUST_H
#define FG_ADJUST_H

#include "../state/state.h"

/* Corrects, on a draft, the usage of the current period: adds units as usage that has happened, or takes units off.
   FG_NOT_OPEN if the product was never open, FG_ADJUST_UNDERFLOW, FG_OVERFLOW. */
fg_status fg_adjust(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                    fg_outcome *outcome);

#endif
