/* The periods in which a product's usage is counted: of its tiers, of its settlement, and the stretch of time that
   these and the civil month have in common, of which there is one bucket for each cell
   (docs/decisions/0024-settlement-of-any-period.md). */
#ifndef FG_PERIODS_H
#define FG_PERIODS_H

#include "../book/event_price.h"
#include "../state/state.h"

/* The period of a product's tiers, or of its settlement, that an instant is in. What is counted from the first opening
   is a month of the calendar before that. Events that are priced each by itself have no period of their own: theirs is
   that of the settlement. */
fg_span fg_tiers_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at);
fg_span fg_settling_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at);

/* The period of the book's settlement that is open, counted from the first opening of all. */
fg_span fg_settling_of_book(const fg_account *account, const fg_state *state);

/* What the two and the civil month have in common. */
fg_span fg_stretch_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at);

/* What a settlement prices of a product: the usage of a period of settlement or, where that is shorter than the period
   of its tiers, of the latter until now; then it is a running total, of which earlier invoices have had a part. */
typedef struct fg_billed {
  const fg_service *service; ///< whose usage it is
  fg_span period;            ///< of settlement
  fg_time from;              ///< begin of its first period of tiers
  bool is_running;           ///< that is longer: other invoices have a part of it
} fg_billed;

fg_billed fg_billed_of(const fg_account *account, const fg_state *state, uint32_t product, fg_span period);

/* Whether a bucket is of what is priced, and whether of the period of settlement itself. */
static inline bool fg_bucket_is_billed(const fg_bucket *bucket, const fg_billed *billed) {
  return bucket->tiers >= billed->from && bucket->begin < billed->period.end;
}
static inline bool fg_bucket_is_within(const fg_bucket *bucket, fg_span period) {
  return bucket->begin >= period.begin && bucket->begin < period.end;
}

/* When a period of a product is settled: at its end or, of a month, on the settlement day (R14); and when the earliest
   that is not. */
fg_time fg_settlement_of(const fg_account *account, uint32_t product, fg_span period);
fg_time fg_settles_at(const fg_account *account, const fg_state *state, uint32_t product);

#endif
