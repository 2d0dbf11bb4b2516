/* What a price book sells or gives besides usage: free grants, packs, capacity, materials, bundles of these, and
   fees. */
#ifndef FG_OFFER_H
#define FG_OFFER_H

#include "period.h"
#include "rule.h"

/* How long a grant or pack may be used. */
typedef enum fg_validity_unit {
  FG_VALID_FOREVER,    ///< for good (R4, R25)
  FG_VALID_DAYS,       ///< `count` civil days
  FG_VALID_MONTHS,     ///< `count` anchored months
  FG_VALID_YEARS,      ///< `count` anniversaries (R6)
  FG_VALID_THIS_MONTH, ///< to the end of the calendar month of issue (R1)
  FG_VALID_HOURS,      ///< `count` hours, to the instant
  FG_VALID_SECONDS,    ///< `count` seconds, to the instant
  FG_VALID_PERIOD,     ///< to the end of the recurring period in which it is issued
  FG_VALIDITY_COUNT
} fg_validity_unit;

typedef struct fg_validity {
  fg_validity_unit unit;
  int32_t count;
} fg_validity;

typedef enum fg_grant_issue {
  FG_ISSUE_MONTHLY,   ///< once every month while the product is open (R1, R2)
  FG_ISSUE_OPENING,   ///< once, at the first opening of the product
  FG_ISSUE_CLAIM,     ///< once, when a command claims it (R3)
  FG_ISSUE_RECURRING, ///< in every period while the product is open, until so long after the first opening
  FG_ISSUE_COUNT
} fg_grant_issue;

/* A lot is issued in every period: the first at the anchor, the last in the last period that begins within `lasts` of
   the anchor. */
typedef struct fg_recurrence {
  fg_period every;
  fg_validity lasts;
} fg_recurrence;

/* A list of names that a key gives. */
typedef struct fg_names {
  const fg_string *items;
  uint32_t count;
} fg_names;

/* How many items one order may be of: `least`, or some steps more, up to `most`. */
typedef struct fg_order_count {
  int64_t least, step; ///< at least 1 each
  int64_t most;        ///< -1: there is no most
} fg_order_count;

/* The conditions under which an account may buy an offer. */
typedef struct fg_sale {
  fg_when when;                ///< what the account's attributes must be
  fg_names requires;           ///< ids of offers, one of which must be held and valid; none: nothing is required
  const fg_order_count *count; ///< how many items an order may be of; NULL: any number
} fg_sale;

/* A free grant: units of usage that cost nothing. */
typedef struct fg_grant_offer {
  fg_string id;
  int64_t quantity;          ///< units of each issue, at least 1; in a pool of money with a fraction they may be fewer
  int64_t quantity_fraction; ///< what is above `quantity`, in 10^-12 units; other than 0 in pools of money alone
  fg_grant_issue issue;
  fg_recurrence recurrence; ///< of FG_ISSUE_RECURRING alone
  fg_validity validity;
  int64_t rollover; ///< most units left at the end of a period that are added to the next lot
  int64_t rollover_fraction;
  int32_t rank; ///< grants and packs of a lower rank are drawn on first
  fg_when when; ///< which accounts it is issued to, by their attributes
  fg_string source;
  /* This edition does not have the thing, but others do (derived); the mark means so in every struct that has it. */
  bool withdrawn;
} fg_grant_offer;

/* What a refund of an order gives back. */
typedef enum fg_refund_kind {
  /* All that was paid, for so many days, if nothing was used (R29, R30); of capacity before it begins (R32). */
  FG_REFUND_UNUSED,
  FG_REFUND_NONE,      ///< nothing is given back
  FG_REFUND_PRO_RATA,  ///< the part of what was paid that is in proportion to the units left
  FG_REFUND_LIST_PRICE ///< what was paid, less what the used units would have cost without the pack
} fg_refund_kind;

/* A pack: prepaid units on sale. */
typedef struct fg_pack_offer {
  fg_string id;
  bool of_materials;               ///< the units raise the ceiling of materials, and cover no usage
  int64_t units;                   ///< at least 1; in a pool of money with a fraction they may be fewer
  int64_t units_fraction;          ///< as fg_grant_offer.quantity_fraction
  fg_amount price;                 ///< price of one pack, unless `by_number` or `not_alone` says otherwise
  bool not_alone;                  ///< the pack has no price: it is sold in campaigns and bundles alone
  const fg_schedule *by_number;    ///< what an order of so many packs costs; NULL: each pack costs `price`
  fg_validity validity;            ///< FG_VALID_PERIOD if the pack comes lot by lot
  const fg_recurrence *recurrence; ///< a lot in each period from the purchase on; NULL: all units come at once
  int32_t rank;                    ///< grants and packs of a lower rank are drawn on first
  int32_t refund;                  ///< fg_refund_kind
  fg_sale sale;
  fg_string source;
  bool withdrawn;
} fg_pack_offer;

/* The ranks of grants and packs for which the book states none. Free grants are drawn on before packs (R7). */
enum { FG_GRANT_RANK = 0, FG_PACK_RANK = 10, FG_RANK_MAX = 1000000 };

/* R7: a criterion by which packs of the same rank are ordered. Those listed first weigh most. */
typedef enum fg_criterion {
  FG_BY_EXPIRY,   ///< the pack that expires first
  FG_BY_PURCHASE, ///< the pack that was bought first
  FG_BY_LEFT,     ///< the pack with the fewest units left
  FG_BY_UNITS,    ///< the pack with the fewest units when it was bought
  FG_CRITERIA
} fg_criterion;

typedef struct fg_pack_order {
  uint8_t count; ///< 0: the switch `pack_order` decides
  uint8_t by[FG_CRITERIA];
} fg_pack_order;

typedef enum fg_capacity_kind {
  FG_CAPACITY_RATE, ///< units per second
  FG_CAPACITY_SLOTS ///< tasks at once
} fg_capacity_kind;

/* How a capacity and the mode of its product depend on each other. */
typedef enum fg_capacity_mode {
  FG_CAPACITY_MANUAL,    ///< it has effect only in the mode of its name, which is switched by hand (R17)
  FG_CAPACITY_AUTOMATIC, ///< the mode follows the capacity, and cannot be switched by hand (R24)
  FG_CAPACITY_NO_MODE    ///< it has no mode: it has effect whenever it is held
} fg_capacity_mode;

/* A capacity on sale: it raises a limit, or covers usage up to a rate. */
typedef struct fg_capacity_offer {
  fg_string meter;       ///< id of the capacity; also the name of its mode
  fg_capacity_kind kind; ///< what the capacity's own limit counts, where `raises` is empty
  int64_t limit;         ///< the capacity's own limit while none is bought (R16), where `raises` is empty; -1: no limit
  fg_string raises;      ///< id of the limit that it raises; empty: the book states limit and capacity as one
  int32_t mode;          ///< fg_capacity_mode
  bool is_free;          ///< usage is free while the capacity has effect (R17)
  bool bills_beyond;     ///< only usage that fits the bought rate is free; the rest is billed as without capacity
  int32_t effect;        ///< 0: it replaces the limit; 1: it is added; -1: as the switch `capacity_effect` says (R20)
  int32_t prorate;       ///< fg_prorate of a change within a month
  int32_t refund;        ///< fg_refund_kind up to FG_REFUND_PRO_RATA
  int64_t max_held;      ///< most that may be held at once (R21); -1: no bound
  fg_sale sale;
  const fg_schedule *day;   ///< price of one unit for a day; NULL: not sold by day
  const fg_schedule *month; ///< price of one unit for a month; NULL: not sold by month
  fg_string source;
  bool withdrawn;
} fg_capacity_offer;

/* Materials, of which only so many may be held at once (R25). */
typedef struct fg_materials_offer {
  int64_t free; ///< how many are free from the first opening on, for good (R4)
  fg_string source;
  bool withdrawn;
} fg_materials_offer;

/* How much of a fee is charged for a period through part of which alone the product was open. */
typedef enum fg_fee_prorate {
  FG_FEE_WHOLE,  ///< the whole fee, if the product was open at any moment
  FG_FEE_BY_DAY, ///< in proportion to the days at whose end the product was open
  FG_FEE_BY_TIME ///< in proportion to the time in which the product was open
} fg_fee_prorate;

/* A fee: what a product costs while it is open, whatever is used. */
typedef struct fg_fee_offer {
  fg_string id;
  fg_amount amount;
  fg_period every; ///< the period that the fee is charged for
  bool is_once;    ///< the fee is charged once for all, on the first invoice
  int32_t prorate; ///< fg_fee_prorate
  fg_when when;    ///< which accounts pay it, by their attributes when it is charged
  fg_string source;
  bool withdrawn;
} fg_fee_offer;

/* An item of a bundle: packs of a product or pool, or capacity for some time. */
typedef struct fg_bundle_item {
  fg_string product_id;
  fg_string pack, capacity; ///< one of them is set; the other has text NULL
  int64_t quantity;         ///< at least 1
  int64_t days, months;     ///< of capacity, one of them; the other, and both for packs, -1
} fg_bundle_item;

/* A bundle: several offers that are bought as one order. */
typedef struct fg_bundle {
  fg_string id;
  fg_amount price;
  const fg_bundle_item *items;
  uint32_t item_count; ///< at least 1
  fg_sale sale;  ///< what the bundle asks of its buyers; its `count` is NULL, because bundles are bought one by one
  bool is_final; ///< the bundle is not refunded
  fg_string source;
  bool withdrawn;
} fg_bundle;

#endif
