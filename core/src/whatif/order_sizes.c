#include "order_sizes.h"

#include "../book/price_model.h"
#include "../rules/offers.h"
#include "../rules/orders.h"

/* Orders of more packs are not worked out. */
enum { ORDER_MOST = 4096 };

fg_status fg_plan_order_price(const fg_plan_model *model, const fg_pack_offer *offer, int64_t number,
                              fg_amount *price) {
  fg_price_input input;
  fg_price_result result = {.amount = FG_PLAN_NEVER};
  fg_status status = fg_offer_check_count(&offer->sale, number) == FG_OK ? FG_OK : FG_NOT_SOLD;
  if (status == FG_OK && offer->by_number == NULL) {
    result.amount = offer->price <= FG_PLAN_PRICE_MAX / number ? offer->price * number : FG_PLAN_NEVER;
  } else if (status == FG_OK) {
    status = fg_order_price_packs(model->book, offer, number, &input, &result);
  }
  *price = status == FG_OK ? result.amount : FG_PLAN_NEVER;
  bool is_too_much = status == FG_OK ? *price > FG_PLAN_PRICE_MAX : status == FG_OVERFLOW;
  return is_too_much ? FG_OVERFLOW : FG_OK;
}

static int64_t all_calls(const fg_plan_model *model) {
  int64_t calls = 0;
  for (int month = 0; month < model->month_count; month++) {
    calls += model->months[month].calls;
  }
  return calls;
}

/* The number of packs up to which the price of an order may change its tier, or an order may be impossible. */
static int64_t last_edge_of(const fg_pack_offer *offer) {
  const fg_schedule *schedule = offer->by_number;
  const fg_order_count *count = offer->sale.count;
  int64_t edge = count == NULL ? 1 : count->least;
  if (schedule != NULL) {
    edge = fg_max_i64(edge, schedule->tiers[schedule->tier_count - 1].from + 1);
    edge += schedule->block;
  }
  return fg_min_i64(edge, ORDER_MOST);
}

/* Whether orders, from the last tier on, of any number cost the same for each pack, and none costs less. Then an order
   of twice that number is no better than two orders. */
static bool ends_even(const fg_plan_model *model, const fg_pack_offer *offer) {
  const fg_schedule *schedule = offer->by_number;
  const fg_order_count *count = offer->sale.count;
  bool ends = count == NULL || (count->step == 1 && count->most < 0);
  if (schedule == NULL) {
    return ends;
  }
  const fg_tier *last = &schedule->tiers[schedule->tier_count - 1];
  ends = ends && schedule->block == 1 && fg_price_model_of(schedule)->per_units &&
         !fg_price_model_of(schedule)->by_slice && last->sold && last->from <= ORDER_MOST / 4 &&
         fg_rate_is_exact(last->price, schedule->per, model->book->rounding);
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    ends = ends && schedule->tiers[i].price >= last->price;
  }
  return ends;
}

/* The largest number of packs that has to be worked out; -1 if it is too large. */
static int64_t last_number(const fg_plan_model *model, const fg_pack_offer *offer, int64_t enough) {
  int64_t edge = last_edge_of(offer);
  /* Among so many numbers in a row one can be ordered. */
  int64_t step = offer->sale.count != NULL ? offer->sale.count->step : 1;
  int64_t most = fg_max_i64(enough, edge) + fg_min_i64(step, ORDER_MOST);
  most = offer->sale.count != NULL && offer->sale.count->most >= 0 ? fg_min_i64(most, offer->sale.count->most) : most;
  most = ends_even(model, offer) ? fg_min_i64(most, 2 * edge) : most;
  return most <= ORDER_MOST ? most : -1;
}

/* Keeps, of all orders with `enough` packs or more, only the cheapest, because these packs last for all usage. */
static void drop_more_than_enough(fg_amount *price, int64_t enough, int64_t most) {
  int64_t best = enough;
  for (int64_t number = enough; number <= most; number++) {
    best = price[number] < price[best] ? number : best;
  }
  for (int64_t number = enough; number <= most; number++) {
    price[number] = number == best ? price[number] : FG_PLAN_NEVER;
  }
}

/* Whether two smaller purchases have as many packs together and cost no more. `least` is what each number costs, in one
   order or in several. */
static bool is_made_of_others(const fg_amount *least, int64_t number, fg_amount price, fg_amount *sum) {
  *sum = FG_PLAN_NEVER;
  for (int64_t part = 1; part <= number / 2; part++) {
    fg_amount both = fg_plan_add(least[part], least[number - part]);
    *sum = both < *sum ? both : *sum;
  }
  return *sum <= price;
}

/* Computes the price of an order of each number up to `most`; FG_PLAN_NEVER: such an order is not placed. */
static fg_status price_orders(const fg_plan_model *model, const fg_pack_offer *sold, int64_t enough, int64_t most,
                              fg_amount *price) {
  for (int64_t number = 1; number <= most; number++) {
    FG_TRY(fg_plan_order_price(model, sold, number, &price[number]));
  }
  if (most >= 1 && enough <= most) {
    drop_more_than_enough(price, fg_max_i64(1, enough), most);
  }
  return FG_OK;
}

/* Keeps the orders that are cheaper than any smaller ones together. `least` is memory for what each number costs in one
   order or in several. Returns how many are kept, or -1 if they are more than FG_PLAN_PACKS_MAX. */
static int keep_worth_placing(const fg_pack_offer *sold, uint32_t offer, const fg_amount *price, fg_amount *least,
                              int64_t most, fg_plan_pack *packs) {
  int count = 0;
  for (int64_t number = 1; number <= most; number++) {
    bool is_others = is_made_of_others(least, number, price[number], &least[number]);
    if (price[number] == FG_PLAN_NEVER || is_others) {
      continue;
    }
    least[number] = price[number];
    if (count == FG_PLAN_PACKS_MAX || number > FG_PLAN_UNITS_MAX / sold->units) {
      return -1;
    }
    packs[count++] = (fg_plan_pack){
        .offer = offer, .units = number * sold->units, .price = price[number], .number = number, .is_order = true};
  }
  return count;
}

fg_status fg_plan_order_sizes(fg_plan_model *model, int month, uint32_t offer, fg_plan_pack **packs, int *count) {
  const fg_pack_offer *sold = &fg_plan_offered(model, month)->packs[offer];
  *packs = fg_plan_allocate(model, FG_PLAN_PACKS_MAX * sizeof **packs);
  FG_TRY(*packs == NULL ? FG_NO_MEMORY : FG_OK);
  const fg_arena_mark mark = fg_arena_mark_of(&model->arena);
  int64_t calls = all_calls(model);
  int64_t enough = calls / sold->units + (calls % sold->units > 0);
  int64_t most = last_number(model, sold, enough);
  *count = -1;
  if (most < 0) {
    return FG_OK;
  }
  fg_amount *price = fg_plan_allocate(model, (size_t)(most + 1) * sizeof *price);
  fg_amount *least = fg_plan_allocate(model, (size_t)(most + 1) * sizeof *least);
  fg_status status = price != NULL && least != NULL ? FG_OK : FG_NO_MEMORY;
  status = status == FG_OK ? price_orders(model, sold, enough, most, price) : status;
  *count = status == FG_OK ? keep_worth_placing(sold, offer, price, least, most, *packs) : 0;
  fg_arena_rewind(&model->arena, &model->allocator, mark);
  return status;
}
