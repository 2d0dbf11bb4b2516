/* A ledger that goes on in another: the old one is sealed, the new one begins with the state in which it ended. */
#ifndef FG_STORE_SEAL_H
#define FG_STORE_SEAL_H

#include "ledger.h"

/* FG_LEDGER_SEALED, with where it goes on, if the ledger was sealed. */
fg_status fg_seal_check(fg_store *store, fg_error *error);

#endif
