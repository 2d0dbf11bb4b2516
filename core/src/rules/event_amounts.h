/* What postpaid units cost whose events are each priced by itself. The cost is found when an event comes, and kept as
   one sum for each cell, and one for each regime while a call may be undone, so that an account keeps no single
   events. */
#ifndef FG_EVENT_AMOUNTS_H
#define FG_EVENT_AMOUNTS_H

#include "cells.h"

/* Reads and writes a sum as numbers of fg_service.slices. */
fg_exact fg_event_sum(const int64_t *kept);
void fg_event_sum_keep(fg_exact sum, int64_t *kept);

/* What `units` postpaid units cost at an instant, of events with `of_each` units and of one cell. A null price does not
   refuse them, because they have happened. FG_OVERFLOW. */
fg_status fg_events_cost(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                         int64_t units, fg_exact *cost);

/* Adds a cost to a sum or, with `sign` -1, takes it off. On FG_OVERFLOW the sum is unchanged. */
fg_status fg_event_sum_add(int64_t *kept, fg_exact cost, int sign);

/* Adds to a sum what events of so many units cost now. */
fg_status fg_event_sum_charge(const fg_account *account, uint32_t product, fg_cell cell, fg_time at, int64_t of_each,
                              int64_t units, int64_t *kept);

/* Whether events may be recorded of which so many units would be charged now: FG_NOT_SOLD at a null price, unless they
   have happened already; FG_OVERFLOW if their cost cannot be counted. */
fg_status fg_events_fit(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                        int64_t charged, bool have_happened);

/* How much an adjust takes off a sum that keeps `units_left` postpaid units: the cost of the units taken off, at most
   the whole sum, and the whole sum where no unit is left. */
fg_exact fg_event_sum_less(fg_exact sum, fg_exact cost, int64_t units_left);

#endif
