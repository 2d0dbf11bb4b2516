/* The attributes of an account: what its usage is priced by besides the usage's own, from when they are set on. */
#ifndef FG_ACCOUNT_ATTRIBUTES_H
#define FG_ACCOUNT_ATTRIBUTES_H

#include "../state/state.h"

/* Those that a new account begins with. FG_INVALID with path, FG_NO_MEMORY. */
fg_status fg_account_attributes_begin(fg_account *account, const fg_attributes *attributes, fg_error *error);

/* Sets those that a command names; the others stay. FG_UNKNOWN_VALUE, FG_NO_MEMORY. */
fg_status fg_account_attributes_set(fg_account *account, fg_state *draft, const fg_command *command);

#endif
