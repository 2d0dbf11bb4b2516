/* Capacity that was bought: how much is held when (R20, R21). */
#ifndef FG_CAPACITY_H
#define FG_CAPACITY_H

#include "../state/state.h"

/* Units of a capacity, by its place in the book, active at an instant, now or later: orders active together add up
   (R20). */
int64_t fg_capacity_held(const fg_state *state, uint32_t place, fg_time at);

/* The most units held at any instant of [from, until). The period must not be over, because steps gone by are
   forgotten. */
int64_t fg_capacity_peak(const fg_state *state, uint32_t place, fg_time from, fg_time until);

/* Whether an order may be held too (R21): FG_CAPACITY_LIMIT; FG_OVERFLOW if all that is held could not be counted. */
fg_status fg_capacity_check(const fg_account *account, const fg_state *state, const fg_capacity_order *order);

/* Counts an order as held from now on; FG_OVERFLOW if that is more than can be counted. */
fg_status fg_capacity_hold(const fg_account *account, fg_state *state, const fg_capacity_order *order);
/* Stops counting an order, which was refunded before it began. */
fg_status fg_capacity_drop(const fg_account *account, fg_state *state, const fg_capacity_order *order);

/* Brings what is held now up to date; and answers the next instant at which that changes. */
void fg_capacity_refresh(const fg_account *account, fg_state *state, fg_time at);
fg_time fg_capacity_next_change(const fg_account *account, const fg_state *state, fg_time after);

#endif
