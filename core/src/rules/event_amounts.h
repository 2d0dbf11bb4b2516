/* What the postpaid units of a product cost whose events are priced each by itself. It is found as an event comes, and
   kept as one sum a cell, and one a regime while a call may be undone: an account holds no event. */
#ifndef FG_EVENT_AMOUNTS_H
#define FG_EVENT_AMOUNTS_H

#include "cells.h"

/* A sum as it is kept among the numbers of fg_service.slices. */
fg_exact fg_event_sum(const int64_t *kept);
void fg_event_sum_keep(fg_exact sum, int64_t *kept);

/* What `units` of events cost that have `of_each`, of a cell, at an instant. They have happened. FG_OVERFLOW. */
fg_status fg_events_cost(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                         int64_t units, fg_exact *cost);

/* Adds what they cost to a sum, or with `sign` -1 takes it off. FG_OVERFLOW, and nothing is changed. */
fg_status fg_event_sum_add(int64_t *kept, fg_exact cost, int sign);

/* Adds to a sum what events of so many units cost now. */
fg_status fg_event_sum_charge(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                              int64_t units, int64_t *kept);

/* Whether events of which so many units would be charged now are sold, and their cost can be counted. FG_NOT_SOLD,
   where they have not happened yet; FG_OVERFLOW. */
fg_status fg_events_fit(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                        int64_t charged, bool have_happened);

/* What an adjust takes off a sum that is left with so many postpaid units: what its events cost, all of it at most, and
   all where no unit is left. */
fg_exact fg_event_sum_less(fg_exact sum, fg_exact cost, int64_t units_left);

#endif
