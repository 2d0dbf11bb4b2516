/* The attributes of an account. Usage is priced by them from the moment they are set, together with the usage's own
   attributes. */
#ifndef FG_ACCOUNT_ATTRIBUTES_H
#define FG_ACCOUNT_ATTRIBUTES_H

#include "../state/state.h"

/* Sets the attributes that a new account begins with. FG_INVALID with path, FG_NO_MEMORY. */
fg_status fg_account_attributes_begin(fg_account *account, const fg_attributes *attributes, fg_error *error);

/* Sets the attributes that a command names, and leaves the others. FG_UNKNOWN_VALUE, FG_NO_MEMORY. */
fg_status fg_account_attributes_set(fg_account *account, fg_state *draft, const fg_command *command);

#endif
