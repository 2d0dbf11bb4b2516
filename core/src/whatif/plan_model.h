/* The planner's model of a forecast, what may be chosen in it, and what a choice costs.
   docs/decisions/0006-cheapest-plan.md argues why the cheapest plan is the cheapest.

   A *plan* buys packs and capacity for the months of a forecast. An *entitlement* is what the customer has without
   buying it: a free grant to come, or a pack held at the start. The *residual* of a month is the units that nothing
   covers, which are postpaid. */
#ifndef FG_PLAN_MODEL_H
#define FG_PLAN_MODEL_H

#include "../../include/faregate_whatif.h"
#include "../json/read.h"
#include "../state/history.h"
#include "plan_watch.h"

enum { FG_PLAN_MONTHS_MAX = 120, FG_PLAN_PACKS_MAX = 256, FG_PLAN_ENTITLEMENTS_MAX = 256 };

/* The price of FG_PLAN_UNITS_MAX units stays below FG_PLAN_NEVER, and two such prices together below what money can
   hold. */
#define FG_PLAN_UNITS_MAX INT64_C(1000000000000000)
#define FG_PLAN_PRICE_MAX (FG_UNIT * 10000000000)
#define FG_PLAN_NEVER (FG_AMOUNT_END / 2) ///< the cost of what is not possible

static inline fg_amount fg_plan_add(fg_amount a, fg_amount b) { return a + b < FG_PLAN_NEVER ? a + b : FG_PLAN_NEVER; }

/* A pack of usage on sale, or an order of several packs, which the search treats as one. */
typedef struct fg_plan_pack {
  uint32_t offer; ///< index among the product's packs
  int64_t units;
  fg_amount price;
  int64_t number; ///< how many packs it stands for; units and price are those of all of them
  bool is_order;  ///< it stands for an order of its own
  int64_t most;   ///< the most to buy at once; more units could be had as other packs that cost no more
  uint32_t place; ///< index in the model's packs
  /* Over several editions: the price in each month of purchase, FG_PLAN_NEVER if it is not for sale then; `price` is
     the lowest. NULL: `price` holds in all months. */
  const fg_amount *prices;
} fg_plan_pack;

/* A free grant to come or a pack held, which is drawn on before packs that the plan buys. */
typedef struct fg_plan_entitlement {
  int64_t units;
  int first, last; ///< the months in which it can be drawn on
  bool is_free;    ///< a free grant; else a pack held at the start
} fg_plan_entitlement;

/* A pack that the customer holds at the start. */
typedef struct fg_plan_held {
  int64_t left;
  fg_time bought;  ///< when it was bought; FG_NO_TIME: not known
  fg_time expires; ///< 00:00 of a date, or FG_NEVER
} fg_plan_held;

/* An order of capacity for a month. */
typedef struct fg_plan_capacity {
  int64_t quantity;
  bool by_day;
  int ordered; ///< index of the month in which it is placed: the month it is for, or an earlier one
} fg_plan_capacity;

/* What is left of the entitlements at the beginning of a month, for one of the ways in which the months before may have
   gone. */
typedef struct fg_plan_carry {
  const int64_t *left;                  ///< units left of each entitlement
  int64_t total;                        ///< the sum of what can still be drawn on
  int64_t free, packs;                  ///< units drawn in this month if it is billed by calls
  int64_t demand;                       ///< the month's calls that these do not cover
  uint32_t after_calls, after_capacity; ///< index of the next month's carry, by how this month goes
} fg_plan_carry;

typedef struct fg_plan_month {
  int64_t calls;
  int64_t peak;            ///< units of capacity needed at once; -1: not known
  int64_t hours;           ///< hours in the month
  int64_t days;            ///< days in the month, as an order by the day counts them (R19)
  fg_time begin;           ///< 00:00 of the first day, when purchases are made
  fg_time use;             ///< noon of the 15th, when the usage comes
  const fg_book *offers;   ///< the edition in force at `begin`
  const fg_book *prices;   ///< the edition in force at `use`
  int last;                ///< last month in which a pack bought now can be drawn on; an earlier month if none can
  bool calls_allowed;      ///< the peak is within the limit that holds without capacity (R16)
  fg_amount capacity_cost; ///< what the month costs by capacity: the cheapest orders, and the usage billed all the
                           ///< same; FG_PLAN_NEVER if there is no way
  fg_amount order_cost;    ///< the part of `capacity_cost` that is paid for orders
  const fg_plan_capacity *orders;
  uint32_t order_count;
  fg_plan_carry *carries;
  uint32_t carry_count;
} fg_plan_month;

/* A part of the bill that is a straight line. */
typedef struct fg_plan_line {
  int64_t from, to; ///< the residuals of this part
  fg_amount before; ///< the bill up to `from`
  fg_amount rate;   ///< what each unit above `from` costs
} fg_plan_line;

typedef struct fg_plan_model {
  const fg_book *base; ///< the caller's book
  fg_book *book;       ///< a copy with the forecast's switches, and with packs held as packs on offer
  fg_allocator allocator;
  fg_arena arena;
  fg_plan_watch *watch;
  uint32_t product;
  fg_string pool;       ///< the pool that `book` treats as the product's own; text NULL: none
  bool by_editions;     ///< several editions are in force in the forecast, so prices of packs may change
  bool rounds_capacity; ///< what orders of capacity cost is rounded (capacity_runs.h)
  bool is_uneven;       ///< a month may cost something without usage, or be rounded in between: the product has a
                        ///< least or most, a tier has a fee, or the price is rounded
  int month_count;
  fg_plan_month *months;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX]; ///< the lowest price of a unit first
  uint32_t pack_count;
  fg_plan_entitlement entitlements[FG_PLAN_ENTITLEMENTS_MAX]; ///< in the order in which they are drawn on
  uint32_t entitlement_count;
  fg_plan_held *held;
  uint32_t held_count;
  fg_plan_line lines[FG_TIERS_MAX];
  uint32_t line_count;     ///< 0: the bill has no such lines; it is computed for each residual
  uint32_t held_offer;     ///< from this index on, packs on offer are packs held
  int64_t materials;       ///< how many materials are to be held
  int64_t *material_packs; ///< for each pack on offer, how many to buy for materials
  fg_amount material_cost;
  fg_amount fee_cost; ///< fees of the time in which the product is open, whatever is bought
} fg_plan_model;

/* Writes a month of the forecast such as "2025-01". */
static inline void fg_plan_month_name(const fg_plan_model *model, int month, char name[8]) {
  fg_month_format(fg_month_of(fg_date_at(model->months[month].begin, &model->book->zone)), name);
}

/* fg_plan_offered is the product as purchases and grants of a month find it, fg_plan_priced as the usage does. */
static inline const fg_product *fg_plan_offered(const fg_plan_model *model, int month) {
  return &model->months[month].offers->products[model->product];
}
static inline const fg_product *fg_plan_priced(const fg_plan_model *model, int month) {
  return &model->months[month].prices->products[model->product];
}

/* The cost that a plan has whatever it buys: materials and fees. */
static inline fg_amount fg_plan_fixed_cost(const fg_plan_model *model) {
  return model->material_cost + model->fee_cost;
}

/* The price of a pack in a month; FG_PLAN_NEVER if it is not for sale. */
static inline fg_amount fg_plan_pack_price(const fg_plan_pack *pack, int month) {
  return pack->prices == NULL ? pack->price : pack->prices[month];
}

/* 00:00 of the day before the forecast, when the account that replays a plan is given the packs held. */
static inline fg_time fg_plan_day_before(const fg_plan_model *model) {
  const fg_zone *zone = &model->base->zone;
  return fg_date_begin(fg_date_at(model->months[0].begin, zone) - 1, zone);
}

void *fg_plan_allocate(fg_plan_model *model, size_t size); ///< zeroed memory of the arena; NULL if memory is short
void fg_plan_release(fg_plan_model *model);
/* The last month whose usage comes before an instant, `first` - 1 if even that of `first` does not. */
int fg_plan_last_before(const fg_plan_model *model, int first, fg_time end);

/* A choice of what to buy. `cost` is FG_PLAN_NEVER until a plan is found. */
typedef struct fg_plan_choice {
  fg_amount cost;    ///< for packs, capacity, and postpaid usage
  fg_amount proven;  ///< after a search: no choice costs less
  bool *by_capacity; ///< by month: the month goes by capacity
  int64_t *packs;    ///< how many of each pack are bought, by month and pack
  int failing;       ///< the first month that a naive plan cannot serve, if `cost` is FG_PLAN_NEVER
} fg_plan_choice;

fg_status fg_plan_choice_begin(fg_plan_model *model, fg_plan_choice *choice); ///< sets that nothing is bought

/* An order of packs, or of capacity. */
typedef struct fg_plan_order {
  int month;            ///< the month at whose beginning it is placed
  int offer;            ///< index among the product's packs; FG_NONE: it is of capacity
  int64_t quantity;     ///< packs, or units of capacity
  int64_t days, months; ///< how long the capacity is for
  int start;            ///< the month with which the capacity begins
  int64_t units;        ///< units of usage or materials in the packs
  fg_amount amount;
} fg_plan_order;

/* What a month of a plan costs, and from where its usage was drawn. */
typedef struct fg_plan_month_result {
  bool by_capacity; ///< the month went by capacity
  int64_t free, packs, postpaid, unbilled;
  fg_amount pack_cost, capacity_cost, material_cost, postpaid_cost, fee_cost;
} fg_plan_month_result;

/* The orders of a plan, the commands that place them, and what they cost. */
typedef struct fg_plan_result {
  FG_ARRAY(fg_plan_order) orders;
  FG_ARRAY(fg_command) commands;
  fg_plan_month_result *months;
  fg_amount total;
} fg_plan_result;

fg_status fg_plan_add_order(fg_plan_model *model, fg_plan_result *result, fg_plan_order order);
void fg_plan_result_release(fg_plan_model *model, fg_plan_result *result);

/* plan.c makes a plan, plan_describe.c tells it. */
struct fg_plan {
  fg_plan_model model;
  fg_plan_watch watch;
  bool searched;
  fg_amount gap;                    ///< after a search: no plan is cheaper by more than this
  fg_plan_result chosen, runner_up; ///< if there is no runner-up, it has no months
};

#endif
