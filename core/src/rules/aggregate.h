/* Usage of products with an aggregate: it is kept until the end of the period, where its value becomes one event
   (docs/decisions/0025-aggregates.md). */
#ifndef FG_RULES_AGGREGATE_H
#define FG_RULES_AGGREGATE_H

#include "../book/rating.h"
#include "../state/record.h"

static inline const fg_aggregate *fg_aggregate_of(const fg_account *account, uint32_t product) {
  return account->book->products[product].aggregate;
}

/* A usage that is to be kept. */
typedef struct fg_sampled {
  int64_t units;
  fg_string by; ///< the value that it is of; text NULL: of all
  bool is_kept; ///< false: it is not billed, or in a mode in which usage is free
} fg_sampled;

/* Rates a usage of a product and makes room for it in a state, of the account or a draft: fg_aggregate_keep cannot fail
   then. The statuses of fg_rate; FG_OVERFLOW: more than can be counted at the period's end. */
fg_status fg_aggregate_prepare(const fg_account *account, fg_state *state, uint32_t product, const fg_command *command,
                               fg_sampled *sampled);
/* Keeps it; what is recorded of it is only that it was not billed, if it was not. */
fg_recorded fg_aggregate_keep(const fg_account *account, fg_state *state, uint32_t product, const fg_sampled *sampled);

/* Corrects a draft: above 0, a usage that happened; below, units taken off the open slot, of a sum off the open period.
   What is held is corrected by both in the open period. FG_AGGREGATE_CLOSED: nothing is open that they could be taken
   off. FG_ADJUST_UNDERFLOW: less is. */
fg_status fg_aggregate_adjust(const fg_account *account, fg_state *draft, uint32_t product, const fg_command *command,
                              fg_recorded *recorded);

/* Nothing is held of a product that is closed. */
void fg_aggregate_close(const fg_account *account, fg_state *draft, uint32_t product);

/* What a value, by its place in the list of its service, has come to in the open period. FG_OVERFLOW. */
fg_status fg_aggregate_now(const fg_account *account, const fg_state *state, uint32_t product, uint32_t place,
                           int64_t *units);

/* When the next period ends, whose event is just before. */
fg_time fg_aggregates_next(const fg_account *account, const fg_state *state);

/* Makes the events of what ends at an instant, and of what is held where an edition begins then, just before it; they
   have happened, so nothing refuses them. Goes first among all that is due. `next` is the edition that begins; NULL:
   none does. FG_OVERFLOW. */
fg_status fg_aggregates_end(fg_account *account, fg_state *draft, fg_time at, const fg_book *next);

/* Makes the events as if all periods ended now, on a draft that is dropped. */
fg_status fg_aggregates_make_now(const fg_account *account, fg_state *draft);
bool fg_aggregates_keep_any(const fg_account *account, const fg_state *state);

#endif
