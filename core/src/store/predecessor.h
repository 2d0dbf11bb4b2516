/* The ledger that a ledger goes on from, and what is kept of it. */
#ifndef FG_STORE_PREDECESSOR_H
#define FG_STORE_PREDECESSOR_H

#include "ledger.h"

/* What a successor says of the ledger it goes on from. Its rows up to `seq` are copies that are kept for their ids. */
typedef struct fg_predecessor {
  char name[256];                    ///< of its file
  int64_t seq;                       ///< of its last command; 0: there is no predecessor
  unsigned char head[FG_CHAIN_SIZE]; ///< the chain there
  unsigned char kept[FG_CHAIN_SIZE]; ///< a chain of the copies
} fg_predecessor;

fg_status fg_predecessor_read(fg_store *store, fg_predecessor *before, fg_error *error);

/* Writes what a successor keeps of the ledger that it goes on from, as text. */
fg_status fg_predecessor_write(const fg_ledger *old, const unsigned char kept[FG_CHAIN_SIZE], fg_text *text);

/* Rows of a ledger, one after another: those that a statement selects by a seq and, where it asks for it, an
   instant. */
typedef struct fg_row_walk {
  fg_status (*take)(void *context, const fg_row *row, fg_error *error);
  void *context;
} fg_row_walk;

fg_status fg_row_walk_over(const fg_store *store, const char *select, int64_t seq, fg_time since,
                           const fg_row_walk *walk, fg_error *error);

/* For a walk over copies: goes on with their chain, which begins as zeros. */
fg_status fg_predecessor_chain_kept(void *kept, const fg_row *row, fg_error *error);

/* The copies of a successor are those that were made. */
fg_status fg_predecessor_check_kept(fg_ledger *ledger, const fg_predecessor *before, fg_error *error);

#endif
