/* A basket: so much of everything, the same in each month, and what an account that lives it pays. What holds where a
   basket is silent is in docs/decisions/0021-basket.md. */
#ifndef FG_BASKET_H
#define FG_BASKET_H

#include "../../include/faregate_whatif.h"
#include "../book/explain.h"
#include "../json/read.h"
#include "../state/command.h"
#include "../state/state.h"

enum { FG_BASKET_MONTHS_MAX = 120 };

/* A usage in each month, and what it is priced by. */
typedef struct fg_basket_usage {
  int64_t quantity;
  fg_attributes attributes;
} fg_basket_usage;

/* When the usage of a month comes (decision 21). */
typedef struct fg_basket_spread {
  bool by_day;   ///< at the beginnings of its days
  fg_time step;  ///< or so often, from its first instant on; 0: then alone
  bool is_level; ///< all of it each time, because it is how much there is; else in equal parts
} fg_basket_spread;

/* What is asked for of a product, of a pool, of which there are packs alone, or of an event, which is used alone. */
typedef struct fg_basket_item {
  bool is_asked;
  fg_string id;
  fg_basket_usage *usages;
  uint32_t usage_count;
  int64_t materials; ///< to be held
  int64_t unbilled;  ///< used in the month that is lived
  fg_basket_spread spread;
  int64_t part, parts; ///< of the usage of the month that is lived: which comes next, and how many there are
} fg_basket_item;

/* What was bought or held in a month, and usage that went by capacity; billed usage stands in the invoices. */
typedef enum fg_basket_line_kind {
  FG_BASKET_BUNDLE,
  FG_BASKET_PACK,
  FG_BASKET_CAPACITY,
  FG_BASKET_MATERIALS,
  FG_BASKET_BY_CAPACITY ///< usage
} fg_basket_line_kind;

/* What is to be bought: bundles first, then of each product or pool packs, then capacity. */
typedef struct fg_basket_want {
  fg_basket_line_kind kind;
  uint32_t owner;       ///< of packs and capacity
  uint32_t place;       ///< of the bundle, of the pack of its owner, or of the capacity in the book
  int64_t quantity;     ///< 1 …
  int64_t days, months; ///< of capacity
  fg_time until;        ///< when the capacity that was bought last ends, of a bundle too
  bool is_bought;       ///< in the month that is lived
} fg_basket_want;

typedef struct fg_basket_line {
  fg_basket_line_kind kind;
  int month;            ///< from 0
  uint32_t number;      ///< as they were noted
  uint32_t item;        ///< in fg_basket_life.items; of a bundle none
  uint32_t place;       ///< as of fg_basket_want
  int64_t quantity;     ///< packs, or units of capacity; of usage those that went by it
  int64_t days, months; ///< of capacity
  int64_t units;        ///< in the packs, held, or used
  int64_t free;         ///< of the materials held
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
  fg_book *book;            ///< the caller's, or a copy of it without free quotas
  fg_json_document content; ///< whose texts are those of attributes
  fg_basket_item *items;    ///< by product, then by pool, then by event of the first month's edition
  uint32_t item_count;
  FG_ARRAY(fg_basket_want) wants;
  fg_month first;
  fg_account *account;
  FG_ARRAY(fg_basket_line) lines; ///< in the order of time
} fg_basket_life;

/* The first instant of a month of the life, counted from 0. */
static inline fg_time fg_basket_begin(const fg_basket_life *life, int month) {
  return fg_date_begin(fg_month_first(life->first + month), &life->book->zone);
}

/* A product or pool as the edition in force at a month's first instant sells it. */
static inline const fg_product *fg_basket_owner(const fg_basket_life *life, int month, uint32_t number) {
  return fg_book_owner(fg_book_at(life->book, fg_basket_begin(life, month)), number);
}

/* The end of the months that are lived, which is the begin of the next. */
static inline fg_time fg_basket_end(const fg_basket_life *life) {
  return fg_basket_begin(life, (int)life->basket->months);
}

/* An item and the month that is lived. */
typedef struct fg_basket_living {
  fg_basket_life *life;
  uint32_t number; ///< of the item
  fg_basket_item *item;
  const fg_product *owner; ///< as the month's edition sells it; NULL: it is an event
  int month;               ///< from 0
  fg_time begin;           ///< of the month
  fg_error *error;
} fg_basket_living;

/* The item of a number in a month. */
fg_basket_living fg_basket_live(fg_basket_life *life, uint32_t number, int month, fg_error *error);
fg_command fg_basket_command(const fg_basket_living *now, fg_command_kind kind);
/* Lets the account do a command for an item; `step` goes before the path of what it is refused for. */
fg_status fg_basket_apply(const fg_basket_living *now, const fg_command *command, fg_outcome *outcome,
                          const char *step);
fg_status fg_basket_note(fg_basket_life *life, int month, fg_basket_line line, const char *explanation);
void fg_basket_write_count(int64_t units, char out[FG_GROUPED_MAX]);

/* Buys what is due at the beginning of a month. */
fg_status fg_basket_buy(fg_basket_life *life, int month, fg_error *error);
/* Whether capacity with which usage is free was asked for of an item. */
bool fg_basket_has_free_capacity(const fg_basket_life *life, uint32_t item);

/* Uses what is asked for in a month. FG_UNSUPPORTED of what cannot be spread over it. */
fg_status fg_basket_use(fg_basket_life *life, int month, fg_error *error);

/* Reads the basket's JSON into the items of a life. */
fg_status fg_basket_read(fg_basket_life *life, fg_error *error);
/* Tells a life that was lived. */
fg_status fg_basket_tell(fg_basket_life *life, const fg_visitor *visitor);

/* Answers `status`; puts a step of the path before that of the error, whatever the status. */
fg_status fg_basket_within(fg_error *error, fg_status status, fg_string step);

/* Refuses a name that is not among `names`: `error` names the nearest of them, and as many as there is room for. */
fg_status fg_basket_no_such_name(fg_error *error, fg_status status, const char *given, const fg_string *names,
                                 size_t count);

#endif
