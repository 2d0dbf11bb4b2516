/* The value of an aggregate's open period: what its usage has come to so far. */
#ifndef FG_AGGREGATE_VALUE_H
#define FG_AGGREGATE_VALUE_H

#include "../state/state.h"

static inline const fg_aggregate *fg_aggregate_of(const fg_account *account, uint32_t product) {
  return account->book->products[product].aggregate;
}

/* The place of a value in the list of the attribute that splits an aggregate, in the edition in force; FG_NONE where
   that list has it no more. */
int64_t fg_aggregate_place_of_value(const fg_account *account, const fg_aggregate *aggregate, fg_string by);

/* The value of a period up to an instant in it, or up to its end. */
fg_int128 fg_aggregate_value(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                             fg_time until);

/* The instant up to which, not including, the value counts now: one microsecond after now, so that a slot that has just
   begun counts; of a level that is held, now. */
fg_time fg_aggregate_until_now(const fg_aggregate *aggregate, const fg_state *state);

/* The units that one kept value, at `place` in its service's list, has come to in the open period. FG_OVERFLOW. */
fg_status fg_aggregate_now(const fg_account *account, const fg_state *state, uint32_t product, uint32_t place,
                           int64_t *units);

#endif
