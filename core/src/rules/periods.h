/* The periods in which usage of a product is counted: that of its tiers, that of its settlement, and stretches. A
   stretch is the time that both of these and the civil month have in common; it has one bucket for each cell
   (docs/decisions/0024-settlement-of-any-period.md). */
#ifndef FG_PERIODS_H
#define FG_PERIODS_H

#include "../book/event_price.h"
#include "../state/state.h"

/* The tier period or the settlement period of a product that an instant is in. Periods counted from the first opening
   are months of the calendar before that. Where each event is priced by itself, the tier period is the settlement
   period. */
fg_span fg_tiers_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at);
fg_span fg_settling_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at);

/* The open settlement period of the book, counted from the first opening of any product. */
fg_span fg_settling_of_book(const fg_account *account, const fg_state *state);

/* The stretch of a product that an instant is in. */
fg_span fg_stretch_at(const fg_account *account, const fg_state *state, uint32_t product, fg_time at);

/* What a settlement prices of a product: the usage of a settlement period. If that is shorter than the tier period, it
   prices all usage of the tier period up to now, as a running total of which earlier invoices charged a part. */
typedef struct fg_billed {
  const fg_service *service; ///< the product's usage
  fg_span period;            ///< the settlement period
  fg_time from;              ///< begin of the first tier period that is priced
  bool is_running;           ///< the tier period is longer, so that other invoices charge parts of it
} fg_billed;

fg_billed fg_billed_of(const fg_account *account, const fg_state *state, uint32_t product, fg_span period);

/* Whether a settlement prices a bucket; and whether the bucket is in the settlement period itself. */
static inline bool fg_bucket_is_billed(const fg_bucket *bucket, const fg_billed *billed) {
  return bucket->tiers >= billed->from && bucket->begin < billed->period.end;
}
static inline bool fg_bucket_is_within(const fg_bucket *bucket, fg_span period) {
  return bucket->begin >= period.begin && bucket->begin < period.end;
}

/* When a period of a product is settled: at its end or, for a month, on the settlement day (R14); and when the earliest
   period is that is not settled. */
fg_time fg_settlement_of(const fg_account *account, uint32_t product, fg_span period);
fg_time fg_settles_at(const fg_account *account, const fg_state *state, uint32_t product);

#endif
