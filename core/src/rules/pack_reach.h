/* How far back packs reach (R8, `pack_reach`): where it says "whole_month", packs of a period also cover what was
   postpaid in it before they were bought. */
#ifndef FG_PACK_REACH_H
#define FG_PACK_REACH_H

#include "../state/state.h"

/* Whether packs of any product reach back. */
bool fg_packs_reach_back(const fg_account *account);

/* Covers, on a draft, what was postpaid of a product in a period of its settlement. Where units are kept by tier and
   what packs cover counts, the units that stay postpaid are the last ones; where it does not, the count falls, and
   those that reached furthest are gone. What was taken goes to the end of a list that has room, if it is not NULL. */
void fg_packs_cover_period(const fg_account *account, fg_state *draft, uint32_t product, fg_span period,
                           fg_taken *taken, uint32_t *taken_count);

/* The same in the open period of each product. */
void fg_packs_cover_open(const fg_account *account, fg_state *draft);

#endif
