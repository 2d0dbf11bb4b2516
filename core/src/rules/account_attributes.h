/* The attributes of an account. Usage is priced by them from the moment they are set, together with the usage's own
   attributes. */
#ifndef FG_ACCOUNT_ATTRIBUTES_H
#define FG_ACCOUNT_ATTRIBUTES_H

#include "../state/state.h"

/* Whether any edition of the account's book declares an attribute of accounts with this value. */
bool fg_account_attribute_is_known(const fg_account *account, const fg_attribute *attribute);

/* Sets the attributes that a new account begins with, as any edition declares them. FG_INVALID with path,
   FG_NO_MEMORY. */
fg_status fg_account_attributes_begin(fg_account *account, const fg_attributes *attributes, fg_error *error);

/* Sets the attributes that a command names, and leaves the others. FG_UNKNOWN_VALUE, FG_NO_MEMORY. */
fg_status fg_account_attributes_set(fg_account *account, fg_state *draft, const fg_command *command);

#endif
