/* Seals a ledger: it goes on in a new one, which begins with the state in which the old one ended. */
#ifndef FG_STORE_SEAL_H
#define FG_STORE_SEAL_H

#include "ledger.h"

/* FG_LEDGER_SEALED, with the path of the successor, if the ledger was sealed. */
fg_status fg_seal_check(fg_store *store, fg_error *error);

#endif
