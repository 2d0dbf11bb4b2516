/* Free grants and packs as lots: they are kept in the order of deduction (R7), are drawn on in it, and become void. */
#ifndef FG_DEDUCTION_H
#define FG_DEDUCTION_H

#include "../state/state.h"

/* Adds a grant or pack as a lot. The text of its id is not copied. */
fg_status fg_lots_add(const fg_account *account, fg_state *state, const fg_lot *lot);

typedef struct fg_drawn {
  int64_t free, packs;
  uint32_t taken_count; ///< how many lots were drawn on
} fg_drawn;

/* Draws units from the lots of a plain product, as far as they reach; cannot fail. `taken` must have room for each lot
   of service->drawable. */
fg_drawn fg_lots_draw(fg_state *state, fg_service *service, int64_t units, fg_taken *taken);

/* Draws as fg_lots_draw does, for usage in a cell of a product that pools cover. The lots of pools stand in the orders
   of other products too, and are removed there when they are used up. */
fg_drawn fg_lots_draw_shared(const fg_account *account, fg_state *state, uint32_t product, int64_t units, fg_cell cell,
                             fg_taken *taken);

/* What fg_lots_draw or fg_lots_draw_shared would answer; nothing is drawn. */
fg_drawn fg_lots_would_draw(const fg_account *account, const fg_state *state, uint32_t product, int64_t units,
                            fg_cell cell);

/* The parts that a unit of usage in a cell draws from a lot, by the weights of the cell's edition; 0: it does not draw
   on lots of that owner. */
int64_t fg_lots_weight_of(const fg_account *account, const fg_lot *lot, uint32_t product, fg_cell cell);
/* The parts that a unit of a regime's usage draws from a lot of the order; 0: it does not draw on that lot. */
int64_t fg_lots_weight(const fg_account *account, const fg_state *state, const fg_regime *regime, fg_drawable drawable);

/* R8, whole_month: lets packs bought in a period cover postpaid usage of a bucket, and answers how many units they
   cover. What each pack gave is appended to `taken`, which has room for each lot of service->drawable, or is NULL. */
int64_t fg_lots_cover(const fg_account *account, fg_state *state, uint32_t product, const fg_bucket *bucket,
                      fg_span period, fg_taken *taken, uint32_t *taken_count);

/* Arranges anew the order of deduction of a product at an instant, from the lots that regimes up to number `regime` may
   draw on; if `all`, also those that are used up. FG_NO_MEMORY. */
fg_status fg_lots_arrange(const fg_account *account, fg_state *state, uint32_t product, fg_time at, uint64_t regime,
                          bool all);
/* Arranges the order of deduction as it was in a regime, with the weights and ranks of the edition then. */
fg_status fg_lots_arrange_then(const fg_account *account, fg_state *state, const fg_regime *regime, uint64_t number,
                               bool all);
/* Arranges the order of deduction of a product as it is now for usage in a cell, maybe of an earlier edition. */
fg_status fg_lots_arrange_for(const fg_account *account, fg_state *state, uint32_t product, fg_cell cell);
/* Arranges the order of deduction of each product of a group as it is now. */
fg_status fg_lots_arrange_group(const fg_account *account, fg_state *state, uint32_t group);
/* Adds a lot to a product's order of deduction, if the product may draw on it. FG_NO_MEMORY. */
fg_status fg_lots_arrive(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at);
/* Removes lots that are void at an instant from a product's order; answers whether there were any. */
bool fg_lots_drop_void(const fg_state *state, fg_service *service, fg_time at);

/* Takes all units of a refunded pack, and removes it from every order (R31). */
void fg_lots_refund(const fg_account *account, fg_state *state, fg_lot *lot);

/* Removes the lots that are void at an instant from every order. */
void fg_lots_expire(const fg_account *account, fg_state *state, fg_time at);
fg_time fg_lots_next_expiry(const fg_account *account, const fg_state *state);

/* Whether a lot is a pack of materials: usage never draws on it, because it raises the ceiling of materials (R25). */
bool fg_lot_is_of_materials(const fg_account *account, const fg_lot *lot);

#endif
