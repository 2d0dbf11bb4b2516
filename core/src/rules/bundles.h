/* Bundles: packs and capacity that are bought as one order with one id. */
#ifndef FG_BUNDLES_H
#define FG_BUNDLES_H

#include "../state/state.h"

/* Buys a bundle. The history owns the text of `id`. FG_UNKNOWN_PACK, FG_NOT_SOLD, FG_REQUIRES, FG_CAPACITY_LIMIT,
   FG_OVERFLOW, and the statuses of fg_wallet_pay. */
fg_status fg_bundle_buy(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                        fg_outcome *outcome);

#endif
