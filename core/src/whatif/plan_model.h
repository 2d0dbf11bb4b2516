/* The planner's model of a forecast, what may be chosen in it, and what a choice comes to. The argument why the
   cheapest plan is the cheapest is in docs/decisions/0006-cheapest-plan.md.

   A *plan* buys packs and capacity for the months of a forecast. An *entitlement* is what the customer has without
   buying: a free grant to come, or a pack held at the start. A *residual* is what nothing covers in a month: it is
   postpaid. */
#ifndef FG_PLAN_MODEL_H
#define FG_PLAN_MODEL_H

#include "../../include/faregate_whatif.h"
#include "../json/read.h"
#include "../state/history.h"
#include "plan_watch.h"

enum { FG_PLAN_MONTHS_MAX = 120, FG_PLAN_PACKS_MAX = 256, FG_PLAN_ENTITLEMENTS_MAX = 256 };

/* Sums of prices of FG_PLAN_UNITS_MAX units stay below FG_PLAN_NEVER, and two such sums below what money can hold. */
#define FG_PLAN_UNITS_MAX INT64_C(1000000000000000)
#define FG_PLAN_PRICE_MAX (FG_UNIT * 10000000000)
#define FG_PLAN_NEVER (FG_AMOUNT_END / 2) ///< the cost of what is not possible

static inline fg_amount fg_plan_add(fg_amount a, fg_amount b) { return a + b < FG_PLAN_NEVER ? a + b : FG_PLAN_NEVER; }

/* A pack of usage on sale, or an order of several. */
typedef struct fg_plan_pack {
  uint32_t offer; ///< of the product's packs
  int64_t units;
  fg_amount price;
  int64_t number; ///< of packs, all its units and its price being those of so many
  bool is_order;  ///< they are an order of their own
  int64_t most;   ///< of them in one purchase: more could be had as other packs, as many units and no dearer
  uint32_t place; ///< in the model's packs
  const fg_amount
      *prices; ///< by month of purchase, of a forecast over several editions, `price` being the lowest of them;
               ///< FG_PLAN_NEVER: not for sale then. NULL: `price` holds in all months
} fg_plan_pack;

/* A free grant to come or a pack held, which is drawn on before what the plan buys. */
typedef struct fg_plan_entitlement {
  int64_t units;
  int first, last; ///< months in which it can be drawn on
  bool is_free;    ///< a free grant, else a pack held at the start
} fg_plan_entitlement;

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
  int ordered; ///< the month, that one or an earlier one, in which it is placed
} fg_plan_capacity;

/* What is left of the entitlements at the beginning of a month, for one of the ways in which the months before may have
   gone. */
typedef struct fg_plan_carry {
  const int64_t *left;                  ///< by entitlement, at the month's beginning
  int64_t total;                        ///< the sum, of what can still be drawn on
  int64_t free, packs;                  ///< drawn in this month if its calls are billed
  int64_t demand;                       ///< the rest of its calls
  uint32_t after_calls, after_capacity; ///< the carry of the next month, if this one is billed or goes by capacity
} fg_plan_carry;

typedef struct fg_plan_month {
  int64_t calls;
  int64_t peak;          ///< units of capacity needed at once; -1: not known
  int64_t hours;         ///< of the month
  int64_t days;          ///< of the month, as an order by the day counts them (R19)
  fg_time begin;         ///< 00:00 of its first day: purchases
  fg_time use;           ///< noon of its 15th: usage
  const fg_book *offers; ///< the edition in force at the beginning
  const fg_book *prices; ///< the edition in force at the usage
  int last;              ///< month in which a pack bought now can last be drawn on; before this one if it cannot at all
  bool calls_allowed;    ///< the peak is within the limit that needs no capacity (R16)
  fg_amount capacity_cost; ///< of the cheapest capacity for the month, with what its usage is billed all the same;
                           ///< FG_PLAN_NEVER if there is none
  fg_amount order_cost;    ///< of its orders alone
  const fg_plan_capacity *orders;
  uint32_t order_count;
  fg_plan_carry *carries;
  uint32_t carry_count;
} fg_plan_month;

/* A tier of the bill as a straight line. */
typedef struct fg_plan_line {
  int64_t from, to; ///< residuals
  fg_amount before; ///< the bill up to `from`
  fg_amount rate;   ///< of each unit above that
} fg_plan_line;

typedef struct fg_plan_model {
  const fg_book *base; ///< the caller's
  fg_book *book;       ///< a copy with the forecast's policy, and packs held as packs on offer
  fg_allocator allocator;
  fg_arena arena;
  fg_plan_watch *watch;
  uint32_t product;
  fg_string pool;   ///< whose grants and packs are the product's in `book`; text NULL: none
  bool by_editions; ///< the months have several, so that prices of packs may change
  bool is_uneven;   ///< a month may be billed without usage, or is rounded on the way: by a least or a most of the
                    ///< product, a fee of a tier, a rounding of the price
  int month_count;
  fg_plan_month *months;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX]; ///< lowest price of a unit first
  uint32_t pack_count;
  fg_plan_entitlement entitlements[FG_PLAN_ENTITLEMENTS_MAX]; ///< in the order they are drawn on
  uint32_t entitlement_count;
  fg_plan_held *held;
  uint32_t held_count;
  fg_plan_line lines[FG_TIERS_MAX];
  uint32_t line_count;     ///< 0: bills are computed one by one
  uint32_t held_offer;     ///< the packs on offer from here on are those held
  int64_t materials;       ///< to be held
  int64_t *material_packs; ///< by pack on offer: how many
  fg_amount material_cost;
  fg_amount fee_cost; ///< of the time in which the product is open, whatever is bought
} fg_plan_model;

/* The product as a month's purchases and grants find it, and its usage. */
static inline const fg_product *fg_plan_offered(const fg_plan_model *model, int month) {
  return &model->months[month].offers->products[model->product];
}
static inline const fg_product *fg_plan_priced(const fg_plan_model *model, int month) {
  return &model->months[month].prices->products[model->product];
}

/* What is paid whatever is chosen. */
static inline fg_amount fg_plan_fixed_cost(const fg_plan_model *model) {
  return model->material_cost + model->fee_cost;
}

/* The price of a pack that is bought in a month; FG_PLAN_NEVER where it is not for sale. */
static inline fg_amount fg_plan_pack_price(const fg_plan_pack *pack, int month) {
  return pack->prices == NULL ? pack->price : pack->prices[month];
}

void *fg_plan_allocate(fg_plan_model *model, size_t size); ///< zeroed, in the arena; NULL when memory is short
void fg_plan_release(fg_plan_model *model);
/* The last month, not before `first` - 1, whose usage comes before an instant. */
int fg_plan_last_before(const fg_plan_model *model, int first, fg_time end);

/* What is bought. `cost` is FG_PLAN_NEVER as long as no plan is found. */
typedef struct fg_plan_choice {
  fg_amount cost;    ///< of usage: packs, capacity, postpaid
  fg_amount proven;  ///< of a search, no choice costs less
  bool *by_capacity; ///< by month: calls go by capacity
  int64_t *packs;    ///< by month × pack
  int failing;       ///< of one that nobody searched for, where `cost` is FG_PLAN_NEVER: the first month that fails
} fg_plan_choice;

fg_status fg_plan_choice_begin(fg_plan_model *model, fg_plan_choice *choice); ///< nothing is bought yet

/* An order: of packs, or of capacity. */
typedef struct fg_plan_order {
  int month;            ///< at whose beginning it is placed
  int offer;            ///< of the product's packs; FG_NONE: capacity
  int64_t quantity;     ///< packs, or units of capacity
  int64_t days, months; ///< of capacity
  int start;            ///< of capacity: the month with which it begins
  int64_t units;        ///< of usage or materials
  fg_amount amount;
} fg_plan_order;

/* What a month comes to. */
typedef struct fg_plan_month_result {
  bool by_capacity; ///< its calls went by capacity
  int64_t free, packs, postpaid, unbilled;
  fg_amount pack_cost, capacity_cost, material_cost, postpaid_cost, fee_cost;
} fg_plan_month_result;

/* Orders, the commands that they are, and what they come to. */
typedef struct fg_plan_result {
  FG_ARRAY(fg_plan_order) orders;
  FG_ARRAY(fg_command) commands;
  fg_plan_month_result *months;
  fg_amount total;
} fg_plan_result;

void fg_plan_result_release(fg_plan_model *model, fg_plan_result *result);

/* plan.c makes it, plan_describe.c tells it. */
struct fg_plan {
  fg_plan_model model;
  fg_plan_watch watch;
  bool searched;
  fg_amount gap;                    ///< of a search: no plan is cheaper by more
  fg_plan_result chosen, runner_up; ///< without a runner-up, no months
};

#endif
