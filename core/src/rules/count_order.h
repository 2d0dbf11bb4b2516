/* In which order units came in open tier periods, for products whose graduated price depends on it
   (fg_product.keeps_order). Usage falls into the tiers that the count has reached when it comes. Where earlier usage is
   taken off, later usage moves down into the tiers that become free (docs/decisions/0035-order-of-counts.md). */
#ifndef FG_COUNT_ORDER_H
#define FG_COUNT_ORDER_H

#include "../state/record.h"

static inline bool fg_order_is_kept(const fg_account *account, uint32_t product) {
  return account->book->products[product].keeps_order;
}

/* Makes room to note one usage of a product. FG_NO_MEMORY. */
fg_status fg_order_reserve(fg_account *account, const fg_state *state, uint32_t product);
/* Makes room as fg_order_reserve does, on a draft that is dropped with the command, so that no runs are joined. */
fg_status fg_order_reserve_again(const fg_account *account, fg_product_group *group);

/* Notes usage that a bucket has counted or, with `sign` -1, that was taken off; `counted` are the unbilled units that
   count toward a tier. fg_order_reserve has made room. */
void fg_order_note(const fg_account *account, fg_product_group *group, uint32_t product, const fg_bucket *bucket,
                   const fg_usage *usage, int64_t counted, int sign);
/* Notes usage as fg_order_note does, after joining runs if there are too many. */
void fg_order_note_usage(fg_account *account, fg_state *state, uint32_t product, const fg_recorded *recorded);

/* After usage was taken off or undone, puts the units of a group into their tiers anew, in the order of time.
   FG_NO_MEMORY. */
fg_status fg_order_refill(const fg_account *account, fg_state *draft, uint32_t group);

/* After a settlement, drops the runs whose buckets no later settlement asks for. While a call is in flight all stay,
   because the regimes count them. */
void fg_order_settle(const fg_account *account, fg_state *draft, uint32_t group);

/* Makes up an order of the units of a group where only their tiers are known: from the lowest tier up, and within a
   tier by the order of the cells. FG_NO_MEMORY. */
fg_status fg_order_recover(const fg_account *account, fg_state *state, uint32_t group);

/* Whether the account has units whose order is kept. */
bool fg_order_matters(const fg_account *account, const fg_state *state);

/* Whether a run that was read from a snapshot can be one of its group. */
bool fg_run_is_good(const fg_account *account, const fg_run *run, uint32_t group);

#endif
