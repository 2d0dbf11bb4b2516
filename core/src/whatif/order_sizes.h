/* Packs that are not sold one by one: their price depends on the number in an order (`price` as a schedule), or only
   some numbers can be ordered (`count`). Each order that may be worth placing is a pack of its own for the search. */
#ifndef FG_ORDER_SIZES_H
#define FG_ORDER_SIZES_H

#include "plan_model.h"

static inline bool fg_plan_is_by_order(const fg_pack_offer *offer) {
  return offer->by_number != NULL || offer->sale.count != NULL;
}

/* The price of an order of `number` packs; FG_PLAN_NEVER if it cannot be placed. FG_OVERFLOW: it is more than a plan
   can add up. */
fg_status fg_plan_order_price(const fg_plan_model *model, const fg_pack_offer *offer, int64_t number, fg_amount *price);

/* Lists the orders that may be worth placing at the beginning of a month, the smallest first, as packs in the model's
   arena; `count` is how many, or -1 if they are more than FG_PLAN_PACKS_MAX. FG_OVERFLOW, FG_NO_MEMORY. */
fg_status fg_plan_order_sizes(fg_plan_model *model, int month, uint32_t offer, fg_plan_pack **packs, int *count);

#endif
