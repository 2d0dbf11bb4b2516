/* Usage: drawn on grants and packs, the rest to the month's bill (R7, R10, R17). */
#ifndef FG_USAGE_H
#define FG_USAGE_H

#include "state.h"

/* Whether usage may happen now: FG_NOT_OPEN, FG_VIOLATION, FG_SUSPENDED, FG_NO_CAPACITY, in this order. */
fg_status fg_usage_allowed(const fg_account *account, const fg_state *state, uint32_t product);

/* Whether so much may: FG_OVERFLOW, FG_NOT_SOLD. */
fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, int64_t quantity,
                        bool billable);

/* Where the units of a usage went. */
typedef struct fg_recorded {
  int64_t free, packs, postpaid, unbilled;
  int64_t counted;                  ///< of the unbilled, those that count toward a tier
  uint32_t free_count, taken_count; ///< grants drawn on: free ones first, then packs
  fg_date bucket;                   ///< the period it was counted in
} fg_recorded;

/* Records usage that was checked; `taken` has room for every grant of the service. Cannot fail. */
fg_recorded fg_usage_record(const fg_account *account, fg_state *state, uint32_t product, int64_t quantity,
                            bool billable, fg_taken *taken);

/* Makes room, in account->taken and account->draws, for any usage of a product. */
fg_status fg_usage_reserve(fg_account *account, uint32_t product);

/* The answer to usage just recorded in account->taken; `draws` has room for its packs. */
fg_used fg_usage_answer(const fg_account *account, const fg_recorded *recorded, fg_draw *draws);

/* What a record of usage keeps, in one block: the answer, its draws, what was taken from each grant, the command. */
typedef struct fg_usage_room {
  fg_record *record;
  fg_used *used;
  fg_draw *draws;
  fg_taken *taken;
} fg_usage_room;

/* Prepares the record of a usage that was checked, and all the room it needs. */
fg_status fg_usage_prepare(fg_account *account, const fg_command *command, uint32_t product, fg_key key,
                           fg_usage_room *room);

/* Records usage that was prepared, with its answer. Cannot fail. */
fg_recorded fg_usage_commit(fg_account *account, const fg_command *command, uint32_t product,
                            const fg_usage_room *room);

#endif
