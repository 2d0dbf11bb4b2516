/* Whether an offer of the book is for an account: by the attributes that it has, by what it holds, by how many it
   orders. */
#ifndef FG_OFFERS_H
#define FG_OFFERS_H

#include "../state/state.h"

/* Whether the account has all that `when` asks, at an instant; an attribute that it has not holds for nothing. */
bool fg_offer_fits(const fg_account *account, const fg_state *state, const fg_when *when, fg_time at);
/* The same of an offer of another edition than the one in force. */
bool fg_offer_fits_in(const fg_book *edition, const fg_state *state, const fg_when *when, fg_time at);

/* FG_ORDER_SIZE where so many are not sold at once. */
fg_status fg_offer_check_count(const fg_sale *sale, int64_t quantity);
/* FG_NOT_SOLD where the account does not fit, FG_REQUIRES where it holds none of what is required. */
fg_status fg_offer_check(const fg_account *account, const fg_state *state, const fg_sale *sale, fg_time at);

#endif
