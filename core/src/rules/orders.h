/* Orders: packs that are bought or given, and capacity (R6, R18 to R21, R34). Each function works on a draft; the text
   of `id` belongs to the history. */
#ifndef FG_ORDERS_H
#define FG_ORDERS_H

#include "../state/state.h"

fg_status fg_order_pack(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product, fg_string id,
                        fg_outcome *outcome);
fg_status fg_order_capacity(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                            fg_string id, fg_outcome *outcome);

#endif
