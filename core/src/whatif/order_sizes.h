/* Packs that are not sold one by one: their price goes by the number in an order (`price` as a schedule), or an order
   is of certain numbers alone (`count`). Each order that may be worth placing is a pack of its own for the search. */
#ifndef FG_ORDER_SIZES_H
#define FG_ORDER_SIZES_H

#include "plan_model.h"

static inline bool fg_plan_is_by_order(const fg_pack_offer *offer) {
  return offer->by_number != NULL || offer->sale.count != NULL;
}

/* What an order of so many costs; FG_PLAN_NEVER if there is none. */
fg_amount fg_plan_order_price(const fg_plan_model *model, const fg_pack_offer *offer, int64_t number);

/* The numbers of an order that are worth placing, each with its price, as packs of `packs`, at most `room`; `count` is
   how many, or -1 where there are more. */
fg_status fg_plan_order_sizes(fg_plan_model *model, uint32_t offer, fg_plan_pack *packs, int room, int *count);

#endif
