/* Units taken off what was used, by an adjust below 0: from the end of the order of deduction. */
#ifndef FG_TAKE_OFF_H
#define FG_TAKE_OFF_H

#include "regimes.h"

/* Takes the units of an adjust off its cell in a draft's current period of tiers, from the end of the order of
   deduction. Answers how many came off each source, and how many are lost, which are back in no grant or pack.
   FG_ADJUST_UNDERFLOW if fewer were used besides calls in flight. */
fg_status fg_undo_take_off(const fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                           fg_usage *off, int64_t *lost);

/* Takes units off the bucket of a regime, whose number is given, and notes what it put back as the regime's parts.
   Where there is no bucket any more, the regime says what was taken off. The caller finds the order of deduction
   anew. */
fg_status fg_regime_take_off(const fg_account *account, fg_state *draft, fg_regime *regime, uint64_t number,
                             int64_t of_each, int64_t units, int64_t *lost);

/* Whether two regimes are of one correction and of cells whose units cost the same: what it takes off the one and the
   other depends on what there is. */
bool fg_regimes_correct_alike(const fg_account *account, const fg_regime *a, const fg_regime *b);

/* Shares out anew what the regimes of a correction take off that are like the first, before they are done again. */
void fg_regimes_share_out(const fg_account *account, const fg_state *draft, fg_regime *regimes, uint32_t count);

/* Adds what a regime used to its bucket, if there is one, or subtracts what it took off; with `sign` -1 the other way
   round. */
void fg_regime_count(const fg_account *account, fg_state *draft, fg_bucket *bucket, const fg_regime *regime, int sign);

/* R8, whole_month: what packs covered when a period was settled may be drawn from lots now, and counts as that alone.
   The units of the packs stay taken, as the invoice stays. */
void fg_regime_bound_covered(const fg_account *account, fg_service *service, uint32_t product);

/* An adjust takes settled units off this month only as far as there are any; what is above them was used before the
   month. This comes once all is counted, because what is counted anew may be less than nothing in between. */
void fg_regime_bound_settled(fg_service *service);

#endif
