/* What a price book offers besides usage: free grants, packs, capacity, materials and bundles of these, and fees. */
#ifndef FG_OFFER_H
#define FG_OFFER_H

#include "period.h"
#include "rule.h"

/* How long a grant or pack may be used. */
typedef enum fg_validity_unit {
  FG_VALID_FOREVER,    ///< permanent (R4, R25)
  FG_VALID_DAYS,       ///< `count` civil days
  FG_VALID_MONTHS,     ///< `count` anchored months
  FG_VALID_YEARS,      ///< `count` anniversaries (R6)
  FG_VALID_THIS_MONTH, ///< to the end of the calendar month of issue (R1)
  FG_VALID_HOURS,      ///< `count` of them, to the instant
  FG_VALID_SECONDS,    ///< the same
  FG_VALID_PERIOD,     ///< to the end of the period of issue
  FG_VALIDITY_COUNT
} fg_validity_unit;

typedef struct fg_validity {
  fg_validity_unit unit;
  int32_t count;
} fg_validity;

typedef enum fg_grant_issue {
  FG_ISSUE_MONTHLY,   ///< every month while the product is open (R1, R2)
  FG_ISSUE_OPENING,   ///< once, at the first opening
  FG_ISSUE_CLAIM,     ///< once, by hand (R3)
  FG_ISSUE_RECURRING, ///< every period while the product is open, for so long from the first opening on
  FG_ISSUE_COUNT
} fg_grant_issue;

/* A lot in every period, the first at the anchor, while a period begins within `lasts` of it. */
typedef struct fg_recurrence {
  fg_period every;
  fg_validity lasts;
} fg_recurrence;

/* Names that a key lists. */
typedef struct fg_names {
  const fg_string *items;
  uint32_t count;
} fg_names;

/* How many an order may be of. */
typedef struct fg_order_count {
  int64_t least, step; ///< 1 …
  int64_t most;        ///< -1: no bound
} fg_order_count;

/* What an offer asks of who buys it. */
typedef struct fg_sale {
  fg_when when;                ///< attributes of the account
  fg_names requires;           ///< offers, one of which must be held and valid; none: nothing is asked
  const fg_order_count *count; ///< NULL: any number
} fg_sale;

/* A free quota of usage units. */
typedef struct fg_grant_offer {
  fg_string id;
  int64_t quantity; ///< units, 1 …
  fg_grant_issue issue;
  fg_recurrence recurrence; ///< of FG_ISSUE_RECURRING
  fg_validity validity;
  int64_t rollover; ///< units left at the end of a period that go into the next at most
  int32_t rank;     ///< lower ones are drawn on first
  fg_when when;     ///< which accounts it is issued to, by their attributes
  fg_string source;
  bool withdrawn; ///< the edition does not have it (derived); so of all that has this mark
} fg_grant_offer;

/* What is given back of an order. */
typedef enum fg_refund_kind {
  FG_REFUND_UNUSED,    ///< all that was paid: unused, for so many days (R29, R30); capacity before it begins (R32)
  FG_REFUND_NONE,      ///< nothing
  FG_REFUND_PRO_RATA,  ///< of what was paid the part that is left of its units
  FG_REFUND_LIST_PRICE ///< what was paid, less what the units used cost without it
} fg_refund_kind;

/* Prepaid units on sale. */
typedef struct fg_pack_offer {
  fg_string id;
  bool of_materials;               ///< raises the ceiling of materials instead of covering usage
  int64_t units;                   ///< 1 …
  fg_amount price;                 ///< of one pack, where it has a price of its own
  bool not_alone;                  ///< it has no price, and is sold by a campaign alone, or with other things
  const fg_schedule *by_number;    ///< what so many packs of an order cost; NULL: each has the one price
  fg_validity validity;            ///< FG_VALID_PERIOD of one that comes lot by lot
  const fg_recurrence *recurrence; ///< a lot in each period from the purchase on; NULL: all units at once
  int32_t rank;                    ///< lower ones are drawn on first
  int32_t refund;                  ///< fg_refund_kind
  fg_sale sale;
  fg_string source;
  bool withdrawn;
} fg_pack_offer;

/* Ranks where the book names none: free grants are drawn on before packs (R7). */
enum { FG_GRANT_RANK = 0, FG_PACK_RANK = 10, FG_RANK_MAX = 1000000 };

/* R7: what decides which of the packs of a rank is drawn on first, the weightiest first. */
typedef enum fg_criterion {
  FG_BY_EXPIRY,   ///< the earliest
  FG_BY_PURCHASE, ///< the earliest
  FG_BY_LEFT,     ///< the least
  FG_BY_UNITS,    ///< the least, as bought
  FG_CRITERIA
} fg_criterion;

typedef struct fg_pack_order {
  uint8_t count; ///< 0: as the switch `pack_order` says
  uint8_t by[FG_CRITERIA];
} fg_pack_order;

typedef enum fg_capacity_kind {
  FG_CAPACITY_RATE, ///< units per second
  FG_CAPACITY_SLOTS ///< tasks at once
} fg_capacity_kind;

/* What a capacity does to the mode of its product. */
typedef enum fg_capacity_mode {
  FG_CAPACITY_MANUAL,    ///< it has effect in a mode of its name alone, switched by hand (R17)
  FG_CAPACITY_AUTOMATIC, ///< the mode follows it, and is not switched by hand (R24)
  FG_CAPACITY_NO_MODE    ///< it has no mode, and effect while it is held
} fg_capacity_mode;

/* What raises a limit. */
typedef struct fg_capacity_offer {
  fg_string meter;       ///< its id; also the name of its mode
  fg_capacity_kind kind; ///< of the limit that is one with it
  int64_t limit;         ///< in force without bought capacity (R16); -1: none: of the same
  fg_string raises;      ///< the id of its limit, where it is not one with it
  int32_t mode;          ///< fg_capacity_mode
  bool is_free;          ///< usage is free while it has effect (R17)
  bool bills_beyond;     ///< only what fits the rate bought; the rest is as if nothing were bought
  int32_t effect;        ///< 0: it replaces the limit, 1: it is added; -1: as the switch `capacity_effect` says (R20)
  int32_t prorate;       ///< fg_prorate, of a change
  int32_t refund;        ///< fg_refund_kind up to FG_REFUND_PRO_RATA
  int64_t max_held;      ///< at once (R21); -1: no bound
  fg_sale sale;
  const fg_schedule *day;   ///< price of one unit for a day; NULL: not sold by day
  const fg_schedule *month; ///< price of one unit for a month; NULL: not sold by month
  fg_string source;
  bool withdrawn;
} fg_capacity_offer;

/* An asset quota: how many may be held at once (R25). */
typedef struct fg_materials_offer {
  int64_t free; ///< from the first opening on, permanent (R4)
  fg_string source;
  bool withdrawn;
} fg_materials_offer;

/* How much of a fee is charged for a period in part of which the product was open. */
typedef enum fg_fee_prorate {
  FG_FEE_WHOLE,  ///< all of it, if it was open for a moment
  FG_FEE_BY_DAY, ///< the days at whose end it was open, of all days
  FG_FEE_BY_TIME ///< the time in which it was, of all of it
} fg_fee_prorate;

/* What a product costs while it is open, whatever is used. */
typedef struct fg_fee_offer {
  fg_string id;
  fg_amount amount;
  fg_period every; ///< of this long
  bool is_once;    ///< or once for all, on the first invoice
  int32_t prorate; ///< fg_fee_prorate
  fg_when when;    ///< which accounts it is charged to, asked when it is
  fg_string source;
  bool withdrawn;
} fg_fee_offer;

/* What a bundle holds: packs of a product or pool, or capacity for some time. */
typedef struct fg_bundle_item {
  fg_string product_id;
  fg_string pack, capacity; ///< one of them; the other has text NULL
  int64_t quantity;         ///< 1 …
  int64_t days, months;     ///< of capacity one of them; else -1
} fg_bundle_item;

/* Several things that are bought as one. */
typedef struct fg_bundle {
  fg_string id;
  fg_amount price;
  const fg_bundle_item *items;
  uint32_t item_count; ///< 1 …
  fg_sale sale;        ///< without `count`
  bool is_final;       ///< not refunded
  fg_string source;
  bool withdrawn;
} fg_bundle;

#endif
