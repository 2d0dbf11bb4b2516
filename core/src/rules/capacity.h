/* Capacity that was bought: how much of it is held at which instant (R20, R21). */
#ifndef FG_CAPACITY_H
#define FG_CAPACITY_H

#include "../state/state.h"

/* The units of a capacity, by its place in the book, that are active at an instant, which is now or later. Orders that
   are active together add up (R20). */
int64_t fg_capacity_held(const fg_state *state, uint32_t place, fg_time at);

/* The most units held at any instant of [from, until). That period must not be over, because the amounts held in the
   past are forgotten. */
int64_t fg_capacity_peak(const fg_state *state, uint32_t place, fg_time from, fg_time until);

/* Whether an order may be held in addition to what is held (R21). FG_CAPACITY_LIMIT; FG_OVERFLOW if the sum cannot be
   counted. */
fg_status fg_capacity_check(const fg_account *account, const fg_state *state, const fg_capacity_order *order);

/* Counts an order as held from its begin to its end. FG_OVERFLOW if the sum cannot be counted. */
fg_status fg_capacity_hold(const fg_account *account, fg_state *state, const fg_capacity_order *order);
/* Stops counting an order that was refunded before it began. */
fg_status fg_capacity_drop(const fg_account *account, fg_state *state, const fg_capacity_order *order);

/* Updates what is held now; and answers the next instant at which what is held changes. */
void fg_capacity_refresh(const fg_account *account, fg_state *state, fg_time at);
fg_time fg_capacity_next_change(const fg_account *account, const fg_state *state, fg_time after);

#endif
