/* What outcomes and statements hold, told to a visitor key by key as the timeline contract names them. */
#ifndef FG_DESCRIBE_H
#define FG_DESCRIBE_H

#include "state.h"

/* fg_account_describe, as the value of a key. */
fg_status fg_account_tell(const fg_account *account, const char *key, const fg_visitor *visitor);

#endif
