/* The packs on sale that a plan may buy, how many of each at most, and how long they last. */
#ifndef FG_PACKS_ON_SALE_H
#define FG_PACKS_ON_SALE_H

#include "plan_model.h"

fg_status fg_plan_find_packs(fg_plan_model *model, fg_error *error);
fg_status fg_plan_find_materials(fg_plan_model *model, fg_error *error);

/* Whether no pack that is bought expires before the usage of the last month. */
bool fg_plan_packs_last(const fg_plan_model *model);

/* The rank in the order of deduction that all packs of a product have, bought or held. */
static inline int32_t fg_plan_pack_rank(const fg_product *product) {
  return product->pack_count > 0 ? product->packs[0].rank : FG_PACK_RANK;
}

/* Over several editions: lists the allowed packs as a purchase in `month` may have them, each at its lowest price since
   `earliest`; `dates`, by the pack's index, is the month of that price. The lowest price of a unit comes first. Returns
   how many there are. */
uint32_t fg_plan_packs_of_month(const fg_plan_model *model, const fg_plan_pack *allowed, uint32_t count, int earliest,
                                int month, fg_plan_pack *packs, int *dates);

/* Lists the packs that may be bought, in the model's order. Returns how many there are. */
uint32_t fg_plan_allowed_packs(const fg_plan_model *model, const bool *allowed, fg_plan_pack *packs);

#endif
