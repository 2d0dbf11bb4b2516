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

/* The bounds of what a book may state: bytes of a name, items of a list, and a hundred years in months, days and
   hours. */
enum { FG_NAME_MAX = 64, FG_LIST_MAX = 1000, FG_MONTHS_MAX = 1200, FG_DAYS_MAX = 36525, FG_HOURS_MAX = 876600 };
enum { FG_EDITIONS_MAX = 64, FG_FORMAT_OF_EDITIONS = 1 };

/* How a limit counts units (R22). */
typedef enum fg_limit_kind {
  FG_LIMIT_SLIDING, ///< never more than `max` units in any half-open window, whatever its start
  /* Never more than `max` units in a window; windows follow one another from 00:00 of the civil day on. */
  FG_LIMIT_CLOCK,
  FG_LIMIT_BUCKET, ///< a level that each unit raises, and that drains by `max` units a window
  FG_LIMIT_SLOTS,  ///< the tasks at once are counted, not units in a window
  FG_LIMIT_NONE    ///< there is no limit until capacity is bought
} fg_limit_kind;

/* A limit on how fast usage may go. */
typedef struct fg_limit {
  fg_string id;
  int64_t max;                 ///< how much is let through without bought capacity (R16); -1: no limit then
  int64_t seconds;             ///< length of the window; 0: the limit counts tasks at once
  fg_time length;              ///< length of the window, in microseconds (derived)
  int64_t burst;               ///< how many units a bucket holds; -1: as many as the limit
  int32_t kind;                ///< fg_limit_kind, at most FG_LIMIT_BUCKET; -1: the switch `limiter` decides
  const fg_own_policy *policy; ///< the product's own switches, NULL: it has none (derived)
  bool in_cells; ///< a window with more units than FG_WINDOW_CELLS is counted in that many cells (derived)
  bool withdrawn;
  bool of_units;     ///< true: a call counts as the units it comes to; false: as its quantity
  fg_when when;      ///< which calls the limit counts
  int32_t by;        ///< place of the text attribute each value of which has a limit of its own; -1: none
  fg_asked asks;     ///< attributes that `when` reads (derived)
  fg_names products; ///< products that a limit of the book holds for; none: all of them
  fg_string source;
} fg_limit;

enum { FG_WINDOW_CELLS = 4096 };

/* R36: whether the book bills a call that the service answers with this code, or with one that begins so. */
typedef struct fg_outcome_rule {
  fg_string code; ///< a whole code, or the beginning of codes with a '*' at its end
  fg_billable billable;
  fg_string source;
} fg_outcome_rule;

/* A price of a product. A product's prices are numbered: its own, where it has one, stands first, and those of its
   rules follow. */
typedef struct fg_named_price {
  fg_string id; ///< the rule's id, or its place in digits; empty: the product's own price
  fg_schedule schedule;
} fg_named_price;

/* A number that unit prices are multiplied by; FG_UNIT is 1. */
typedef fg_amount fg_factor;

/* A period that a product may set for itself; where it does not, the book's holds. */
typedef struct fg_own_period {
  fg_period period;
  bool is_given;
} fg_own_period;

/* Whether an account can buy the usage that grants and packs leave over. */
typedef enum fg_postpaid {
  FG_POSTPAID_ALWAYS,
  FG_POSTPAID_OPT_IN, ///< sold once the account has switched it on
  FG_POSTPAID_NEVER
} fg_postpaid;

/* A choice: products of which at most one is open at a time. */
typedef struct fg_choice {
  fg_string id;
  fg_names products;
  bool is_later; ///< the switch to another product waits for the end of a period; false: it happens at once
  fg_period switches;
  bool withdrawn;
  fg_string source;
} fg_choice;

/* How much of the wallet is frozen: purchases and withdrawals do not reach it. */
typedef struct fg_freeze {
  fg_amount factor;    ///< what is frozen is the amount that `of_last_period` names, times this; FG_UNIT is 1
  bool of_last_period; ///< true: the amount of the last invoice; false: what is not settled yet
} fg_freeze;

/* What arrears do to some products. Each product obeys the first of the book's rules whose `when` and `products` fit
   (R26). */
typedef struct fg_arrears_rule {
  fg_when when;      ///< which accounts the rule is for, by their attributes
  fg_asked asks;     ///< attributes that `when` reads (derived)
  fg_names products; ///< products that the rule holds for; none: all of them
  /* For each product of the book, whether the rule holds for it; NULL: it holds for all (derived). */
  const bool *is_of;
  int32_t hours; ///< from the settlement until the suspension; -1: as the book's `suspension_hours` says
  fg_amount threshold;
  bool keeps_prepaid; ///< usage that grants and packs cover whole is served while suspended
  fg_string source;
} fg_arrears_rule;

/* A capacity that the book sells. Its place in the book is also its place in what an account holds. */
typedef struct fg_capacity_place {
  const fg_capacity_offer *offer;
  uint32_t product;
  uint32_t window;  ///< first window of the limit that the capacity raises
  uint32_t windows; ///< how many windows that limit has
} fg_capacity_place;

/* An event names several products: each usage of the event is one usage of every product. */
typedef struct fg_event {
  fg_string id;
  const fg_string *product_ids; ///< ids of the products; none is there twice
  const uint32_t *products;     ///< places of the products in the book (derived)
  uint32_t product_count;       ///< at least 1
  fg_string source;
} fg_event;

typedef struct fg_product {
  fg_string id;
  fg_string title;
  fg_string meter; ///< name of what usage counts, and of the mode in which usage is billed (R17)
  fg_string unit;  ///< name of one unit of the meter, for people: "call"
  fg_schedule schedule;
  bool plain;       ///< usage needs no rating (derived)
  bool moves_alone; ///< usage changes nothing that other products share, and fills no tiers in order (derived)
  bool keeps_order; ///< a graduated price needs the order in which usage came (derived)
  bool all_sold;    ///< no tier of any price is null (derived)
  const fg_named_price *prices;       ///< the product's own price, where it has one, then those of its rules (derived)
  const fg_factor *factors;           ///< factor 1, then each different factor of the rules (derived)
  uint16_t price_count, factor_count; ///< at least 1 each (derived)
  const fg_rule *rules;
  uint32_t rule_count;
  fg_quantity_terms quantity;
  /* The product's own terms, which may be empty, then those of its rules (derived). */
  const fg_quantity_terms *quantities;
  const fg_rated *rule_places;   ///< for each rule, the places of what it says in these lists (derived)
  fg_rule_table table;           ///< the rules compiled (derived)
  fg_asked asks;                 ///< attributes that rules and terms read (derived)
  const fg_aggregate *aggregate; ///< NULL: each usage is priced by itself
  fg_period tier_period;         ///< the period over which usage is summed to find the tier
  fg_bounds bounds;              ///< what usage of one tier period costs at least and at most
  fg_own_period own_settle;      ///< the period after which usage is invoiced; not given: the book's `settle`
  fg_period settle;              ///< `own_settle` where it is given, else the book's `settle` (derived)
  uint32_t group;                ///< number of the group of products that share a pool or a counter (derived)
  const fg_grant_offer *grants;
  uint32_t grant_count;
  const fg_pack_offer *packs;
  uint32_t pack_count;
  fg_pack_order order; ///< order in which the product's packs are drawn on
  /* Places of the pools whose covers of this product depend on a usage's attributes (covers.h, derived). */
  const uint32_t *varied;
  uint32_t varied_count; ///< how many these pools are (derived)
  /* Its prices as pools of money draw a part of them (weights.h); NULL: none does (derived). */
  const struct fg_scaled_prices *scale;
  bool draws_by_usage; ///< which parts a unit draws from pools depends on its attributes, price or factor (derived)
  const fg_own_policy *policy; ///< the product's own switches; NULL: none
  /* A capacity that stands in the book together with the limit it raises; NULL: none. */
  const fg_capacity_offer *capacity;
  const fg_capacity_offer *capacities; ///< capacities that raise limits named apart from them
  uint32_t capacities_count;
  const fg_limit *limits;
  uint32_t limit_count;
  int32_t cover;         ///< the window that counts what a bought rate covers; FG_NONE: none is sold (derived)
  const uint32_t *asked; ///< windows of all limits that a call of the product may ask (derived)
  uint32_t asked_count;
  bool asks_some; ///< which limits a call asks, or how much it counts there, depends on its attributes (derived)
  uint32_t first_capacity, capacity_count; ///< the product's stretch of fg_book.capacities (derived)
  int32_t postpaid;                        ///< fg_postpaid: whether usage beyond grants and packs is sold
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

/* A cover: how much one unit of a product draws from the lots of a pool. */
typedef struct fg_cover {
  fg_string product_id;
  fg_amount weight;   ///< units of the pool that `per` units of the product draw; 0: `of_price` says how much
  fg_amount of_price; ///< in a pool of money: the factor of the product's unit price that a unit draws
  int64_t per;        ///< units of the product that draw `weight`; at least 1
  fg_when when;       ///< which usage of the product the cover is for
  uint32_t product;   ///< place of the product in the book (derived)
  /* Parts of the pool's lots that one unit of the product draws; with `of_price` how often it draws its scaled price,
     which is divided by `divide` before (fg_cover_weight, derived). */
  int64_t parts, divide;
} fg_cover;

/* A pool: lots that several products draw on. What is left of a lot is counted in parts so small that a unit of each
   product draws a whole number of them. */
typedef struct fg_pool {
  fg_product offers; ///< what a pool has in common with a product: names, grants, packs and their order, its group
  bool money;        ///< a unit of the pool is a unit of the currency
  const fg_cover *covers;
  uint32_t cover_count;
  int64_t parts; ///< how many parts one unit of the pool is, the same in all editions (derived)
  bool withdrawn;
  bool is_to_come; ///< neither the edition nor an earlier one has the pool, so that it covers nothing yet (derived)
} fg_pool;

/* R5: a dated change of a free grant. From `effective` on the grant is issued with another quantity; 0 ends it. */
typedef struct fg_amendment {
  fg_date announced, effective;
  uint32_t product, grant; ///< places of the product in the book, and of the grant in the product
  int64_t quantity;
  fg_string source;
} fg_amendment;

/* The query whose price an example of the book prints. */
typedef struct fg_example_query {
  fg_string product, meter;
  int64_t quantity, tier_quantity, days, months; ///< tier_quantity, days and months are -1 where not given
  fg_date at;                                    ///< FG_NO_DATE: not given
  fg_attributes attributes;                      ///< attributes of usage and account alike
} fg_example_query;

/* A total that the vendor prints, so that a book can be checked against it: the price of a query, or what an account
   has spent after a list of commands, less refunds. */
typedef struct fg_example {
  fg_string label;
  const fg_example_query *price;
  const fg_json *commands; ///< a list of commands, where there is no query
  fg_amount total;
  fg_string source;
} fg_example;

/* A book, or an edition of one, which is a book as well: its members before `effective` are those of the book that
   holds it. The lists of all editions of a book have the same places: product n, and grant, pack or capacity n of it,
   is the same thing in each (docs/decisions/0022-rating-any-tariff.md). */
struct fg_book {
  fg_allocator allocator;
  fg_arena arena;  ///< owns all memory that members point to
  uint32_t shared; ///< how many references there are to the book, counted atomically
  /* The book that owns this one's memory and counts its references: itself, or the book whose edition it is. */
  struct fg_book *whole;
  /* The two books that this one was joined of (editions.h), whose memory it uses too; NULL: it was not joined. */
  struct fg_book *joined[2];
  fg_date joined_from; ///< the date from which on the second of `joined` holds
  int format;          ///< version of the format, where the first is 0
  fg_string id, title, about, changed, currency;
  fg_date as_of;    ///< date of the price guide that the book was made from; FG_NO_DATE: it does not say
  int minor_digits; ///< decimals of the currency
  fg_zone zone;     ///< time zone of all civil dates
  fg_string tzdata; ///< version of the time zone data that the zone's transitions are from; empty: an offset alone
  fg_rounding rounding;
  fg_policy policy;
  int32_t notice_days;      ///< least notice of a changed free quota (R5)
  int32_t suspension_hours; ///< from the settlement that left arrears until the suspension (R26)
  int32_t refund_days;      ///< how long an unused pack can be refunded (R29)
  const fg_amendment *amendments;
  uint32_t amendment_count;
  const fg_example *examples;
  uint32_t example_count;
  const fg_string *sources; ///< pairs of texts: the id of a rule, and where the vendor says it
  uint32_t source_count;    ///< how many pairs `sources` has
  uint32_t group_count;     ///< how many groups of products there are, the same in all editions; at least 1 (derived)
  fg_date effective;        ///< an edition is in force from 00:00 of this date on; FG_NO_DATE: it always was
  fg_date announced;        ///< date of the announcement; FG_NO_DATE: it does not say
  fg_string edition_source;
  uint16_t edition;         ///< place of an edition in the list of editions
  struct fg_book *editions; ///< in order of `effective`; NULL: the book is its own and only edition
  uint32_t edition_count;
  const fg_product *products; ///< of the first edition, where there are several
  uint32_t product_count;     ///< at least 1
  const fg_choice *choices;
  uint32_t choice_count;
  const fg_pool *pools;
  uint32_t pool_count;
  const fg_bundle *bundles;
  uint32_t bundle_count;
  const fg_bounds *bill;   ///< least and most of an invoice that settles after the book's own period; NULL: none
  const fg_freeze *freeze; ///< NULL: nothing is frozen
  fg_period settle;        ///< period after which usage is invoiced of products that set none of their own
  const fg_arrears_rule *arrears;
  uint32_t arrears_count; ///< 0: arrears suspend the account as a whole
  const fg_limit *limits; ///< limits that several products share
  uint32_t limit_count;
  const fg_limit *const *windows; ///< for each window of an account, the limit that it counts for (derived)
  uint32_t window_count;
  const fg_capacity_place *capacities; ///< capacities of all products (derived)
  uint32_t capacity_count;
  const fg_book_attribute *attributes;
  uint32_t attribute_count;
  fg_text_index attribute_found_by; ///< finds an attribute by its id (derived)
  fg_asked of_account;              ///< attributes that accounts have, as opposed to usage (derived)
  uint64_t texts_of_usage; ///< a bit for the place of each attribute that is a text and belongs to usage (derived)
  const fg_event *events;
  uint32_t event_count;
  /* Of the book as a whole: its bills have one line for each price, because some edition is not of format 1, where each
     slice of each tier period is a line (derived). */
  bool has_whole_lines;
};

/* The period after which usage of a product is invoiced, in the price list `list` that the product is in. */
static inline fg_period fg_product_settles(const fg_book *list, const fg_product *product) {
  return product->own_settle.is_given ? product->own_settle.period : list->settle;
}

/* The edition with a number; a book without editions is its own only one. */
static inline fg_book *fg_book_edition(fg_book *book, uint32_t number) {
  FG_ASSERT(number < book->edition_count || number == 0);
  return book->edition_count == 0 ? book : &book->editions[number];
}

/* The edition in force at an instant; the first one at an instant that has no civil date. */
const fg_book *fg_book_at(const fg_book *book, fg_time at);

/* The number of the edition in force on a date: the last that has begun; the first, where none has. */
uint32_t fg_book_edition_on(const fg_book *book, fg_date date);

/* The place of a product, or of a grant of a product, found by its id even where the edition has withdrawn it; FG_NONE
   if no edition has it. */
int fg_book_place(const fg_book *book, fg_string id);
int fg_product_grant_place(const fg_product *product, fg_string id);

bool fg_names_have(const fg_names *names, fg_string name);

/* The place of a product, event, pack or other item, found by its id where the edition has not withdrawn it; FG_NONE
   otherwise. */
int fg_book_product(const fg_book *book, fg_string id);
int fg_book_event(const fg_book *book, fg_string id);
int fg_product_grant(const fg_product *product, fg_string id);
int fg_product_pack(const fg_product *product, fg_string id);
int fg_book_bundle(const fg_book *book, fg_string id);
/* Answers a place in fg_book.capacities. */
int fg_product_capacity(const fg_book *book, const fg_product *product, fg_string id);
/* As fg_product_capacity, also where the edition has withdrawn the capacity. */
int fg_product_capacity_place(const fg_book *book, const fg_product *product, fg_string id);

/* Owners of grants and packs are numbered: the products come first, the pools after them. No id is of both a product
   and a pool. */
static inline uint32_t fg_book_owner_count(const fg_book *book) { return book->product_count + book->pool_count; }
static inline bool fg_book_is_pool(const fg_book *book, uint32_t owner) { return owner >= book->product_count; }
static inline const fg_product *fg_book_owner(const fg_book *book, uint32_t owner) {
  return fg_book_is_pool(book, owner) ? &book->pools[owner - book->product_count].offers : &book->products[owner];
}
int fg_book_find_owner(const fg_book *book, fg_string id); ///< FG_NONE: neither a product nor a pool has this id
/* Whether any edition has such a product or pool, even if others have withdrawn it. */
bool fg_book_has_owner(const fg_book *book, fg_string id);
/* Whether usage of a product may draw on the lots of an owner: it is the product, or a pool that covers it. */
bool fg_book_draws(const fg_book *book, uint32_t owner, uint32_t product);
/* The parts that one unit of a product draws from a lot of an owner, where that is the same for all of its usage; else
   some number above 0. 0: it draws on none of this owner's. */
int64_t fg_book_weight(const fg_book *book, uint32_t owner, uint32_t product);
/* The parts of one unit of an owner: 1 for a product, which counts its lots in units. */
static inline int64_t fg_book_parts(const fg_book *book, uint32_t owner) {
  return fg_book_is_pool(book, owner) ? book->pools[owner - book->product_count].parts : 1;
}

/* Units of an owner, with a fraction in 10^-12 units, as parts; the fraction is a whole number of them. False if they
   pass 64 bits. */
static inline bool fg_units_in_parts(int64_t units, int64_t fraction, int64_t parts, int64_t *in_parts) {
  return fg_multiply_i64(units, parts, in_parts) &&
         fg_add_i64(*in_parts, (int64_t)((fg_int128)fraction * parts / FG_UNIT), in_parts);
}
/* The fraction of a unit that parts are above whole units, in 10^-12 units. */
static inline int64_t fg_fraction_of_parts(int64_t in_parts, int64_t parts) {
  return (int64_t)((fg_int128)(in_parts % parts) * FG_UNIT / parts);
}

/* Whether the book's `sources` name a rule. Errors cite no other rule to those who use the book. */
bool fg_book_cites(const fg_book *book, fg_string rule);

/* Cites in an error the rule that refuses, if the book's `sources` name it: the rule of the status, or else `source`,
   the rule of the price or other thing concerned (docs/decisions/0013-rules-in-errors.md). fg_book_refuse tells the
   error of the status first. */
FG_COLD void fg_book_cite(const fg_book *book, fg_string source, fg_error *error, fg_status status);
FG_COLD fg_status fg_book_refuse(const fg_book *book, fg_string source, fg_error *error, fg_status status);

/* The source of a product's price, of its usage or of its capacity, for an error that says that something is not
   sold. */
fg_string fg_product_price_source(const fg_product *product, bool of_capacity);

#endif
