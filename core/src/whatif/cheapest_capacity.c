#include "cheapest_capacity.h"

#include "../book/price_model.h"
#include "../book/terms.h"

/* Where prices do not simply fall with the quantity, orders are tried one by one up to this quantity. */
enum { CAPACITY_SEARCH_MAX = 4096 };

typedef struct capacity_prices {
  const fg_plan_model *model;
  const fg_capacity_offer *offer;
  int days; ///< of the month
} capacity_prices;

static fg_amount period_price(const capacity_prices *prices, const fg_schedule *schedule, int64_t quantity,
                              int64_t periods) {
  fg_price_result result;
  fg_price_input input = {quantity, quantity, periods, 1, prices->model->book->rounding, false, 0};
  bool sold = schedule != NULL && fg_price_compute(schedule, &input, &result) == FG_OK;
  return sold && result.amount <= FG_PLAN_PRICE_MAX ? result.amount : FG_PLAN_NEVER;
}

/* The price of one order for the whole month: by the month, or by as many days as it has if that is cheaper. */
static fg_amount order_price(const capacity_prices *prices, int64_t quantity, bool *by_day) {
  fg_amount month = period_price(prices, prices->offer->month, quantity, 1);
  fg_amount days = period_price(prices, prices->offer->day, quantity, prices->days);
  *by_day = days < month;
  return days < month ? days : month;
}

/* ------------------------------------------------------------------------------------- what is not searched */

static bool capacity_is_exact(const fg_schedule *schedule, fg_rounding rounding) {
  fg_amount step = fg_rounding_step(rounding);
  for (uint32_t i = 0; schedule != NULL && i < schedule->tier_count; i++) {
    fg_amount price = schedule->tiers[i].price;
    if (price % (schedule->per * step) != 0 || (price > 0 && price < rounding.least * step)) {
      return false;
    }
  }
  return true;
}

/* The search counts an order of m months as m orders of one month. That is right as long as an order costs the same
   whatever else is bought; where it does not, the forecast is refused. */
static fg_status check_separable(const fg_plan_model *model, const fg_capacity_offer *offer, fg_error *error) {
  const fg_policy *policy = &model->book->policy;
  bool tiered = (offer->day != NULL && fg_price_model_of(offer->day)->has_tiers) ||
                (offer->month != NULL && fg_price_model_of(offer->month)->has_tiers);
  if (fg_capacity_tier_counts_held(policy) && tiered) {
    return fg_fail(error, FG_INVALID, "policy.capacity_tier_scope",
                   "tiers picked by all the capacity held: the search cannot honour them");
  }
  if (!fg_capacity_months_are_civil(policy) && offer->month != NULL) {
    return fg_fail(error, FG_INVALID, "policy.capacity_month",
                   "months of capacity that are not calendar months: the search cannot honour them");
  }
  fg_rounding rounding = model->book->rounding;
  if (!capacity_is_exact(offer->day, rounding) || !capacity_is_exact(offer->month, rounding)) {
    return fg_fail(error, FG_INVALID, "book", "prices of capacity that are rounded: the search cannot honour them");
  }
  return FG_OK;
}

/* ------------------------------------------------------------------------------------------------ the cheapest */

/* Whether a unit never costs more in a larger order, so that one order is as cheap as several. */
static bool falls_with_quantity(const fg_schedule *schedule) {
  if (schedule == NULL) {
    return true;
  }
  bool falls = schedule->block == 1 && fg_price_model_of(schedule)->per_units && schedule->tiers[0].sold;
  for (uint32_t i = 1; i < schedule->tier_count; i++) {
    falls = falls && schedule->tiers[i].sold && schedule->tiers[i].price <= schedule->tiers[i - 1].price;
  }
  return falls;
}

static void try_order(const capacity_prices *prices, int64_t quantity, fg_plan_month *month, fg_plan_capacity *order) {
  bool by_day = false;
  fg_amount price = order_price(prices, quantity, &by_day);
  if (price < month->capacity_cost) {
    month->capacity_cost = price;
    *order = (fg_plan_capacity){quantity, by_day};
    month->order_count = 1;
  }
}

/* Finds the cheapest single order: of what is needed, or of as much as reaches a cheaper tier. */
static fg_status find_one_order(fg_plan_model *model, const capacity_prices *prices, int64_t needed,
                                fg_plan_month *month) {
  const fg_schedule *schedules[2] = {prices->offer->month, prices->offer->day};
  fg_plan_capacity *order = fg_plan_allocate(model, sizeof *order);
  if (order == NULL) {
    return FG_NO_MEMORY;
  }
  month->orders = order;
  try_order(prices, needed, month, order);
  for (int kind = 0; kind < 2; kind++) {
    for (uint32_t i = 0; schedules[kind] != NULL && i < schedules[kind]->tier_count; i++) {
      int64_t from = schedules[kind]->tiers[i].from;
      int64_t reaches = from < INT64_MAX ? from + schedules[kind]->upper_inclusive : from;
      if (reaches > needed && fg_capacity_may_be_held(prices->offer, 0, reaches)) {
        try_order(prices, reaches, month, order);
      }
    }
  }
  return FG_OK;
}

static int64_t last_edge(const fg_schedule *schedule) {
  return schedule == NULL ? 0
                          : fg_min_i64(schedule->tiers[schedule->tier_count - 1].from, INT64_MAX / 4) +
                                fg_min_i64(schedule->block, INT64_MAX / 4);
}

/* The cheapest orders that add up to each quantity: `part` is the first of them. */
static void add_up_orders(const capacity_prices *prices, int64_t most, fg_amount *cost, int64_t *part) {
  fg_amount single[CAPACITY_SEARCH_MAX + 1];
  bool by_day = false;
  memset(cost, 0, (CAPACITY_SEARCH_MAX + 1) * sizeof *cost);
  for (int64_t quantity = 1; quantity <= most; quantity++) {
    cost[quantity] = single[quantity] = order_price(prices, quantity, &by_day);
    part[quantity] = quantity;
    for (int64_t first = 1; first < quantity; first++) {
      fg_amount sum = fg_plan_add(single[first], cost[quantity - first]);
      if (sum < cost[quantity]) {
        cost[quantity] = sum;
        part[quantity] = first;
      }
    }
  }
}

static fg_status split_orders(fg_plan_model *model, const capacity_prices *prices, int64_t quantity,
                              const int64_t *part, fg_plan_month *month) {
  uint32_t count = 0;
  for (int64_t rest = quantity; rest > 0; rest -= part[rest]) {
    count++;
  }
  fg_plan_capacity *orders = fg_plan_allocate(model, count * sizeof *orders);
  if (orders == NULL) {
    return FG_NO_MEMORY;
  }
  for (int64_t rest = quantity; rest > 0; rest -= part[rest]) {
    fg_plan_capacity *order = &orders[month->order_count++];
    order->quantity = part[rest];
    order_price(prices, order->quantity, &order->by_day);
  }
  month->orders = orders;
  return FG_OK;
}

static fg_status find_several_orders(fg_plan_model *model, const capacity_prices *prices, int64_t needed,
                                     fg_plan_month *month, fg_error *error) {
  const fg_capacity_offer *offer = prices->offer;
  fg_amount cost[CAPACITY_SEARCH_MAX + 1];
  int64_t part[CAPACITY_SEARCH_MAX + 1];
  int64_t most = needed + fg_max_i64(last_edge(offer->month), last_edge(offer->day));
  most = offer->max_held >= 0 ? fg_min_i64(most, offer->max_held) : most;
  if (most > CAPACITY_SEARCH_MAX) {
    return fg_fail(error, FG_INVALID, "book",
                   "so much capacity at prices that do not fall with the quantity: the search cannot honour it");
  }
  add_up_orders(prices, most, cost, part);
  int64_t best = needed;
  for (int64_t quantity = needed; quantity <= most; quantity++) {
    best = cost[quantity] < cost[best] ? quantity : best;
  }
  FG_ASSERT(needed >= 1 && needed <= most);
  month->capacity_cost = cost[best];
  return month->capacity_cost == FG_PLAN_NEVER ? FG_OK : split_orders(model, prices, best, part, month);
}

static fg_status find_month(fg_plan_model *model, const fg_capacity_offer *offer, int index, fg_error *error) {
  fg_plan_month *month = &model->months[index];
  capacity_prices prices = {model, offer, (int)(month->hours / 24)};
  int64_t needed = fg_capacity_for_limit(offer, &model->book->policy, month->peak);
  if (!fg_capacity_may_be_held(offer, 0, needed) || needed > FG_PLAN_UNITS_MAX) {
    return FG_OK;
  }
  for (int i = 0; i < index; i++) {
    const fg_plan_month *known = &model->months[i];
    if (known->calls > 0 && known->peak == month->peak && known->hours == month->hours) {
      month->capacity_cost = known->capacity_cost;
      month->orders = known->orders;
      month->order_count = known->order_count;
      return FG_OK;
    }
  }
  bool one = falls_with_quantity(offer->month) && falls_with_quantity(offer->day);
  return one ? find_one_order(model, &prices, needed, month)
             : find_several_orders(model, &prices, needed, month, error);
}

fg_status fg_plan_find_capacity(fg_plan_model *model, fg_error *error) {
  const fg_capacity_offer *offer = fg_plan_offered(model, 0)->capacity;
  bool checked = false;
  for (int i = 0; i < model->month_count; i++) {
    fg_plan_month *month = &model->months[i];
    month->calls_allowed = true;
    month->capacity_cost = FG_PLAN_NEVER;
    if (offer == NULL || month->peak < 0 || month->calls == 0) {
      continue;
    }
    if (!checked) {
      FG_TRY(check_separable(model, offer, error));
      checked = true;
    }
    month->calls_allowed = offer->limit < 0 || month->peak <= offer->limit;
    FG_TRY(find_month(model, offer, i, error));
    if (!month->calls_allowed && month->capacity_cost == FG_PLAN_NEVER) {
      fg_book_refuse(model->base, offer->source, error, FG_CAPACITY_LIMIT);
      fg_error_prefix(error, "peak_%s[%d]", offer->meter.text, i);
      return FG_CAPACITY_LIMIT;
    }
  }
  return FG_OK;
}
