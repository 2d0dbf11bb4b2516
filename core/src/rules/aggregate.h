/* Usage of products with an aggregate: it is kept until the end of the period, where its value becomes one event
   (docs/decisions/0025-aggregates.md). */
#ifndef FG_RULES_AGGREGATE_H
#define FG_RULES_AGGREGATE_H

#include "../book/rating.h"
#include "../state/record.h"
#include "aggregate_value.h"

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

#endif
