/* A basket: so much of everything, the same in each month, and what an account that lives it pays. What holds where a
   basket is silent is in docs/decisions/0021-basket.md. */
#ifndef FG_BASKET_H
#define FG_BASKET_H

#include "../../include/faregate_whatif.h"
#include "../json/read.h"
#include "../state/state.h"

enum { FG_BASKET_MONTHS_MAX = 120 };

/* A usage in each month, and what it is priced by. */
typedef struct fg_basket_usage {
  int64_t quantity;
  fg_attributes attributes;
} fg_basket_usage;

/* What is asked for of a product, or of a pool, of which there are packs alone. */
typedef struct fg_basket_item {
  bool is_asked;
  fg_basket_usage *usages;
  uint32_t usage_count;
  int64_t capacity;     ///< of its meter; 0: none
  int64_t days, months; ///< that it is bought for
  int64_t materials;    ///< to be held
  int64_t *packs;       ///< by pack on offer: how many
  int64_t unbilled;     ///< used in the month that is lived
} fg_basket_item;

/* What was bought or held in a month, and usage that went by capacity; billed usage stands in the invoices. */
typedef enum fg_basket_line_kind {
  FG_BASKET_PACK,
  FG_BASKET_CAPACITY,
  FG_BASKET_MATERIALS,
  FG_BASKET_BY_CAPACITY ///< usage
} fg_basket_line_kind;

typedef struct fg_basket_line {
  fg_basket_line_kind kind;
  int month; ///< from 0
  uint32_t product;
  int pack;             ///< of the product's packs; FG_NONE
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
  fg_basket_item *items;    ///< by product, then by pool
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

/* Reads the basket's JSON into the items of a life. */
fg_status fg_basket_read(fg_basket_life *life, fg_error *error);
/* Tells a life that was lived. */
fg_status fg_basket_tell(const fg_basket_life *life, const fg_visitor *visitor);

/* Answers `status`; puts a step of the path before that of the error, whatever the status. */
fg_status fg_basket_within(fg_error *error, fg_status status, fg_string step);

/* Refuses a name that is not among `names`: `error` names the nearest of them, and as many as there is room for. */
fg_status fg_basket_no_such_name(fg_error *error, fg_status status, const char *given, const fg_string *names,
                                 size_t count);

#endif
