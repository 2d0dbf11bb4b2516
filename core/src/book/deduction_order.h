/* The order of deduction (R7), a term of the book: which grant or pack is drawn on first of those that cover a
   usage. */
#ifndef FG_DEDUCTION_ORDER_H
#define FG_DEDUCTION_ORDER_H

#include "book.h"

/* R7: the criteria that order the packs of a product: its own, or those that the switch `pack_order` names. */
fg_pack_order fg_pack_order_of(const fg_pack_order *own, const fg_policy *policy);
/* R7: whether drawing on packs can change their order. */
bool fg_pack_order_moves(const fg_pack_order *order);

/* What of a grant or pack decides its place in the order of deduction. */
typedef struct fg_deduction_rank {
  int32_t rank;
  uint32_t owner; ///< 0: the product itself has the lot; else above 0, rising with the place of its pool in the book
  bool is_free;
  fg_time expires, issued;
  int64_t left, units;
} fg_deduction_rank;

/* R7: below 0 if `a` is drawn on before `b`, above 0 if after, 0 if the one whose command came first goes first. */
int fg_deduction_order(const fg_pack_order *order, const fg_deduction_rank *a, const fg_deduction_rank *b);

#endif
