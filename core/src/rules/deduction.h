/* Free grants and packs: kept in the order they are drawn on (R7), drawn on, void when their time is over. */
#ifndef FG_DEDUCTION_H
#define FG_DEDUCTION_H

#include "../state/state.h"

/* Adds a lot or pack. Its id is not copied. */
fg_status fg_lots_add(const fg_account *account, fg_state *state, const fg_lot *lot);

typedef struct fg_drawn {
  int64_t free, packs;
  uint32_t taken_count; ///< lots drawn on
} fg_drawn;

/* Draws `units` on the grants and packs of a plain product as far as they reach; cannot fail. `taken` has room for each
   lot of service->drawable. */
fg_drawn fg_lots_draw(fg_state *state, fg_service *service, int64_t units, fg_taken *taken);

/* Draws as fg_lots_draw does, for a product that pools cover; `covers` says which of their covers are for the usage.
   Their lots are in the orders of other products too, and leave these where they are used up. */
fg_drawn fg_lots_draw_shared(const fg_account *account, fg_state *state, uint32_t product, int64_t units,
                             uint16_t covers, fg_taken *taken);

/* What the two above would answer; draws nothing. */
fg_drawn fg_lots_would_draw(const fg_account *account, const fg_state *state, uint32_t product, int64_t units,
                            uint16_t covers);

/* What a unit of a regime draws from a lot of the order; 0: it does not draw on it. */
int64_t fg_lots_weight(const fg_account *account, const fg_state *state, const fg_regime *regime, fg_drawable drawable);

/* R8, whole_month: packs bought in a period cover usage of a bucket that is postpaid already. Answers how many units
   they cover; appends what each gave to `taken`, which has room for each lot of service->drawable, or is NULL. */
int64_t fg_lots_cover(const fg_account *account, fg_state *state, uint32_t product, const fg_bucket *bucket,
                      fg_span period, fg_taken *taken, uint32_t *taken_count);

/* Finds the order of deduction of a product anew, as it is at an instant, among the lots that regimes up to `regime`
   may draw on; with `all` those that are used up are in it too. FG_NO_MEMORY. */
fg_status fg_lots_arrange(const fg_account *account, fg_state *state, uint32_t product, fg_time at, uint64_t regime,
                          bool all);
/* Finds the order of deduction as it was in a regime, by whose edition lots have their weights and ranks. */
fg_status fg_lots_arrange_then(const fg_account *account, fg_state *state, const fg_regime *regime, uint64_t number,
                               bool all);
/* Finds the order of deduction of each product of a group, as it is now. */
fg_status fg_lots_arrange_group(const fg_account *account, fg_state *state, uint32_t group);
/* Adds a lot to such an order, if it may be drawn on. FG_NO_MEMORY. */
fg_status fg_lots_arrive(const fg_account *account, fg_state *state, uint32_t product, uint32_t index, fg_time at);
/* Takes out of the order what is void at an instant; answers whether anything was. */
bool fg_lots_drop_void(const fg_state *state, fg_service *service, fg_time at);

/* Takes a refunded pack out of every order; it has nothing left (R31). */
void fg_lots_refund(const fg_account *account, fg_state *state, fg_lot *lot);

/* Takes out of every order what is void at `at`. */
void fg_lots_expire(const fg_account *account, fg_state *state, fg_time at);
fg_time fg_lots_next_expiry(const fg_account *account, const fg_state *state);

/* Whether it is a pack of materials: nobody draws on that, it raises the ceiling (R25). */
bool fg_lot_is_of_materials(const fg_account *account, const fg_lot *lot);

#endif
