/* The cheapest packs for at least so many units. */
#ifndef FG_CHEAPEST_COVER_H
#define FG_CHEAPEST_COVER_H

#include "plan_model.h"

/* Writes how many of each. FG_PLAN_NEVER if there are none. */
fg_amount fg_plan_cover(const fg_plan_pack *packs, uint32_t pack_count, int64_t units, int64_t *counts);

#endif
