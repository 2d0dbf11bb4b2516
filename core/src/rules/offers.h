/* Whether the book sells an offer to an account: by the account's attributes, by what it holds, and by how many items
   it orders. */
#ifndef FG_OFFERS_H
#define FG_OFFERS_H

#include "../state/state.h"

/* Whether an account fulfils `when` at an instant. An attribute that the account lacks fulfils no condition. */
bool fg_offer_fits(const fg_account *account, const fg_state *state, const fg_when *when, fg_time at);
/* As fg_offer_fits, for an offer of an edition that is not the one in force. */
bool fg_offer_fits_in(const fg_book *edition, const fg_state *state, const fg_when *when, fg_time at);

/* Refuses a quantity that one order cannot be of. FG_ORDER_SIZE. */
fg_status fg_offer_check_count(const fg_sale *sale, int64_t quantity);
/* FG_NOT_SOLD if the account does not fit the offer, FG_REQUIRES if it holds none of the offers that are required. */
fg_status fg_offer_check(const fg_account *account, const fg_state *state, const fg_sale *sale, fg_time at);

#endif
