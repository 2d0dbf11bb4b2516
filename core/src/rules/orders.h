/* Orders: packs that are bought or given, and capacity (R6, R18 to R21, R34). Each function works on a draft; the
   history owns the text of `id`. */
#ifndef FG_ORDERS_H
#define FG_ORDERS_H

#include "../book/fraction.h"
#include "../state/state.h"

fg_status fg_order_pack(fg_account *account, fg_state *draft, const fg_command *command, uint32_t owner, fg_string id,
                        fg_outcome *outcome);
fg_status fg_order_capacity(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                            fg_string id, fg_outcome *outcome);

/* What so many packs of an offer cost that is priced by their number. FG_NOT_SOLD, FG_OVERFLOW. */
fg_status fg_order_price_packs(const fg_book *book, const fg_pack_offer *offer, int64_t quantity, fg_price_input *input,
                               fg_price_result *price);

/* R18: what an order of capacity costs that is sold and begins at `from`; `input` becomes what it was priced by. The
   tier is picked by the order alone, or by all capacity held when it begins. */
fg_status fg_order_price_capacity(const fg_account *account, const fg_state *state, const fg_command *command,
                                  uint32_t place, fg_time from, fg_price_input *input, fg_price_result *price);

/* Changes, for the time that is left of an order, its quantity or the capacity that it is of. The difference is
   charged, or paid back to cash. FG_UNKNOWN_ID, FG_UNKNOWN_METER, FG_NOT_SOLD, FG_CAPACITY_LIMIT, FG_OVERFLOW, and the
   statuses of fg_wallet_pay. */
fg_status fg_order_change_capacity(fg_account *account, fg_state *draft, const fg_command *command,
                                   fg_outcome *outcome);

/* How many days or months are left of an order from an instant on. */
fg_status fg_order_time_left(const fg_account *account, const fg_capacity_offer *offer, const fg_capacity_order *order,
                             fg_time from, fg_fraction *left);

/* Counts an order of capacity as held, after it was checked. */
fg_status fg_order_keep_capacity(const fg_account *account, fg_state *draft, const fg_capacity_order *order);
/* Pays an order and adds the amount to `*spent`. It is called last, when nothing else can refuse the order. */
fg_status fg_order_pay(const fg_account *account, fg_state *draft, const fg_command *command, fg_amount amount,
                       fg_amount *spent, fg_outcome *outcome);

/* The past command that has the id of an order, and its answer. */
const fg_past_command *fg_order_of_id(const fg_account *account, fg_string id);

#endif
