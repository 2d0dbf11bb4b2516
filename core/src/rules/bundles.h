/* Bundles: packs and capacity that are bought as one order with one id. */
#ifndef FG_BUNDLES_H
#define FG_BUNDLES_H

#include "../state/state.h"

/* Buys one. The text of `id` belongs to the history. FG_UNKNOWN_PACK, FG_NOT_SOLD, FG_REQUIRES, FG_CAPACITY_LIMIT,
   FG_OVERFLOW, those of paying. */
fg_status fg_bundle_buy(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                        fg_outcome *outcome);

#endif
