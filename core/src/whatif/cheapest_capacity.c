#include "cheapest_capacity.h"

#include "../book/price_model.h"
#include "../book/capacity_terms.h"
#include "capacity_runs.h"
#include "month_bill.h"

/* Where prices do not simply fall with the quantity, the orders for each quantity up to this one are worked out. */
enum { CAPACITY_SEARCH_MAX = 4096 };

typedef struct capacity_prices {
  const fg_plan_model *model;
  int month; ///< the month for which capacity is needed
  /* At prices that are rounded, for each month the shares by quantity of the edition that sells in it; else NULL. */
  fg_capacity_share *const *shares;
} capacity_prices;

/* At prices that are rounded, the least that an order for the month and others costs of it. */
static fg_amount share_price(const capacity_prices *prices, int64_t quantity, fg_plan_capacity *order) {
  const fg_plan_model *model = prices->model;
  int64_t days = model->months[prices->month].days;
  fg_amount least = FG_PLAN_NEVER;
  *order = (fg_plan_capacity){quantity, false, prices->month};
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(model, ordered)) {
    const fg_capacity_offer *offer = fg_capacity_sold(model, ordered);
    fg_capacity_share *share = &prices->shares[ordered][quantity];
    fg_amount own = fg_capacity_may_be_held(offer, 0, quantity)
                        ? fg_capacity_least_share(share, model, offer, quantity, days)
                        : FG_PLAN_NEVER;
    least = own < least ? own : least;
  }
  return least;
}

/* The price of one order for the whole month: by the month, or by the day if that is cheaper. It is placed in that
   month or, if an earlier edition is cheaper, in one of that edition's months, to begin later. */
static fg_amount order_price(const capacity_prices *prices, int64_t quantity, fg_plan_capacity *order) {
  const fg_plan_model *model = prices->model;
  fg_amount least = FG_PLAN_NEVER;
  if (prices->shares != NULL) {
    return share_price(prices, quantity, order);
  }
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(model, ordered)) {
    const fg_capacity_offer *offer = fg_capacity_sold(model, ordered);
    bool may_be = fg_capacity_may_be_held(offer, 0, quantity);
    fg_amount month = may_be ? fg_capacity_order_price(model, offer->month, quantity, 1) : FG_PLAN_NEVER;
    fg_amount days = may_be ? fg_capacity_order_price(model, offer->day, quantity, model->months[prices->month].days)
                            : FG_PLAN_NEVER;
    fg_amount price = days < month ? days : month;
    if (price < least) {
      least = price;
      *order = (fg_plan_capacity){quantity, days < month, ordered};
    }
  }
  return least;
}

/* Refuses a forecast in which the cost of an order depends on what else is bought. The search counts an order of m
   months as m orders of one month, which would then be wrong. */
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
  return FG_OK;
}

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

/* Whether one order is as cheap as several in all editions that an order for the month may be placed in. */
static bool one_is_enough(const capacity_prices *prices) {
  bool is_enough = prices->shares == NULL;
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(prices->model, ordered)) {
    const fg_capacity_offer *offer = fg_capacity_sold(prices->model, ordered);
    is_enough = is_enough && falls_with_quantity(offer->month) && falls_with_quantity(offer->day);
  }
  return is_enough;
}

static void try_order(const capacity_prices *prices, int64_t quantity, fg_plan_month *month, fg_plan_capacity *kept) {
  fg_plan_capacity order;
  fg_amount price = order_price(prices, quantity, &order);
  if (price < month->capacity_cost) {
    month->capacity_cost = price;
    *kept = order;
    month->order_count = 1;
  }
}

/* Tries the quantities at which a cheaper tier is reached. */
static void try_edges(const capacity_prices *prices, const fg_schedule *schedule, int64_t needed, fg_plan_month *month,
                      fg_plan_capacity *kept) {
  for (uint32_t i = 0; schedule != NULL && i < schedule->tier_count; i++) {
    int64_t from = schedule->tiers[i].from;
    int64_t reaches = from < INT64_MAX ? from + schedule->upper_inclusive : from;
    if (reaches > needed) {
      try_order(prices, reaches, month, kept);
    }
  }
}

/* Finds the cheapest single order: for the quantity needed, or for more if that reaches a cheaper tier. */
static fg_status find_one_order(fg_plan_model *model, const capacity_prices *prices, int64_t needed,
                                fg_plan_month *month) {
  fg_plan_capacity *order = fg_plan_allocate(model, sizeof *order);
  if (order == NULL) {
    return FG_NO_MEMORY;
  }
  month->orders = order;
  try_order(prices, needed, month, order);
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(model, ordered)) {
    try_edges(prices, fg_capacity_sold(model, ordered)->month, needed, month, order);
    try_edges(prices, fg_capacity_sold(model, ordered)->day, needed, month, order);
  }
  return FG_OK;
}

static int64_t last_edge(const fg_schedule *schedule) {
  return schedule == NULL ? 0
                          : fg_min_i64(schedule->tiers[schedule->tier_count - 1].from, INT64_MAX / 4) +
                                fg_min_i64(schedule->block, INT64_MAX / 4);
}

/* The largest quantity that can be worth buying if `needed` is needed. */
static int64_t most_capacity(const capacity_prices *prices, int64_t needed) {
  int64_t edge = 0;
  int64_t held = 0;
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(prices->model, ordered)) {
    const fg_capacity_offer *offer = fg_capacity_sold(prices->model, ordered);
    edge = fg_max_i64(edge, fg_max_i64(last_edge(offer->month), last_edge(offer->day)));
    held = fg_max_i64(held, fg_capacity_most_held(offer));
  }
  return fg_min_i64(needed + edge, held);
}

/* Whether as much may be held by all editions that an order for the month may be placed in. Orders by several of them
   would otherwise have to keep to the bound of each, in the order in which they are placed. */
static bool has_one_bound(const capacity_prices *prices) {
  const int64_t most = fg_capacity_most_held(fg_capacity_sold(prices->model, prices->month));
  bool is_one = true;
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(prices->model, ordered)) {
    is_one = is_one && fg_capacity_most_held(fg_capacity_sold(prices->model, ordered)) == most;
  }
  return is_one;
}

/* For a quantity, the cheapest orders that add up to it. */
typedef struct order_sum {
  fg_amount single; ///< the price if it is one order
  fg_amount cost;
  int64_t part; ///< the quantity of the first of the orders
} order_sum;

static void add_up_orders(const capacity_prices *prices, int64_t most, order_sum *sums) {
  fg_plan_capacity order;
  for (int64_t quantity = 1; quantity <= most; quantity++) {
    order_sum *here = &sums[quantity];
    here->cost = here->single = order_price(prices, quantity, &order);
    here->part = quantity;
    for (int64_t first = 1; first < quantity; first++) {
      fg_amount sum = fg_plan_add(sums[first].single, sums[quantity - first].cost);
      if (sum < here->cost) {
        here->cost = sum;
        here->part = first;
      }
    }
  }
}

static fg_status split_orders(fg_plan_model *model, const capacity_prices *prices, int64_t quantity,
                              const order_sum *sums, fg_plan_month *month) {
  uint32_t count = 0;
  for (int64_t rest = quantity; rest > 0; rest -= sums[rest].part) {
    count++;
  }
  fg_plan_capacity *orders = fg_plan_allocate(model, count * sizeof *orders);
  if (orders == NULL) {
    return FG_NO_MEMORY;
  }
  for (int64_t rest = quantity; rest > 0; rest -= sums[rest].part) {
    order_price(prices, sums[rest].part, &orders[month->order_count++]);
  }
  month->orders = orders;
  return FG_OK;
}

static fg_status find_several_orders(fg_plan_model *model, const capacity_prices *prices, int64_t needed,
                                     fg_plan_month *month, fg_error *error) {
  int64_t most = most_capacity(prices, needed);
  if (!has_one_bound(prices)) {
    return fg_fail(error, FG_UNSUPPORTED, "editions",
                   "one changes the \"max_held\" of a capacity that may be had in several orders: the search cannot "
                   "honour it");
  }
  if (most > CAPACITY_SEARCH_MAX) {
    return fg_fail(error, FG_INVALID, "book",
                   "so much capacity at prices that do not fall with the quantity, or are rounded: the search cannot "
                   "honour it");
  }
  order_sum *sums = fg_plan_allocate(model, (size_t)(most + 1) * sizeof *sums);
  FG_TRY(sums == NULL ? FG_NO_MEMORY : FG_OK);
  add_up_orders(prices, most, sums);
  int64_t best = needed;
  for (int64_t quantity = needed; quantity <= most; quantity++) {
    best = sums[quantity].cost < sums[best].cost ? quantity : best;
  }
  FG_ASSERT(needed >= 1 && needed <= most);
  month->capacity_cost = sums[best].cost;
  return month->capacity_cost == FG_PLAN_NEVER ? FG_OK : split_orders(model, prices, best, sums, month);
}

/* An earlier month that needs the same capacity at the same prices; -1 if there is none. */
static int month_alike(const fg_plan_model *model, int index) {
  const fg_plan_month *month = &model->months[index];
  for (int i = 0; i < index && !model->by_editions; i++) {
    const fg_plan_month *known = &model->months[i];
    if (known->calls > 0 && known->peak == month->peak && known->days == month->days) {
      return i;
    }
  }
  return -1;
}

/* Copies the orders of a month to another one, in which they are placed then. */
static fg_status copy_orders(fg_plan_model *model, const fg_plan_month *known, int index) {
  fg_plan_month *month = &model->months[index];
  fg_plan_capacity *orders = fg_plan_allocate(model, known->order_count * sizeof *orders);
  if (orders == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < known->order_count; i++) {
    orders[i] = known->orders[i];
    orders[i].ordered = index;
  }
  month->orders = orders;
  month->order_count = known->order_count;
  month->capacity_cost = known->capacity_cost;
  return FG_OK;
}

static bool may_be_held(const capacity_prices *prices, int64_t quantity) {
  bool may = false;
  for (int ordered = prices->month; ordered >= 0; ordered = fg_capacity_month_before(prices->model, ordered)) {
    may = may || fg_capacity_may_be_held(fg_capacity_sold(prices->model, ordered), 0, quantity);
  }
  return may && quantity <= FG_PLAN_UNITS_MAX;
}

static fg_status find_month(fg_plan_model *model, int index, fg_capacity_share *const *shares, fg_error *error) {
  fg_plan_month *month = &model->months[index];
  const capacity_prices prices = {model, index, shares};
  int64_t needed = fg_capacity_for_limit(fg_capacity_sold(model, index), &model->book->policy, month->peak);
  int alike = month_alike(model, index);
  if (!may_be_held(&prices, needed)) {
    return FG_OK;
  }
  if (alike >= 0) {
    return copy_orders(model, &model->months[alike], index);
  }
  return one_is_enough(&prices) ? find_one_order(model, &prices, needed, month)
                                : find_several_orders(model, &prices, needed, month, error);
}

/* Checks all editions in which capacity may be ordered, if any month needs some. */
static fg_status check_offers_of_capacity(const fg_plan_model *model, fg_error *error) {
  bool is_asked = false;
  for (int i = 0; i < model->month_count; i++) {
    is_asked = is_asked || (model->months[i].peak >= 0 && model->months[i].calls > 0);
  }
  for (int i = model->month_count - 1; i >= 0 && is_asked; i = fg_capacity_month_before(model, i)) {
    FG_TRY(check_separable(model, fg_capacity_sold(model, i), error));
  }
  return FG_OK;
}

static bool is_rounded_in_some_month(const fg_plan_model *model) {
  bool is_rounded = false;
  for (int i = 0; i < model->month_count && !is_rounded; i++) {
    const fg_capacity_offer *offer = fg_capacity_sold(model, i);
    is_rounded = offer != NULL && fg_capacity_is_rounded(model, offer);
  }
  return is_rounded;
}

/* Makes room for the shares of each edition, none of which is worked out yet. */
static fg_status begin_shares(fg_plan_model *model, fg_capacity_share **shares) {
  for (int i = 0; i < model->month_count; i++) {
    bool is_begun = i > 0 && model->months[i].offers == model->months[i - 1].offers;
    shares[i] = is_begun ? shares[i - 1] : fg_plan_allocate(model, (CAPACITY_SEARCH_MAX + 1) * sizeof **shares);
    FG_TRY(shares[i] == NULL ? FG_NO_MEMORY : FG_OK);
  }
  return FG_OK;
}

static fg_status find_months(fg_plan_model *model, fg_error *error) {
  const fg_capacity_offer *offer = fg_capacity_sold(model, 0);
  fg_capacity_share *shares[FG_PLAN_MONTHS_MAX];
  FG_TRY(offer == NULL ? FG_OK : check_offers_of_capacity(model, error));
  model->rounds_capacity = is_rounded_in_some_month(model);
  FG_TRY(model->rounds_capacity ? begin_shares(model, shares) : FG_OK);
  for (int i = 0; i < model->month_count; i++) {
    fg_plan_month *month = &model->months[i];
    month->calls_allowed = true;
    month->capacity_cost = FG_PLAN_NEVER;
    if (offer == NULL || month->peak < 0 || month->calls == 0) {
      continue;
    }
    month->calls_allowed = offer->limit < 0 || month->peak <= offer->limit;
    FG_TRY(find_month(model, i, model->rounds_capacity ? shares : NULL, error));
    if (!month->calls_allowed && month->capacity_cost == FG_PLAN_NEVER) {
      fg_book_refuse(model->base, offer->source, error, FG_CAPACITY_LIMIT);
      fg_error_prefix(error, "peak_%s[%d]", offer->meter.text, i);
      return FG_CAPACITY_LIMIT;
    }
  }
  return FG_OK;
}

fg_status fg_plan_find_capacity(fg_plan_model *model, fg_error *error) {
  FG_TRY(find_months(model, error));
  for (int i = 0; i < model->month_count; i++) {
    fg_plan_month *month = &model->months[i];
    month->order_cost = month->capacity_cost;
    if (month->capacity_cost < FG_PLAN_NEVER) {
      month->capacity_cost = fg_plan_add(month->capacity_cost, fg_plan_bill_by_capacity(model, i));
    }
  }
  return FG_OK;
}
