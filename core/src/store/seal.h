/* A ledger that goes on in another: the old one is sealed, the new one begins with the state in which it ended. */
#ifndef FG_STORE_SEAL_H
#define FG_STORE_SEAL_H

#include "ledger.h"

/* What a successor says of the ledger it goes on from. Its rows up to `seq` are copies that are kept for their ids. */
typedef struct fg_predecessor {
  char name[256];                    ///< of its file
  int64_t seq;                       ///< of its last command; 0: there is no predecessor
  unsigned char head[FG_CHAIN_SIZE]; ///< the chain there
  unsigned char kept[FG_CHAIN_SIZE]; ///< a chain of the copies
} fg_predecessor;

fg_status fg_predecessor_read(fg_store *store, fg_predecessor *before, fg_error *error);

/* FG_LEDGER_SEALED, with where it goes on, if the ledger was sealed. */
fg_status fg_seal_check(fg_store *store, fg_error *error);

/* The copies of a successor are those that were made. */
fg_status fg_seal_check_kept(fg_ledger *ledger, const fg_predecessor *before, fg_error *error);

#endif
