/* The book of a plan's own: the caller's, with the switches of the forecast, the packs held at the start as packs on
   offer, and the grants and packs of a pool of the product alone as the product's. */
#ifndef FG_PLAN_BOOK_H
#define FG_PLAN_BOOK_H

#include "plan_model.h"

/* Copies the caller's book with all its editions, to give it other switches and so many more packs. The strings stay
   the caller's. */
fg_status fg_plan_copy_book(fg_plan_model *model, uint32_t more_packs);

/* Adds a pack held to the packs on offer, so that given a day before the start it is void when the pack held is. */
fg_status fg_plan_offer_held_pack(fg_plan_model *model, uint32_t index);

#endif
