/* What events cost that are priced each by itself (`tier_period` "event"): tiers, fee, block, rounding, least and most
   are of one event, and of several alike each stands alone. */
#ifndef FG_EVENT_PRICE_H
#define FG_EVENT_PRICE_H

#include "rating.h"

/* Events alike, of which grants and packs have left some units to charge: whole events, and of one a part. */
typedef struct fg_events_charged {
  uint16_t price, factor; ///< places in the product's lists
  int64_t of_each;        ///< units of one event
  int64_t units;          ///< charged, of all of them
  int64_t hours_of_month;
  bool has_happened; ///< as in fg_price_input
} fg_events_charged;

/* What they cost, rounded by the schedule alone; what has no units costs nothing. FG_NOT_SOLD, FG_OVERFLOW. */
fg_status fg_events_price(const fg_product *product, const fg_events_charged *events, fg_exact *amount);

#endif
