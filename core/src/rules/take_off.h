/* How an adjust below 0 takes units off: from the end of the order of deduction. */
#ifndef FG_TAKE_OFF_H
#define FG_TAKE_OFF_H

#include "regimes.h"

/* Takes the units of an adjust with such attributes off its cells in the current tier period of a draft. Answers how
   many came off each source, and how many are lost because no grant or pack got them back. FG_ADJUST_UNDERFLOW if fewer
   units were used, apart from calls in flight. */
fg_status fg_undo_take_off(const fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                           fg_attributes attributes, fg_usage *off, int64_t *lost);

/* Takes units off the bucket of a regime with the given number, and notes the lots that got units back as the regime's
   parts. Where the bucket is gone, the regime says what was taken off. The caller arranges the order of deduction
   anew. */
fg_status fg_regime_take_off(const fg_account *account, fg_state *draft, fg_regime *regime, uint64_t number,
                             int64_t of_each, int64_t units, int64_t *lost);

/* Whether two regimes belong to one correction, and to cells whose usage is as one. How many units it takes off
   each of them is then shared out anew whenever they are redrawn. */
bool fg_regimes_correct_alike(const fg_account *account, const fg_regime *a, const fg_regime *b);

/* Shares out anew what a correction takes off the regimes that are like the first, before these are redrawn. */
void fg_regimes_share_out(const fg_account *account, const fg_state *draft, fg_regime *regimes, uint32_t count);

/* Adds what a regime used to its bucket, or takes off what the regime took off; with `sign` -1 the other way round.
   `bucket` may be NULL. */
void fg_regime_count(const fg_account *account, fg_state *draft, fg_bucket *bucket, const fg_regime *regime, int sign);

/* R8, whole_month: units that packs covered at a settlement may be drawn from lots when usage is redrawn. They then
   count as drawn and no more as covered; the packs keep them as taken, because the invoice stays as it is. */
void fg_regime_bound_covered(const fg_account *account, fg_service *service, uint32_t product);

/* Limits what an adjust takes off settled units of this month to the units that there are: the rest was used before the
   month. It is called last, because numbers may be below 0 while units are counted anew. */
void fg_regime_bound_settled(fg_service *service);

#endif
