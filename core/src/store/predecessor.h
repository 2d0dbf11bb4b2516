/* The ledger that a ledger goes on from, and the rows that are kept of it. */
#ifndef FG_STORE_PREDECESSOR_H
#define FG_STORE_PREDECESSOR_H

#include "ledger.h"

/* What a successor says of its predecessor. Its rows up to `seq` are copies, kept because of their ids. */
typedef struct fg_predecessor {
  char name[256];                    ///< the name of the predecessor's file
  int64_t seq;                       ///< the number of its last command; 0: there is no predecessor
  unsigned char head[FG_CHAIN_SIZE]; ///< the link of that command
  unsigned char kept[FG_CHAIN_SIZE]; ///< a link over all copies
} fg_predecessor;

fg_status fg_predecessor_read(fg_store *store, fg_predecessor *before, fg_error *error);

/* Writes, as text, what a successor says of `old`, its predecessor. */
fg_status fg_predecessor_write(const fg_ledger *old, const unsigned char kept[FG_CHAIN_SIZE], fg_text *text);

/* Walks over the rows of a ledger that a statement selects by a row number and, if it asks for one, an instant. */
typedef struct fg_row_walk {
  fg_status (*take)(void *context, const fg_row *row, fg_error *error);
  void *context;
} fg_row_walk;

fg_status fg_row_walk_over(const fg_store *store, const char *select, int64_t seq, fg_time since,
                           const fg_row_walk *walk, fg_error *error);

/* Takes the row of a walk over copies into their chain, which begins with zeros. */
fg_status fg_predecessor_chain_kept(void *kept, const fg_row *row, fg_error *error);

/* Checks that the copies in a successor are those that were made when it was. */
fg_status fg_predecessor_check_kept(fg_ledger *ledger, const fg_predecessor *before, fg_error *error);

#endif
