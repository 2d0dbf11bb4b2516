/* How far back packs reach (R8, switch `pack_reach`). With "whole_month", packs bought in a period also cover its
   postpaid usage from before the purchase. */
#ifndef FG_PACK_REACH_H
#define FG_PACK_REACH_H

#include "../state/state.h"

/* Whether packs of any product reach back to before their purchase. */
bool fg_packs_reach_back(const fg_account *account);

/* Covers, on a draft, postpaid usage of a product in a settlement period by packs. Where units are kept by tier and
   covered units count toward tiers, the last units stay postpaid; where covered units do not count, the count falls and
   the units in the highest tiers are gone. What was taken is appended to `taken`, which has room, or is NULL. */
void fg_packs_cover_period(const fg_account *account, fg_state *draft, uint32_t product, fg_span period,
                           fg_taken *taken, uint32_t *taken_count);

/* Covers usage as fg_packs_cover_period does, in the open period of each product. */
void fg_packs_cover_open(const fg_account *account, fg_state *draft);

#endif
