#include "capacity_runs.h"

#include "../book/capacity_terms.h"

/* Such a price times the days of a forecast is still an amount. */
#define CAPACITY_PRICE_MAX (FG_PLAN_NEVER / (31 * FG_PLAN_MONTHS_MAX))

static bool is_price_exact(const fg_schedule *schedule, fg_rounding rounding) {
  bool exact = schedule == NULL || schedule->rounding.mode == FG_ROUND_NONE;
  for (uint32_t i = 0; schedule != NULL && i < schedule->tier_count && exact; i++) {
    exact = fg_rate_is_exact(schedule->tiers[i].price, schedule->per, rounding);
  }
  return exact;
}

bool fg_capacity_is_rounded(const fg_plan_model *model, const fg_capacity_offer *offer) {
  fg_rounding rounding = model->book->rounding;
  return !is_price_exact(offer->day, rounding) || !is_price_exact(offer->month, rounding);
}

fg_amount fg_capacity_order_price(const fg_plan_model *model, const fg_schedule *schedule, int64_t quantity,
                                  int64_t periods) {
  fg_price_result result;
  const fg_price_input input = {.units = quantity,
                                .tier_quantity = quantity,
                                .periods = periods,
                                .hours_of_month = 1,
                                .rounding = model->book->rounding};
  bool sold = schedule != NULL && fg_price_compute(schedule, &input, &result) == FG_OK;
  return sold && result.amount <= CAPACITY_PRICE_MAX ? result.amount : FG_PLAN_NEVER;
}

int fg_capacity_month_before(const fg_plan_model *model, int month) {
  const fg_book *offers = model->months[month].offers;
  while (month >= 0 && model->months[month].offers == offers) {
    month--;
  }
  return month;
}

static int64_t days_of_run(const fg_plan_model *model, int first, int count) {
  int64_t days = 0;
  for (int i = first; i < first + count; i++) {
    days += model->months[i].days;
  }
  return days;
}

/* Works out the share of an order of so many months of the forecast in a row, each beginning where it may. */
static void try_length(fg_capacity_share *share, const fg_plan_model *model, const fg_capacity_offer *offer,
                       int64_t quantity, int length) {
  fg_amount price = fg_capacity_order_price(model, offer->month, quantity, length);
  fg_amount of_month = price == FG_PLAN_NEVER ? price : price / length;
  share->of_month = of_month < share->of_month ? of_month : share->of_month;
  int64_t days = days_of_run(model, 0, length);
  int64_t tried = 0;
  for (int first = 0; first + length <= model->month_count && offer->day != NULL; first++) {
    days += first == 0 ? 0 : model->months[first + length - 1].days - model->months[first - 1].days;
    price = days == tried ? FG_PLAN_NEVER : fg_capacity_order_price(model, offer->day, quantity, days);
    tried = days;
    if (price < FG_PLAN_NEVER && (share->price == FG_PLAN_NEVER || price * share->days < share->price * days)) {
      share->price = price;
      share->days = days;
    }
  }
}

fg_amount fg_capacity_least_share(fg_capacity_share *share, const fg_plan_model *model, const fg_capacity_offer *offer,
                                  int64_t quantity, int64_t days) {
  if (share->days == 0) {
    *share = (fg_capacity_share){.of_month = FG_PLAN_NEVER, .price = FG_PLAN_NEVER, .days = 1};
    for (int length = 1; length <= model->month_count; length++) {
      try_length(share, model, offer, quantity, length);
    }
  }
  fg_amount by_day = share->price == FG_PLAN_NEVER ? FG_PLAN_NEVER : share->price * days / share->days;
  return by_day < share->of_month ? by_day : share->of_month;
}

/* So much capacity through months in a row, and the cheapest orders for it. */
typedef struct capacity_run {
  const fg_plan_model *model;
  int64_t quantity;
  int first, count;                        ///< months
  fg_amount least[FG_PLAN_MONTHS_MAX + 1]; ///< of the first so many of them
  int last_order[FG_PLAN_MONTHS_MAX + 1];  ///< how many months the last of these orders is for
  bool by_day[FG_PLAN_MONTHS_MAX + 1];     ///< the last of these orders is by the day
  int ordered[FG_PLAN_MONTHS_MAX + 1];     ///< the month in which it is placed
} capacity_run;

/* Tries an order as the last one of the first `end` months: for `count` of them, placed in month `ordered`. */
static void try_last_order(capacity_run *run, int end, int count, int ordered, bool by_day) {
  const fg_capacity_offer *offer = fg_capacity_sold(run->model, ordered);
  int64_t periods = by_day ? days_of_run(run->model, run->first + end - count, count) : count;
  const fg_schedule *schedule = by_day ? offer->day : offer->month;
  fg_amount cost = fg_plan_add(run->least[end - count],
                               fg_capacity_order_price(run->model, schedule, run->quantity, periods));
  if (cost < run->least[end] && fg_capacity_may_be_held(offer, 0, run->quantity)) {
    run->least[end] = cost;
    run->last_order[end] = count;
    run->by_day[end] = by_day;
    run->ordered[end] = ordered;
  }
}

static void order_run(capacity_run *run) {
  run->least[0] = 0;
  for (int end = 1; end <= run->count; end++) {
    run->least[end] = FG_PLAN_NEVER;
    for (int count = end; count > 0; count--) { /* of orders that cost the same the longer one */
      for (int ordered = run->first + end - count; ordered >= 0;
           ordered = fg_capacity_month_before(run->model, ordered)) {
        try_last_order(run, end, count, ordered, false);
        try_last_order(run, end, count, ordered, true);
      }
    }
  }
}

/* How many orders of a quantity are chosen for a month, up to one place of its list. */
static int count_orders(const fg_plan_model *model, const fg_plan_choice *choice, int month, uint32_t end,
                        int64_t quantity) {
  const fg_plan_month *here = &model->months[month];
  int count = 0;
  for (uint32_t i = 0; choice->by_capacity[month] && i < end; i++) {
    count += here->orders[i].quantity == quantity;
  }
  return count;
}

/* Begins a run with one of a month's orders; false if it goes on in one that began before. */
static bool begin_run(const fg_plan_model *model, const fg_plan_choice *choice, int month, uint32_t place,
                      capacity_run *run) {
  int64_t quantity = model->months[month].orders[place].quantity;
  int number = count_orders(model, choice, month, place + 1, quantity);
  *run = (capacity_run){.model = model, .quantity = quantity, .first = month};
  if (month > 0 && count_orders(model, choice, month - 1, model->months[month - 1].order_count, quantity) >= number) {
    return false;
  }
  do {
    run->count++;
    month++;
  } while (month < model->month_count &&
           count_orders(model, choice, month, model->months[month].order_count, quantity) >= number);
  order_run(run);
  return true;
}

static fg_amount step_of_amounts(const fg_plan_model *model) {
  fg_amount step = fg_rounding_step(model->book->rounding);
  bool is_even = model->book->rounding.mode != FG_ROUND_NONE;
  for (uint32_t i = 0; i < model->pack_count; i++) {
    const fg_plan_pack *pack = &model->packs[i];
    is_even = is_even && pack->prices == NULL && pack->price % step == 0;
  }
  return is_even ? step : 1;
}

void fg_plan_settle_runs(const fg_plan_model *model, fg_plan_choice *choice) {
  const fg_amount step = step_of_amounts(model);
  capacity_run run;
  if (!model->rounds_capacity || choice->cost == FG_PLAN_NEVER) {
    return;
  }
  for (int month = 0; month < model->month_count; month++) {
    const fg_plan_month *here = &model->months[month];
    choice->cost -= choice->by_capacity[month] ? here->order_cost : 0;
    for (uint32_t i = 0; choice->by_capacity[month] && i < here->order_count; i++) {
      choice->cost += begin_run(model, choice, month, i, &run) ? run.least[run.count] : 0;
    }
  }
  choice->proven += (step - choice->proven % step) % step;
  FG_ASSERT(choice->proven <= choice->cost);
}

static fg_status place_orders(fg_plan_model *model, const capacity_run *run, fg_plan_result *result) {
  for (int end = run->count; end > 0; end -= run->last_order[end]) {
    const int first = run->first + end - run->last_order[end];
    fg_plan_order order = {.month = run->ordered[end], .start = first, .offer = FG_NONE, .quantity = run->quantity};
    order.months = run->by_day[end] ? 0 : run->last_order[end];
    order.days = run->by_day[end] ? days_of_run(model, first, run->last_order[end]) : 0;
    FG_TRY(fg_plan_add_order(model, result, order));
  }
  return FG_OK;
}

fg_status fg_plan_order_runs(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_result *result) {
  capacity_run run;
  for (int month = 0; month < model->month_count; month++) {
    for (uint32_t i = 0; choice->by_capacity[month] && i < model->months[month].order_count; i++) {
      FG_TRY(begin_run(model, choice, month, i, &run) ? place_orders(model, &run, result) : FG_OK);
    }
  }
  return FG_OK;
}
