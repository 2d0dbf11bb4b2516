/* Arrears: from a settlement that the wallet does not cover, to the suspension, and back (R26, R27). A book may state
   for each product, and by attributes of the account, when it is suspended and what is served nevertheless. */
#ifndef FG_ARREARS_H
#define FG_ARREARS_H

#include "../state/state.h"

/* Begins arrears if a settlement left the balance below zero (R26): for each product that has no instant of suspension
   yet, it sets one. */
void fg_arrears_begin_if_owed(const fg_account *account, fg_state *draft, fg_time at);

/* Whether a product is suspended; and whether any product is. */
static inline bool fg_arrears_stopped(const fg_state *state, uint32_t product) {
  fg_time stops = state->services[product].stops;
  return FG_UNLIKELY(stops != FG_NO_TIME) && stops <= state->now;
}
bool fg_arrears_stopped_any(const fg_account *account, const fg_state *state);

/* For each arrears rule of the book, whether the account fits it. It is found once for all products. */
typedef struct fg_arrears_rules {
  bool fits[FG_LIST_MAX];
} fg_arrears_rules;
void fg_arrears_find(const fg_account *account, const fg_state *state, fg_arrears_rules *rules);
/* Whether usage that grants and packs cover whole is served while a product is suspended. */
bool fg_arrears_keeps_prepaid(const fg_account *account, const fg_arrears_rules *rules, uint32_t product);

/* The instant at which the next product is suspended (R26); FG_NEVER if none will be. */
fg_time fg_arrears_suspension_time(const fg_account *account, const fg_state *state);

/* Ends arrears and suspension if the balance is good again (R27). Whatever raises the balance calls this afterwards. */
fg_status fg_arrears_end_if_paid(fg_account *account, fg_state *draft, fg_time at);

#endif
