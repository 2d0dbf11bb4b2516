/* Free grants and packs: kept in the order they are drawn on (R7), drawn on, void when their time is over. */
#ifndef FG_GRANTS_H
#define FG_GRANTS_H

#include "state.h"

/* Adds a grant or pack. Its id is not copied. */
fg_status fg_grants_add(const fg_account *account, fg_state *state, const fg_grant *grant);

typedef struct fg_drawn {
  int64_t free, packs;
  uint32_t free_count, taken_count; ///< grants drawn on: free ones first, then packs
} fg_drawn;

/* Draws `units` on a service's grants and packs as far as they reach; cannot fail. `taken` has room for each grant of
   service->burn. */
fg_drawn fg_grants_draw(fg_state *state, fg_service *service, int64_t units, fg_taken *taken);

/* Gives units back to a grant they were drawn from, to be drawn on again; false if it is void. Its service has room in
   `burn` for one more. */
bool fg_grants_return(const fg_account *account, fg_state *state, const fg_taken *taken);

/* What fg_grants_draw would answer. */
fg_drawn fg_grants_would_draw(const fg_state *state, const fg_service *service, int64_t units);

/* R8, whole_month: packs bought from `begin` up to `end` cover up to `units` of usage already postpaid. Answers how
   many they cover. */
int64_t fg_grants_cover(const fg_account *account, fg_state *state, fg_service *service, int64_t units, fg_time begin,
                        fg_time end);

/* A refunded pack is gone (R31). */
void fg_grants_refund(fg_state *state, fg_grant *grant);

/* Takes out what is void at `at`. */
void fg_grants_expire(const fg_account *account, fg_state *state, fg_time at);
fg_time fg_grants_next_expiry(const fg_account *account, const fg_state *state);

/* The pack or grant on offer that a grant came from. */
bool fg_grant_is_of_materials(const fg_account *account, const fg_grant *grant);

#endif
