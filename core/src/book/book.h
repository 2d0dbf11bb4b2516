/* The frozen price book: what a vendor sells, at what prices, under which switches. */
#ifndef FG_BOOK_H
#define FG_BOOK_H

#include "../../include/faregate_book.h"
#include "../base/civil.h"
#include "../json/read.h"
#include "aggregate.h"
#include "bounds.h"
#include "offer.h"
#include "policy.h"
#include "rule.h"

/* The limits of a book: bytes of a name, items of a list, and a hundred years in months, days and hours. */
enum { FG_NAME_MAX = 64, FG_LIST_MAX = 1000, FG_MONTHS_MAX = 1200, FG_DAYS_MAX = 36525, FG_HOURS_MAX = 876600 };
enum { FG_EDITIONS_MAX = 64, FG_FORMAT_OF_EDITIONS = 1 };

/* How the units of a window are counted (R22). */
typedef enum fg_limit_kind {
  FG_LIMIT_SLIDING, ///< never more in any half-open window, whatever its start
  FG_LIMIT_CLOCK,   ///< windows one after another, from 00:00 of the civil day
  FG_LIMIT_BUCKET,  ///< a level that drains by `max` a window
  FG_LIMIT_SLOTS,   ///< of tasks at once, not of units in a window
  FG_LIMIT_NONE     ///< there is none, until capacity is bought
} fg_limit_kind;

/* A limit on how fast usage may go. */
typedef struct fg_limit {
  fg_string id;
  int64_t max;                 ///< in force without bought capacity (R16); -1: none
  int64_t seconds;             ///< of the window; 0: it is of tasks at once
  fg_time length;              ///< of the window, in microseconds (derived)
  int64_t burst;               ///< how deep a bucket is; -1: as the limit
  int32_t kind;                ///< fg_limit_kind up to FG_LIMIT_BUCKET; -1: as the switch `limiter` says
  const fg_own_policy *policy; ///< of its product (derived)
  bool in_cells;               ///< where it is above FG_WINDOW_CELLS, the window is counted in so many cells (derived)
  bool withdrawn;
  bool of_units;     ///< counts what a usage comes to, else its quantity
  fg_when when;      ///< which calls it is asked by
  int32_t by;        ///< place of the text attribute that it is one of for each value; -1: none
  fg_asked asks;     ///< attributes (derived)
  fg_names products; ///< that a limit of the book is of; none: all
  fg_string source;
} fg_limit;

enum { FG_WINDOW_CELLS = 4096 };

/* R36: whether an answer of the service with this code, or one that begins so, is billed. */
typedef struct fg_outcome_rule {
  fg_string code; ///< the beginning of one ends in '*'
  fg_billable billable;
  fg_string source;
} fg_outcome_rule;

/* A price of a product, found by its place: that of the product itself, where it has one, stands before those of its
   rules. */
typedef struct fg_named_price {
  fg_string id; ///< of its rule, or the rule's place in digits; empty: the product's own
  fg_schedule schedule;
} fg_named_price;

/* What a unit price is multiplied by; FG_UNIT is 1. */
typedef fg_amount fg_factor;

/* A period that stands in the place of the book's. */
typedef struct fg_own_period {
  fg_period period;
  bool is_given;
} fg_own_period;

/* Whether what grants and packs leave over is sold. */
typedef enum fg_postpaid {
  FG_POSTPAID_ALWAYS,
  FG_POSTPAID_OPT_IN, ///< once it is switched on
  FG_POSTPAID_NEVER
} fg_postpaid;

/* Products of which one at most is open at a time. */
typedef struct fg_choice {
  fg_string id;
  fg_names products;
  bool is_later; ///< it is switched at the end of a period; else at once
  fg_period switches;
  bool withdrawn;
  fg_string source;
} fg_choice;

/* How much of the wallet purchases and withdrawals do not reach. */
typedef struct fg_freeze {
  fg_amount factor;    ///< times this amount is frozen; FG_UNIT is 1
  bool of_last_period; ///< of the last invoice; else of what is not settled
} fg_freeze;

/* What arrears do to some products: each obeys the first that fits it (R26). */
typedef struct fg_arrears_rule {
  fg_when when;      ///< of the account
  fg_asked asks;     ///< attributes (derived)
  fg_names products; ///< none: all
  const bool *is_of; ///< for each product of the book, whether it is one of these; NULL: all are (derived)
  int32_t hours;     ///< from the settlement to the suspension; -1: as the book's `suspension_hours`
  fg_amount threshold;
  bool keeps_prepaid; ///< what grants and packs cover whole is served all the same
  fg_string source;
} fg_arrears_rule;

/* A capacity, by its place in the book, which is its place in an account's holdings. */
typedef struct fg_capacity_place {
  const fg_capacity_offer *offer;
  uint32_t product;
  uint32_t window;  ///< the first of the limit that it raises
  uint32_t windows; ///< how many that has
} fg_capacity_place;

/* A usage of it is one of each of its products. */
typedef struct fg_event {
  fg_string id;
  const fg_string *product_ids; ///< all different
  const uint32_t *products;     ///< places (derived)
  uint32_t product_count;       ///< 1 …
  fg_string source;
} fg_event;

typedef struct fg_product {
  fg_string id;
  fg_string title;
  fg_string meter; ///< what usage counts; also the name of the mode in which it is billed (R17)
  fg_string unit;  ///< of the meter, for people: "call"
  fg_schedule schedule;
  bool plain;                         ///< usage needs no rating (derived)
  bool moves_alone;                   ///< usage moves nothing that other products share, and fills no tiers (derived)
  bool keeps_order;                   ///< a graduated price asks in which order usage came (derived)
  bool all_sold;                      ///< every tier of all its prices has a price (derived)
  const fg_named_price *prices;       ///< its own, where it has one, then those of its rules (derived)
  const fg_factor *factors;           ///< 1, then those of its rules, each once (derived)
  uint16_t price_count, factor_count; ///< 1 … (derived)
  const fg_rule *rules;
  uint32_t rule_count;
  fg_quantity_terms quantity;
  const fg_quantity_terms *quantities; ///< its own, or none, then those of its rules (derived)
  const fg_rated *rule_places;         ///< what each rule has (derived)
  fg_rule_table table;                 ///< (derived)
  fg_asked asks;                       ///< what rules and terms ask (derived)
  const fg_aggregate *aggregate;       ///< NULL: usage is by itself
  fg_period tier_period;               ///< over which usage is summed to find the tier
  fg_bounds bounds;                    ///< of what usage of a period of tiers costs
  fg_own_period own_settle;            ///< after which usage is invoiced; not given: as the book says
  fg_period settle;                    ///< the one or the other (derived)
  uint32_t group;                      ///< of the products that share something that usage moves (derived)
  const fg_grant_offer *grants;
  uint32_t grant_count;
  const fg_pack_offer *packs;
  uint32_t pack_count;
  fg_pack_order order;                 ///< of its packs
  const uint32_t *varied;              ///< pools that cover it by what a usage is (covers.h, derived)
  uint32_t varied_count;               ///< (derived)
  const fg_own_policy *policy;         ///< NULL: none of its own
  const fg_capacity_offer *capacity;   ///< a limit and what raises it in one; NULL: none
  const fg_capacity_offer *capacities; ///< what raises other limits
  uint32_t capacities_count;
  const fg_limit *limits;
  uint32_t limit_count;
  int32_t cover;         ///< the window of what a bought rate covers; FG_NONE (derived)
  const uint32_t *asked; ///< windows of the limits that a call is asked by (derived)
  uint32_t asked_count;
  bool asks_some;                          ///< which of them depends on the call, or what it counts (derived)
  uint32_t first_capacity, capacity_count; ///< in fg_book.capacities (derived)
  int32_t postpaid;                        ///< fg_postpaid
  const fg_materials_offer *materials;     ///< NULL: the product holds none
  const fg_outcome_rule *outcomes;
  uint32_t outcome_count;
  const fg_fee_offer *fees;
  uint32_t fee_count;
  fg_string source;
  bool withdrawn;
} fg_product;

/* Whether each event of a product is priced by itself (event_price.h). */
static inline bool fg_product_prices_events(const fg_product *product) {
  return product->tier_period.unit == FG_EVERY_EVENT;
}

/* What one unit of a product draws from a lot of a pool. */
typedef struct fg_cover {
  fg_string product_id;
  fg_amount weight;   ///< units of the pool that `per` units draw; 0: `of_price` says
  fg_amount of_price; ///< of money: a factor of the product's unit price
  int64_t per;        ///< 1 …
  fg_when when;       ///< which usage it is for
  uint32_t product;   ///< (derived)
  int64_t parts;      ///< of a unit of the product (derived)
} fg_cover;

/* Units that several products draw on. What is left of them is counted in parts, so that a unit of each draws whole
   ones. */
typedef struct fg_pool {
  fg_product offers; ///< what a pool has as a product does: names, grants, packs and their order, its group
  bool money;        ///< its units are of the currency
  const fg_cover *covers;
  uint32_t cover_count;
  int64_t parts; ///< of one unit, the same in all editions (derived)
  bool withdrawn;
} fg_pool;

/* R5: from `effective` on, the grant is issued with another quantity; 0 ends it. */
typedef struct fg_amendment {
  fg_date announced, effective;
  uint32_t product, grant; ///< indexes
  int64_t quantity;
  fg_string source;
} fg_amendment;

/* The query of a printed price. */
typedef struct fg_example_query {
  fg_string product, meter;
  int64_t quantity, tier_quantity, days, months; ///< the last three -1: not given
  fg_date at;                                    ///< FG_NO_DATE: not given
  fg_attributes attributes;                      ///< of usage and account
} fg_example_query;

/* A total that the vendor prints, of a query or of an account's life. */
typedef struct fg_example {
  fg_string label;
  const fg_example_query *price;
  const fg_json *commands; ///< a list, if there is no query
  fg_amount total;
  fg_string source;
} fg_example;

/* An edition is a book as well: what stands before `effective` it has from the book that holds it. The lists of all
   editions of a book have the same places: product n, and grant, pack or capacity n of it, is the same thing in each
   (docs/decisions/0022-rating-any-tariff.md). */
struct fg_book {
  fg_allocator allocator;
  fg_arena arena;            ///< owns everything below
  uint32_t shared;           ///< references, counted atomically
  struct fg_book *whole;     ///< whose memory and references it has: itself, or the book whose edition it is
  struct fg_book *joined[2]; ///< what it was joined of (editions.h), whose memory it uses too; NULL: nothing
  fg_date joined_from;       ///< from when on it is the second
  int format;                ///< the version of the format, the first is 0
  fg_string id, title, about, changed, currency;
  fg_date as_of;    ///< the guide it was made from; FG_NO_DATE: it does not say
  int minor_digits; ///< of the currency
  fg_zone zone;     ///< of civil time
  fg_string tzdata; ///< the version of the data that the parts of the zone are from
  fg_rounding rounding;
  fg_policy policy;
  int32_t notice_days;      ///< R5
  int32_t suspension_hours; ///< R26, from the settlement that left arrears
  int32_t refund_days;      ///< R29
  const fg_amendment *amendments;
  uint32_t amendment_count;
  const fg_example *examples;
  uint32_t example_count;
  const fg_string *sources; ///< pairs: the id of a rule and where it is from
  uint32_t source_count;    ///< pairs
  uint32_t group_count;     ///< of products, the same in all editions, 1 … (derived)
  fg_date effective;        ///< of an edition, in force from its 00:00 on; FG_NO_DATE: of always
  fg_date announced;        ///< FG_NO_DATE: it does not say
  fg_string edition_source;
  uint16_t edition;         ///< its place among the editions
  struct fg_book *editions; ///< by date; NULL: the book itself is the only one
  uint32_t edition_count;
  const fg_product *products; ///< where there are editions, those of the first
  uint32_t product_count;     ///< 1 …
  const fg_choice *choices;
  uint32_t choice_count;
  const fg_pool *pools;
  uint32_t pool_count;
  const fg_bundle *bundles;
  uint32_t bundle_count;
  const fg_bounds *bill;   ///< of invoices that settle as the book says; NULL: none
  const fg_freeze *freeze; ///< NULL: nothing is frozen
  fg_period settle;        ///< after which the usage of products is invoiced that do not say otherwise
  const fg_arrears_rule *arrears;
  uint32_t arrears_count; ///< 0: the account as a whole is suspended
  const fg_limit *limits; ///< of several products together
  uint32_t limit_count;
  const fg_limit *const *windows; ///< the limit that each window of an account is of (derived)
  uint32_t window_count;
  const fg_capacity_place *capacities; ///< of all products (derived)
  uint32_t capacity_count;
  const fg_book_attribute *attributes;
  uint32_t attribute_count;
  fg_text_index attribute_found_by; ///< (derived)
  fg_asked of_account;              ///< the attributes that an account has (derived)
  uint64_t texts_of_usage;          ///< a bit for each that is a text and of usage (derived)
  const fg_event *events;
  uint32_t event_count;
  bool has_whole_lines; ///< of the book as a whole: lines of its bills are of whole prices, because some edition is not
                        ///< of format 1, where each slice of each period of tiers is one (derived)
};

/* After which period the usage of a product of a list is invoiced. */
static inline fg_period fg_product_settles(const fg_book *list, const fg_product *product) {
  return product->own_settle.is_given ? product->own_settle.period : list->settle;
}

/* The edition with that number; a book without editions is its only one. */
static inline fg_book *fg_book_edition(fg_book *book, uint32_t number) {
  FG_ASSERT(number < book->edition_count || number == 0);
  return book->edition_count == 0 ? book : &book->editions[number];
}

/* The edition in force at an instant; at one that is not civil, the first. */
const fg_book *fg_book_at(const fg_book *book, fg_time at);

/* The number of the one in force on a date: the last that has begun; before the first, the first. */
uint32_t fg_book_edition_on(const fg_book *book, fg_date date);

/* The place of a product or grant by its id, also of one that is withdrawn; FG_NONE if there is none. */
int fg_book_place(const fg_book *book, fg_string id);
int fg_product_grant_place(const fg_product *product, fg_string id);

bool fg_names_have(const fg_names *names, fg_string name);

/* Positions by name of what is not withdrawn; FG_NONE if there is none. */
int fg_book_product(const fg_book *book, fg_string id);
int fg_book_event(const fg_book *book, fg_string id);
int fg_product_grant(const fg_product *product, fg_string id);
int fg_product_pack(const fg_product *product, fg_string id);
int fg_book_bundle(const fg_book *book, fg_string id);
int fg_product_capacity(const fg_book *book, const fg_product *product, fg_string id); ///< in fg_book.capacities
/* Finds a capacity also where the edition has withdrawn it. */
int fg_product_capacity_place(const fg_book *book, const fg_product *product, fg_string id);

/* Who has grants and packs: the products, and after them the pools. An id is of one of them at most. */
static inline uint32_t fg_book_owner_count(const fg_book *book) { return book->product_count + book->pool_count; }
static inline bool fg_book_is_pool(const fg_book *book, uint32_t owner) { return owner >= book->product_count; }
static inline const fg_product *fg_book_owner(const fg_book *book, uint32_t owner) {
  return fg_book_is_pool(book, owner) ? &book->pools[owner - book->product_count].offers : &book->products[owner];
}
int fg_book_find_owner(const fg_book *book, fg_string id); ///< FG_NONE if there is none
bool fg_book_has_owner(const fg_book *book, fg_string id); ///< whether there is one in any edition, withdrawn or not
/* The parts that one unit of a product draws from a lot of an owner, by the first cover that fits; 0: it draws on
   none. */
int64_t fg_book_weight(const fg_book *book, uint32_t owner, uint32_t product);
/* The parts of one unit of an owner's own. */
static inline int64_t fg_book_parts(const fg_book *book, uint32_t owner) {
  return fg_book_is_pool(book, owner) ? book->pools[owner - book->product_count].parts : 1;
}

/* Whether the rule is a key of the book's `sources`: no other rule is named to those who use the book. */
bool fg_book_cites(const fg_book *book, fg_string rule);

/* fg_refuse with the rule that refuses, if it is one of the book's `sources`: the rule of the status, or else `source`,
   that of the price or other thing concerned (docs/decisions/0013-rules-in-errors.md). */
FG_COLD void fg_book_cite(const fg_book *book, fg_string source, fg_error *error, fg_status status);
FG_COLD fg_status fg_book_refuse(const fg_book *book, fg_string source, fg_error *error, fg_status status);

/* The source of what usage costs, or capacity: what a FG_NOT_SOLD rests on. */
fg_string fg_product_price_source(const fg_product *product, bool of_capacity);

#endif
