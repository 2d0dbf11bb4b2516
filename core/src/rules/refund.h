/* Refunds of packs and capacity (R29 to R32). */
#ifndef FG_REFUND_H
#define FG_REFUND_H

#include "../state/state.h"

fg_status fg_refund(fg_account *account, fg_state *draft, const fg_command *command, fg_outcome *outcome);

#endif
