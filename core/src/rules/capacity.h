/* Capacity orders: how much is held when, and the mode and limit that follow (R16 to R24). */
#ifndef FG_CAPACITY_H
#define FG_CAPACITY_H

#include "../state/state.h"

typedef enum fg_mode {
  FG_MODE_USAGE,    ///< usage draws on grants and packs and is billed
  FG_MODE_CAPACITY, ///< usage is free within the limit bought
  FG_MODE_LAPSED    ///< set to capacity with none active: usage is refused (R23)
} fg_mode;

/* The mode in force, and its name. */
fg_mode fg_capacity_mode_set(const fg_account *account, const fg_state *state, uint32_t product);
static inline fg_mode fg_capacity_mode(const fg_account *account, const fg_state *state, uint32_t product) {
  bool is_set = state->services[product].capacity_mode;
  return FG_LIKELY(!is_set) ? FG_MODE_USAGE : fg_capacity_mode_set(account, state, product);
}
fg_string fg_capacity_mode_name(const fg_account *account, fg_mode mode, uint32_t product);

/* The limit in force, in units of the capacity's meter; -1 for none. The product has a capacity offer. */
int64_t fg_capacity_limit(const fg_account *account, const fg_state *state, uint32_t product);

/* Units of a product's capacity active at an instant, now or later. */
int64_t fg_capacity_held(const fg_state *state, uint32_t product, fg_time at);

/* The most units held at any instant of [from, until), which is not over. */
int64_t fg_capacity_peak(const fg_state *state, uint32_t product, fg_time from, fg_time until);

/* Counts an order as held from now on; FG_OVERFLOW if that is more than can be counted. */
fg_status fg_capacity_hold(const fg_account *account, fg_state *state, const fg_capacity_order *order);
/* Counts it no more: it was refunded before it began. */
fg_status fg_capacity_drop(const fg_account *account, fg_state *state, const fg_capacity_order *order);

/* Brings what each service holds up to date, and the next instant at which that changes. */
void fg_capacity_refresh(const fg_account *account, fg_state *state, fg_time at);
fg_time fg_capacity_next_change(const fg_account *account, const fg_state *state, fg_time after);

#endif
