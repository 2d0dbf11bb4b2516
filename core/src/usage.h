/* Usage: drawn on grants and packs, the rest to the month's bill (R7, R10, R17). */
#ifndef FG_USAGE_H
#define FG_USAGE_H

#include "record.h"

/* Finds the terms of every product's usage anew. The refusals are FG_NOT_OPEN, FG_VIOLATION, FG_SUSPENDED,
   FG_NO_CAPACITY, in this order. */
void fg_usage_refresh(const fg_account *account, fg_state *state);

/* Whether so much may be used: FG_OVERFLOW, FG_NOT_SOLD. */
fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                        bool billable);

/* Records usage that was checked; `taken` has room for every grant of the service. Cannot fail. */
fg_recorded fg_usage_record(fg_state *state, uint32_t product, int64_t quantity, bool billable, fg_taken *taken);

/* Makes room, in account->taken and account->draws, for any usage of a product. */
static inline fg_status fg_usage_reserve(fg_account *account, uint32_t product) {
  uint32_t most = account->state.services[product].burn.count;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  return FG_ARRAY_RESERVE(&account->allocator, &account->draws, most);
}

/* The answer to usage just recorded in account->taken, its packs in account->draws. */
fg_used fg_usage_answer(const fg_account *account, const fg_recorded *recorded);

/* Makes all the room that a usage which was checked needs to be recorded under a new id. */
fg_status fg_usage_prepare(fg_account *account, const fg_command *command, uint32_t product, const fg_key *key,
                           fg_entry_room *room);

/* Records usage that was prepared. Cannot fail. */
fg_recorded fg_usage_commit(fg_account *account, const fg_command *command, uint32_t product,
                            const fg_entry_room *room);

#endif
