/* The model's own book: a copy of the caller's with the switches of the forecast. Packs held at the start are packs on
   offer in it, and if a pool is for the product alone, its grants and packs are the product's. */
#ifndef FG_PLAN_BOOK_H
#define FG_PLAN_BOOK_H

#include "plan_model.h"

/* Copies the caller's book with all its editions, so that switches can be changed, and `more_packs` packs added.
   Strings stay the caller's. */
fg_status fg_plan_copy_book(fg_plan_model *model, uint32_t more_packs);

/* Adds a pack held to the packs on offer. Given to the account a day before the start, it ends when the pack held
   does. */
fg_status fg_plan_offer_held_pack(fg_plan_model *model, uint32_t index);

#endif
