/* Writes what an account does as rows of its ledger. */
#ifndef FG_STORE_WRITE_H
#define FG_STORE_WRITE_H

#include "ledger.h"

/* Writes what the account has just done as the next row, durably. */
fg_status fg_ledger_write(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error);
/* Writes it inside the transaction of a ledger that is being made, which nobody else has open. */
fg_status fg_ledger_append(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error);

#endif
