/* The source, in the price book, of what a command asks for: what its refusal rests on
   (docs/decisions/0013-rules-in-errors.md). */
#ifndef FG_CITED_H
#define FG_CITED_H

#include "../state/command.h"
#include "../state/state.h"

/* The source of the offer that is bought, given or claimed, else that of the price of the product's usage; empty where
   the command names none that exists. */
fg_string fg_command_source(const fg_account *account, const fg_command *command);

#endif
