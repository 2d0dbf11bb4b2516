/* The order of deduction (R7), a term of the book: which of the grants and packs that cover a usage is drawn on
   first. */
#ifndef FG_DEDUCTION_ORDER_H
#define FG_DEDUCTION_ORDER_H

#include "book.h"

/* R7: the criteria of a product's packs, its own or those of the switch. */
fg_pack_order fg_pack_order_of(const fg_pack_order *own, const fg_policy *policy);
/* R7: whether the order of packs changes as they are drawn on. */
bool fg_pack_order_moves(const fg_pack_order *order);

/* What decides when a grant or pack is drawn on. */
typedef struct fg_deduction_rank {
  int32_t rank;
  uint32_t owner; ///< 0, the product's own; else by the order of the pools
  bool is_free;
  fg_time expires, issued;
  int64_t left, units;
} fg_deduction_rank;

/* R7: below 0 if `a` is drawn on before `b`, above 0 if after, 0 if the order of the commands decides. */
int fg_deduction_order(const fg_pack_order *order, const fg_deduction_rank *a, const fg_deduction_rank *b);

#endif
