/* The cheapest plan: what the files of the planner share. docs/decisions/0006-cheapest-plan.md has the argument.

   read      a forecast and the price book become a model: months, packs, gifts, prices of capacity
   carry     what grants and packs held cover, which depends only on the months in which calls are billed
   spells    the exact search where no pack bought expires within the forecast
   labels    the exact search everywhere else
   play      a choice becomes commands, and the engine lives through them */
#ifndef FG_PLAN_H
#define FG_PLAN_H

#include "../../include/faregate_whatif.h"
#include "../state/history.h"
#include "../json/read.h"

enum { FG_PLAN_MONTHS_MAX = 120, FG_PLAN_PACKS_MAX = 32, FG_PLAN_GIFTS_MAX = 256, FG_PLAN_CARRIES_MAX = 1 << 16 };

#define FG_PLAN_UNITS_MAX INT64_C(1000000000000000)
#define FG_PLAN_PRICE_MAX (FG_UNIT * 10000000000)
#define FG_PLAN_NEVER (FG_AMOUNT_END / 2) ///< the cost of what is not possible
_Static_assert(FG_PLAN_PRICE_MAX *FG_PLAN_UNITS_MAX < FG_PLAN_NEVER, "all of a forecast's units have a price");

/* A pack of usage on sale. */
typedef struct fg_plan_pack {
  uint32_t offer; ///< of the product's packs
  int64_t units;
  fg_amount price;
  int64_t most;   ///< of them in one purchase: more could be had as other packs, as many units and no dearer
  uint32_t place; ///< in the model's packs
} fg_plan_pack;

/* A free grant, or a pack held at the start: drawn on before what the plan buys. */
typedef struct fg_plan_gift {
  int64_t units;
  int first, last; ///< months in which it can be drawn on
  bool free;
} fg_plan_gift;

/* A pack held at the start. */
typedef struct fg_plan_held {
  int64_t left;
  fg_time bought;  ///< FG_NO_TIME if not known
  fg_time expires; ///< 00:00 of a date, or FG_NEVER
} fg_plan_held;

/* A capacity order for a month. */
typedef struct fg_plan_capacity {
  int64_t quantity;
  bool by_day;
} fg_plan_capacity;

/* What grants and packs held leave over in a month, one of the ways the months before may have gone. */
typedef struct fg_plan_carry {
  const int64_t *left;                  ///< by gift, at the month's beginning
  int64_t total;                        ///< the sum, of what can still be drawn on
  int64_t free, packs;                  ///< drawn in this month if its calls are billed
  int64_t demand;                       ///< the rest of its calls
  uint32_t after_calls, after_capacity; ///< of the next month
} fg_plan_carry;

typedef struct fg_plan_month {
  int64_t calls;
  int64_t peak;       ///< units of capacity needed at once; -1: not known
  int64_t hours;      ///< of the month
  fg_time begin;      ///< 00:00 of its first day: purchases
  fg_time use;        ///< noon of its 15th: usage
  int last;           ///< month in which a pack bought now can last be drawn on; before this one if it cannot at all
  bool calls_allowed; ///< the peak is within the limit that needs no capacity (R16)
  fg_amount capacity; ///< cheapest capacity for the month; FG_PLAN_NEVER if there is none
  const fg_plan_capacity *orders;
  uint32_t order_count;
  fg_plan_carry *carries;
  uint32_t carry_count;
} fg_plan_month;

/* What is bought. `cost` is FG_PLAN_NEVER as long as no plan is found. */
typedef struct fg_plan_choice {
  fg_amount cost; ///< of usage: packs, capacity, postpaid
  bool *capacity; ///< by month: calls go by capacity
  int64_t *packs; ///< by month × pack
} fg_plan_choice;

/* A tier of the bill as a straight line. */
typedef struct fg_plan_line {
  int64_t from, to; ///< residuals
  fg_amount before; ///< the bill up to `from`
  fg_amount rate;   ///< of each unit beyond
} fg_plan_line;

typedef struct fg_plan_model {
  const fg_book *base; ///< the caller's
  fg_book *book;       ///< a copy with the forecast's policy, and packs held as packs on offer
  fg_allocator allocator;
  fg_arena arena;
  uint32_t product;
  int month_count;
  fg_plan_month *months;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX]; ///< lowest price of a unit first
  uint32_t pack_count;
  fg_plan_gift gifts[FG_PLAN_GIFTS_MAX]; ///< in the order they are drawn on
  uint32_t gift_count;
  fg_plan_held *held;
  uint32_t held_count;
  fg_plan_line lines[FG_TIERS_MAX];
  uint32_t line_count;     ///< 0: bills are computed one by one
  uint32_t held_offer;     ///< the packs on offer from here on are those held
  int64_t materials;       ///< to be held
  int64_t *material_packs; ///< by pack on offer: how many
  fg_amount material_cost;
} fg_plan_model;

void *fg_plan_allocate(fg_plan_model *model, size_t size); ///< zeroed, in the arena; NULL when memory is short

/* plan_read.c: a forecast (JSON). On any status the model is to be released. */
fg_status fg_plan_read(fg_plan_model *model, const fg_book *book, fg_string forecast, fg_error *error);
void fg_plan_release(fg_plan_model *model);

/* plan_offer.c: the packs on sale, and how long they last. */
fg_status fg_plan_find_packs(fg_plan_model *model, fg_error *error);
fg_status fg_plan_find_materials(fg_plan_model *model, fg_error *error);
/* Sets `most` of packs in the order of the model's. */
void fg_plan_limit_counts(fg_plan_pack *packs, uint32_t count);
/* The packs that may be bought, in the order of the model's; answers how many. */
uint32_t fg_plan_allowed_packs(const fg_plan_model *model, const bool *allowed, fg_plan_pack *packs);

/* plan_capacity.c: the cheapest capacity of each month (R16 to R21). */
fg_status fg_plan_find_capacity(fg_plan_model *model, fg_error *error);

/* plan_carry.c: the free grants to come, and what they and the packs held cover. */
fg_status fg_plan_find_gifts(fg_plan_model *model, fg_error *error);
fg_status fg_plan_find_carries(fg_plan_model *model, fg_error *error);
/* True if every month has one carry: what gifts cover does not depend on the choices. */
bool fg_plan_is_single(const fg_plan_model *model);

/* plan_bill.c: finds the lines of bills that have such. */
void fg_plan_find_lines(fg_plan_model *model);
/* The bill of a month of `residual` units that nothing covers; FG_PLAN_NEVER if they are not sold. */
fg_amount fg_plan_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t residual);
/* A price per unit that no residual of 1 … `most` falls below. */
fg_amount fg_plan_least_rate(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most);
/* How much a smaller residual may cost more than a larger one of at most `most` (R13). */
fg_amount fg_plan_greatest_drop(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most);
/* The least bill of a residual of `from` … `to`. */
fg_amount fg_plan_least_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t from,
                             int64_t to);

/* plan_cover.c: the cheapest packs of at least `units`; writes how many of each. FG_PLAN_NEVER if there are none. */
fg_amount fg_plan_cover(const fg_plan_pack *packs, uint32_t pack_count, int64_t units, int64_t *counts);

/* True if no pack bought expires before the last month's usage. */
bool fg_plan_packs_last(const fg_plan_model *model);
/* plan_bound.c: what the forecast costs at least from a month on, when so many units are there already. */
typedef struct fg_plan_bound {
  int64_t cell;                          ///< units
  int64_t calls[FG_PLAN_MONTHS_MAX + 1]; ///< from a month on
  fg_amount *least;                      ///< by month × cells to be provided
} fg_plan_bound;
fg_status fg_plan_find_bound(fg_plan_model *model, const fg_plan_pack *packs, uint32_t pack_count,
                             fg_plan_bound *bound);
fg_amount fg_plan_bound_of(const fg_plan_bound *bound, int month, int64_t units);

/* plan_spells.c, plan_labels.c: fills `choice`, whose arrays are there; `allowed` says which packs may be bought. */
fg_status fg_plan_search_spells(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice);
fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice);

/* An order: of packs, or of capacity. */
typedef struct fg_plan_order {
  int month;            ///< at whose beginning it is placed
  int offer;            ///< of the product's packs; FG_NONE: capacity
  int64_t quantity;     ///< packs, or units of capacity
  int64_t days, months; ///< of capacity
  int64_t units;        ///< of usage or materials
  fg_amount amount;
} fg_plan_order;

/* What the engine makes of a month. */
typedef struct fg_plan_played {
  bool capacity; ///< calls went by capacity
  int64_t free, packs, postpaid, unbilled;
  fg_amount pack_cost, capacity_cost, material_cost, postpaid_cost;
} fg_plan_played;

/* Orders, and what they come to. */
typedef struct fg_plan_run {
  FG_ARRAY(fg_plan_order) orders;
  FG_ARRAY(fg_command) commands;
  fg_plan_played *months;
  fg_amount total;
} fg_plan_run;

/* plan_play.c: the orders of a choice, without materials; the run's arrays grow. */
fg_status fg_plan_orders(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_run *run);
fg_status fg_plan_add_order(fg_plan_model *model, fg_plan_run *run, fg_plan_order order);
/* Lives through the orders, and materials bought at the start, in the engine. */
fg_status fg_plan_play(fg_plan_model *model, fg_plan_run *run, fg_error *error);
void fg_plan_run_release(fg_plan_model *model, fg_plan_run *run);

/* plan_given.c: what a plan (JSON) says, as a choice, or as orders of the run if it lists them. */
fg_status fg_plan_follow(fg_plan_model *model, fg_string plan, fg_plan_choice *choice, fg_plan_run *run,
                         fg_error *error);

/* plan_naive.c: plans that nobody searches for. FG_PLAN_NEVER where they cannot serve the forecast. */
void fg_plan_naive_postpaid(const fg_plan_model *model, fg_plan_choice *choice);
void fg_plan_naive_capacity(const fg_plan_model *model, fg_plan_choice *choice);
void fg_plan_naive_pack(const fg_plan_model *model, uint32_t pack, fg_plan_choice *choice);

static inline fg_amount fg_plan_add(fg_amount a, fg_amount b) { return a + b < FG_PLAN_NEVER ? a + b : FG_PLAN_NEVER; }

#endif
