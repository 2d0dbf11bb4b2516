/* A basket: what a customer uses and buys in each month, the same in all months, and what an account that lives so
   pays. docs/decisions/0021-basket.md says what holds where a basket is silent. */
#ifndef FG_BASKET_H
#define FG_BASKET_H

#include "../../include/faregate_whatif.h"
#include "../book/explain.h"
#include "../json/read.h"
#include "../state/command.h"
#include "../state/state.h"

enum { FG_BASKET_MONTHS_MAX = 120 };

/* A quantity that is used in each month, and the attributes that it is priced by. */
typedef struct fg_basket_usage {
  int64_t quantity;
  fg_attributes attributes;
} fg_basket_usage;

/* When the usage of a month happens (docs/decisions/0021-basket.md). */
typedef struct fg_basket_spread {
  bool by_day;   ///< a part at the beginning of each day
  fg_time step;  ///< microseconds between two parts from the month's first instant on; 0: no such parts
  bool is_level; ///< the quantity is a level, so all of it is used each time; else in equal parts
} fg_basket_spread;

/* What is asked for of a product, of a pool (packs alone), or of an event (usage alone). */
typedef struct fg_basket_item {
  bool is_asked;
  fg_string id;
  fg_basket_usage *usages;
  uint32_t usage_count;
  int64_t materials; ///< how many are to be held
  int64_t unbilled;  ///< units that were used in the current month and not billed
  fg_basket_spread spread;
  int64_t part, parts; ///< the next part of the current month's usage, and how many parts there are
} fg_basket_item;

/* What a line is of: something that was bought or held in a month, or usage that went by capacity. Billed usage is in
   the invoices instead. */
typedef enum fg_basket_line_kind {
  FG_BASKET_BUNDLE,
  FG_BASKET_PACK,
  FG_BASKET_CAPACITY,
  FG_BASKET_MATERIALS,
  FG_BASKET_BY_CAPACITY ///< usage that went by capacity
} fg_basket_line_kind;

/* Something to be bought. Bundles come first, then for each product or pool its packs and its capacity. */
typedef struct fg_basket_want {
  fg_basket_line_kind kind;
  uint32_t owner;       ///< the product or pool that packs or capacity are of
  uint32_t place;       ///< index of the bundle, of the pack among the owner's, or of the capacity in the book
  int64_t quantity;     ///< at least 1
  int64_t days, months; ///< how long capacity is bought for
  fg_time until;        ///< when the capacity ends that was bought last, also if a bundle brought it
  bool is_bought;       ///< bought already in the current month
} fg_basket_want;

typedef struct fg_basket_line {
  fg_basket_line_kind kind;
  int month;            ///< counted from 0
  uint32_t number;      ///< counts the lines in the order in which they were noted
  uint32_t item;        ///< index in fg_basket_life.items; unused for a bundle
  uint32_t place;       ///< index, as `place` of fg_basket_want
  int64_t quantity;     ///< packs, or units of capacity; for usage, the units that went by capacity
  int64_t days, months; ///< how long capacity was bought for
  int64_t units;        ///< units in the packs, units held, or units used
  int64_t fraction;     ///< of packs of a pool of money: what is above `units`, in 10^-12 units
  int64_t free;         ///< how many of the materials are held at no cost
  bool has_one_price;
  int64_t tier;
  fg_amount unit_price;
  fg_amount amount;
  fg_string explanation;
} fg_basket_line;

typedef struct fg_basket_life {
  const fg_basket *basket;
  fg_allocator allocator;
  fg_arena arena;
  fg_book *book;            ///< the caller's book, or a copy of it without free quotas
  fg_json_document content; ///< the basket's JSON, which owns the texts of attributes
  fg_basket_item *items;    ///< the products, then the pools, then the events of the first month's edition
  uint32_t item_count;
  FG_ARRAY(fg_basket_want) wants;
  fg_month first;
  fg_account *account;
  FG_ARRAY(fg_basket_line) lines; ///< in the order of time
  char *explanation;              ///< room for that of the line that is being bought: FG_EXPLANATION_MAX bytes
} fg_basket_life;

/* The first instant of a month that is lived; months are counted from 0. */
static inline fg_time fg_basket_begin(const fg_basket_life *life, int month) {
  return fg_date_begin(fg_month_first(life->first + month), &life->book->zone);
}

static inline const fg_product *fg_basket_owner(const fg_basket_life *life, int month, uint32_t number) {
  return fg_book_owner(fg_book_at(life->book, fg_basket_begin(life, month)), number);
}

/* The end of the last month that is lived. */
static inline fg_time fg_basket_end(const fg_basket_life *life) {
  return fg_basket_begin(life, (int)life->basket->months);
}

/* An item, and the month that is lived. */
typedef struct fg_basket_living {
  fg_basket_life *life;
  uint32_t number; ///< the item's index
  fg_basket_item *item;
  const fg_product *owner; ///< the item as the month's edition sells it; NULL: it is an event
  int month;               ///< counted from 0
  fg_time begin;           ///< the month's first instant
  fg_error *error;
} fg_basket_living;

fg_basket_living fg_basket_live(fg_basket_life *life, uint32_t number, int month, fg_error *error);
fg_command fg_basket_command(const fg_basket_living *now, fg_command_kind kind);
/* Applies a command for an item. If it is refused, `step` is put in front of the error's path. */
fg_status fg_basket_apply(const fg_basket_living *now, const fg_command *command, fg_outcome *outcome,
                          const char *step);
fg_status fg_basket_note(fg_basket_life *life, int month, fg_basket_line line, const char *explanation);
void fg_basket_write_count(int64_t units, char out[FG_GROUPED_MAX]);

/* Buys what is due at the beginning of a month. */
fg_status fg_basket_buy(fg_basket_life *life, int month, fg_error *error);
/* Whether the basket asks for capacity of an item with which usage is free. */
bool fg_basket_has_free_capacity(const fg_basket_life *life, uint32_t item);

/* Uses what is asked for in a month. FG_UNSUPPORTED for a product whose usage cannot be spread over the month. */
fg_status fg_basket_use(fg_basket_life *life, int month, fg_error *error);

/* Reads the basket's JSON into the items of a life. */
fg_status fg_basket_read(fg_basket_life *life, fg_error *error);
/* Tells what a lived basket came to. */
fg_status fg_basket_tell(fg_basket_life *life, const fg_visitor *visitor);

/* Puts a step in front of the error's path unless `status` is FG_OK, and returns `status`. */
fg_status fg_basket_within(fg_error *error, fg_status status, fg_string step);

#endif
