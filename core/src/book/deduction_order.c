#include "deduction_order.h"

fg_pack_order fg_pack_order_of(const fg_pack_order *own, const fg_policy *policy) {
  static const fg_pack_order orders[] = {
      [FG_ORDER_EXPIRY] = {2, {FG_BY_EXPIRY, FG_BY_PURCHASE}},
      [FG_ORDER_PURCHASE] = {2, {FG_BY_PURCHASE, FG_BY_EXPIRY}},
      [FG_ORDER_SMALLEST_LEFT] = {3, {FG_BY_LEFT, FG_BY_EXPIRY, FG_BY_PURCHASE}},
  };
  return own->count > 0 ? *own : orders[policy->value[FG_SWITCH_PACK_ORDER]];
}

bool fg_pack_order_moves(const fg_pack_order *order) {
  bool moves = false;
  for (uint32_t i = 0; i < order->count; i++) {
    moves = moves || order->by[i] == FG_BY_LEFT;
  }
  return moves;
}

static int compare_by(fg_criterion criterion, const fg_deduction_rank *a, const fg_deduction_rank *b) {
  switch (criterion) {
  case FG_BY_EXPIRY: return fg_compare_i64(a->expires, b->expires);
  case FG_BY_PURCHASE: return fg_compare_i64(a->issued, b->issued);
  case FG_BY_LEFT: return fg_compare_i64(a->left, b->left);
  default: return fg_compare_i64(a->units, b->units);
  }
}

/* R7: the lower rank comes first; of one rank, lots of the product itself before those of pools; of one owner, free
   grants by expiry, then packs by the criteria. */
int fg_deduction_order(const fg_pack_order *order, const fg_deduction_rank *a, const fg_deduction_rank *b) {
  static const fg_pack_order of_grants = {2, {FG_BY_EXPIRY, FG_BY_PURCHASE}};
  int found = fg_compare_i64(a->rank, b->rank);
  found = found != 0 ? found : fg_compare_i64(a->owner, b->owner);
  found = found != 0 ? found : fg_compare_i64(!a->is_free, !b->is_free);
  const fg_pack_order *criteria = a->is_free ? &of_grants : order;
  for (uint32_t i = 0; found == 0 && i < criteria->count; i++) {
    found = compare_by((fg_criterion)criteria->by[i], a, b);
  }
  return found;
}
