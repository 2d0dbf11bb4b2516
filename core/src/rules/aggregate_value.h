/* What the events of an open period come to that an aggregate makes one of. */
#ifndef FG_AGGREGATE_VALUE_H
#define FG_AGGREGATE_VALUE_H

#include "../state/state.h"

static inline const fg_aggregate *fg_aggregate_of(const fg_account *account, uint32_t product) {
  return account->book->products[product].aggregate;
}

/* The place of a value of what splits an aggregate, in the edition in force; FG_NONE where it has it no more. */
int64_t fg_aggregate_place_of_value(const fg_account *account, const fg_aggregate *aggregate, fg_string by);

/* The value up to an instant of the period or its end. */
fg_int128 fg_aggregate_value(const fg_service *service, const fg_aggregate *aggregate, const fg_aggregated *kept,
                             fg_time until);

/* The instant up to which it is counted now: slots that have begun count. */
fg_time fg_aggregate_until_now(const fg_aggregate *aggregate, const fg_state *state);

/* What a value, by its place in the list of its service, has come to in the open period. FG_OVERFLOW. */
fg_status fg_aggregate_now(const fg_account *account, const fg_state *state, uint32_t product, uint32_t place,
                           int64_t *units);

#endif
