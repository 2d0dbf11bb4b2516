/* The price of events that are each priced by itself (`tier_period` "event"): tiers, fee, block, rounding, least and
   most hold for one event, and of several alike for each alone. */
#ifndef FG_EVENT_PRICE_H
#define FG_EVENT_PRICE_H

#include "rating.h"

/* Alike events of which grants and packs have left units to charge: so many whole events, and at most a part of one
   more. */
typedef struct fg_events_charged {
  uint16_t price, factor; ///< places in the product's prices and in its factors
  int64_t of_each;        ///< units of one event
  int64_t units;          ///< units charged, of all events together
  int64_t hours_of_month;
  bool has_happened; ///< see fg_price_input
} fg_events_charged;

/* What the events cost, rounded by the schedule alone; events without units to charge cost nothing. FG_NOT_SOLD,
   FG_OVERFLOW. */
fg_status fg_events_price(const fg_product *product, const fg_events_charged *events, fg_exact *amount);

#endif
