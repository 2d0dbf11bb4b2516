/* Finds the cheapest packs with at least a number of units. */
#ifndef FG_CHEAPEST_COVER_H
#define FG_CHEAPEST_COVER_H

#include "plan_model.h"

/* `counts` becomes how many of each pack to buy. FG_PLAN_NEVER if there are no packs. */
fg_amount fg_plan_cover(const fg_plan_pack *packs, uint32_t pack_count, int64_t units, int64_t *counts);

#endif
