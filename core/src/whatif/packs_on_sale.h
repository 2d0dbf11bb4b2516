/* The packs on sale that a plan may buy: how many of each at most, and how long they last. */
#ifndef FG_PACKS_ON_SALE_H
#define FG_PACKS_ON_SALE_H

#include "plan_model.h"

fg_status fg_plan_find_packs(fg_plan_model *model, fg_error *error);
fg_status fg_plan_find_materials(fg_plan_model *model, fg_error *error);

/* True if no pack bought expires before the last month's usage. */
bool fg_plan_packs_last(const fg_plan_model *model);

/* The rank of a product's packs, which is one, and of those held. */
static inline int32_t fg_plan_pack_rank(const fg_product *product) {
  return product->pack_count > 0 ? product->packs[0].rank : FG_PACK_RANK;
}

/* Over several editions: the allowed packs as a purchase in a month may have them, each at its lowest price since
   `earliest`, and by its place the month of that price; the lowest price of a unit first. Answers how many. */
uint32_t fg_plan_packs_of_month(const fg_plan_model *model, const fg_plan_pack *allowed, uint32_t count, int earliest,
                                int month, fg_plan_pack *packs, int *dates);

/* The packs that may be bought, in the order of the model's; answers how many. */
uint32_t fg_plan_allowed_packs(const fg_plan_model *model, const bool *allowed, fg_plan_pack *packs);

#endif
