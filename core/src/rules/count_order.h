/* In which order the units of open periods of tiers came, of products with a graduated price that more than their
   counts decides (fg_product.keeps_order). A usage falls into slices when it comes; where usage is taken off later,
   what came after it moves down into the slices that are free (docs/decisions/0035-order-of-counts.md). */
#ifndef FG_COUNT_ORDER_H
#define FG_COUNT_ORDER_H

#include "../state/record.h"

static inline bool fg_order_is_kept(const fg_account *account, uint32_t product) {
  return account->book->products[product].keeps_order;
}

/* Room to note one usage of a product. FG_NO_MEMORY. */
fg_status fg_order_reserve(fg_account *account, const fg_state *state, uint32_t product);
/* The same on a draft that is thrown away with the command, where no runs are joined. */
fg_status fg_order_reserve_again(const fg_account *account, fg_product_group *group);

/* Notes usage of a bucket that was counted, or taken off where `sign` is -1, and of unbilled units those that count.
   fg_order_reserve has made room. */
void fg_order_note(const fg_account *account, fg_product_group *group, uint32_t product, const fg_bucket *bucket,
                   const fg_usage *usage, int64_t counted, int sign);
/* The same, after runs were joined if there were too many. */
void fg_order_note_usage(fg_account *account, fg_state *state, uint32_t product, const fg_recorded *recorded);

/* Fills the slices of a group's buckets anew, in the order of time, after usage was taken off or undone. FG_NO_MEMORY.
 */
fg_status fg_order_refill(const fg_account *account, fg_state *draft, uint32_t group);

/* Finds what runs there may have been, where it is known of a group's units in which tiers they are and no more: they
   follow from tier to tier, and within one in the order of the cells. FG_NO_MEMORY. */
fg_status fg_order_recover(const fg_account *account, fg_state *state, uint32_t group);

/* Whether there is an order to be known. */
bool fg_order_matters(const fg_account *account, const fg_state *state);

/* Whether a run that was read can be one of its group. */
bool fg_run_is_good(const fg_account *account, const fg_run *run, uint32_t group);

#endif
