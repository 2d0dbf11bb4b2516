/* Writes the commands of an account as rows of its ledger. */
#ifndef FG_STORE_WRITE_H
#define FG_STORE_WRITE_H

#include "ledger.h"

/* Writes the command that the account has just applied as the next row, durably. */
fg_status fg_ledger_write(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error);
/* Writes the command that the account has just applied inside the transaction of a ledger that is being made, which
   nobody else has open. */
fg_status fg_ledger_append(fg_ledger *ledger, const fg_command *command, const fg_outcome *outcome, fg_error *error);

#endif
