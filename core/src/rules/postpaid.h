/* Whether what grants and packs leave over is sold: always, once it is switched on, or never. */
#ifndef FG_POSTPAID_H
#define FG_POSTPAID_H

#include "../state/state.h"

/* What a usage that grants and packs do not cover whole is refused as; FG_OK: it is served. */
fg_status fg_postpaid_refusal(const fg_account *account, const fg_state *state, uint32_t product);

/* Switches it on or off, where that is a choice. FG_NOT_SOLD elsewhere. */
fg_status fg_postpaid_set(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product);

#endif
