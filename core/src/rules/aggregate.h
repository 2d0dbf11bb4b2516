/* Usage of products with an aggregate. It is kept until the end of the aggregate's period, whose value then becomes one
   event (docs/decisions/0025-aggregates.md). */
#ifndef FG_RULES_AGGREGATE_H
#define FG_RULES_AGGREGATE_H

#include "../book/rating.h"
#include "../state/record.h"
#include "aggregate_value.h"

/* A usage that an aggregate is about to keep. */
typedef struct fg_sampled {
  int64_t units;
  fg_string by; ///< its value of the attribute that splits the aggregate; text NULL: nothing splits it
  bool is_kept; ///< false: the usage is not billed, or is free in the mode in force
} fg_sampled;

/* Rates a usage of a product and makes room for it in `state`, which is the account's or a draft, so that
   fg_aggregate_keep cannot fail. Statuses of fg_rate; FG_OVERFLOW if the units could not be counted at the period's
   end. */
fg_status fg_aggregate_prepare(const fg_account *account, fg_state *state, uint32_t product, const fg_command *command,
                               fg_sampled *sampled);
/* Adds a rated usage to its aggregate. A usage that is not to be kept is recorded as unbilled instead; of others
   nothing is recorded yet. */
fg_recorded fg_aggregate_keep(const fg_account *account, fg_state *state, uint32_t product, const fg_sampled *sampled);

/* Corrects the usage of an aggregate on a draft. Units above 0 are added as usage that happened; units below 0 are
   taken off the open slot, or off the open period where the value is a sum. A level that is held is corrected either
   way in the open period. FG_AGGREGATE_CLOSED: no slot or period is open. FG_ADJUST_UNDERFLOW: it has fewer units. */
fg_status fg_aggregate_adjust(const fg_account *account, fg_state *draft, uint32_t product, const fg_command *command,
                              fg_recorded *recorded);

/* Sets the level that a product holds to 0, because the product is closed. */
void fg_aggregate_close(const fg_account *account, fg_state *draft, uint32_t product);

#endif
