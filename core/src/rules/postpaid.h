/* Whether usage that grants and packs leave over is sold: always, once the account has switched it on, or never. */
#ifndef FG_POSTPAID_H
#define FG_POSTPAID_H

#include "../state/state.h"

/* The status that refuses usage that grants and packs do not cover whole; FG_OK if the rest is sold. */
fg_status fg_postpaid_refusal(const fg_account *account, const fg_state *state, uint32_t product);

/* Switches postpaid usage of a product on or off. FG_NOT_SOLD where the book gives no choice. */
fg_status fg_postpaid_set(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product);

#endif
