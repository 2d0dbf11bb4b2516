#include "month_bill.h"

#include "../book/capacity_terms.h"
#include "../book/price_model.h"
#include "../book/tier_quantity.h"

/* The quantity that picks the tier in a month that is billed by calls, in which no usage of a capacity mode counts. */
static int64_t plan_tier_quantity(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t residual) {
  int64_t packs = model->months[month].calls - carry->free - residual;
  return fg_tier_quantity(&model->book->policy, carry->free, packs, residual, 0);
}

/* Adds what the product's least adds to the cost, or its most takes off. This is a line of the invoice, so it is
   rounded by itself. */
static fg_status add_bound(const fg_plan_model *model, const fg_bounds *bounds, fg_exact cost, fg_amount *bill) {
  fg_rounding rounding = model->book->rounding;
  fg_amount rounded = 0;
  int side = fg_bounds_compare(bounds, cost);
  fg_exact more = side > 0 ? cost : fg_within_bounds(bounds, cost);
  rounding.least = side > 0 ? 0 : rounding.least;
  FG_TRY(fg_exact_subtract(&more, side > 0 ? fg_within_bounds(bounds, cost) : cost) ? FG_OK : FG_OVERFLOW);
  FG_TRY(fg_exact_round(more, rounding, &rounded));
  *bill += side > 0 ? -rounded : rounded;
  return FG_OK;
}

/* Computes the bill: the line of the usage, and that of the product's least or most. */
static fg_status compute_lines(const fg_plan_model *model, const fg_product *product, const fg_price_input *input,
                               fg_amount *bill) {
  fg_price_result price;
  fg_exact cost;
  if (!product->schedule.is_summed) { /* the book's format has no least and no most */
    FG_TRY(fg_price_compute(&product->schedule, input, &price));
    *bill = price.amount;
    return FG_OK;
  }
  FG_TRY(fg_price_exactly(&product->schedule, input, &price, &cost));
  FG_TRY(fg_exact_round(cost, input->rounding, bill));
  return add_bound(model, &product->bounds, cost, bill);
}

static fg_amount compute_bill(const fg_plan_model *model, int month, int64_t residual, int64_t tier_quantity) {
  const fg_price_input input = {.units = residual,
                                .tier_quantity = tier_quantity,
                                .periods = 1,
                                .hours_of_month = model->months[month].hours,
                                .rounding = model->book->rounding,
                                .was_open = true};
  fg_amount bill = 0;
  fg_status status = compute_lines(model, fg_plan_priced(model, month), &input, &bill);
  return status == FG_OK && bill < FG_PLAN_NEVER ? bill : FG_PLAN_NEVER;
}

static bool goes_in_lines(const fg_plan_model *model) {
  const fg_product *product = fg_plan_priced(model, 0);
  const fg_schedule *schedule = &product->schedule;
  bool plain = product->all_sold && !model->is_uneven && schedule->block == 1 && !schedule->per_hours_of_month &&
               fg_price_model_of(schedule)->per_units && model->book->rounding.mode == FG_ROUND_NONE &&
               fg_tier_is_of_residual(&model->book->policy);
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    plain = plain && schedule->tiers[i].price <= FG_PLAN_PRICE_MAX && schedule->tiers[i].price % schedule->per == 0;
  }
  return plain;
}

void fg_plan_find_lines(fg_plan_model *model) {
  const fg_schedule *schedule = &fg_plan_priced(model, 0)->schedule;
  if (model->by_editions || !goes_in_lines(model)) {
    return;
  }
  fg_price_view view = fg_price_view_of(schedule, 1);
  fg_amount before = 0;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    fg_price_line priced = view.model->line(&view, i);
    fg_plan_line *line = &model->lines[model->line_count++];
    line->rate = priced.rate / schedule->per;
    line->from = fg_min_i64(priced.origin, FG_PLAN_UNITS_MAX);
    line->to = fg_min_i64(priced.last, FG_PLAN_UNITS_MAX);
    line->before = priced.origin > 0 ? before : 0;
    before = line->before + line->rate * (line->to - line->from);
  }
}

fg_amount fg_plan_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t residual) {
  FG_ASSERT(residual >= 0);
  for (uint32_t i = 0; i < model->line_count; i++) {
    const fg_plan_line *line = &model->lines[i];
    if (residual <= line->to) {
      FG_ASSERT(residual >= line->from);
      return line->before + line->rate * (residual - line->from);
    }
  }
  return compute_bill(model, month, residual, plan_tier_quantity(model, month, carry, residual));
}

fg_amount fg_plan_bill_by_capacity(const fg_plan_model *model, int month) {
  const fg_policy *policy = &model->book->policy;
  int64_t counted = fg_capacity_calls_count(policy) ? model->months[month].calls : 0;
  return compute_bill(model, month, 0, fg_tier_quantity(policy, 0, 0, 0, counted));
}

/* The residuals at which the pieces of a bill end. Within a piece the bill rises along a straight line, or in even
   steps of a block. */
typedef struct plan_points {
  int64_t items[6 * FG_TIERS_MAX + 8];
  uint32_t count;
  int64_t from, to;
} plan_points;

static void add_point(plan_points *points, int64_t residual) {
  if (residual < points->from || residual > points->to) {
    return;
  }
  uint32_t place = points->count;
  while (place > 0 && points->items[place - 1] > residual) {
    place--;
  }
  if (place > 0 && points->items[place - 1] == residual) {
    return;
  }
  FG_ASSERT(points->count < sizeof points->items / sizeof *points->items);
  memmove(points->items + place + 1, points->items + place, (points->count - place) * sizeof *points->items);
  points->items[place] = residual;
  points->count++;
}

static void add_points_around(plan_points *points, int64_t edge, int64_t block) {
  add_point(points, edge > block ? edge - block : 1);
  add_point(points, edge);
  add_point(points, edge < INT64_MAX - block ? edge + block : edge);
}

static void find_points(const fg_plan_model *model, int month, const fg_plan_carry *carry, plan_points *points) {
  const fg_schedule *schedule = &fg_plan_priced(model, month)->schedule;
  fg_price_view view = fg_price_view_of(schedule, model->months[month].hours);
  bool by_residual = fg_tier_is_of_residual(&model->book->policy);
  points->count = 0;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    int64_t edge = fg_price_edge(&view, i);
    /* If another quantity than the residual picks the tier, the residual is the last units of it, so edges count back
       from its end. */
    int64_t total = by_residual ? 0 : plan_tier_quantity(model, month, carry, 0);
    add_points_around(points, by_residual ? edge : total - edge, schedule->block);
  }
  add_point(points, points->from);
  add_point(points, points->to);
  add_point(points, points->to - points->to % schedule->block);
}

static fg_amount reach_of(fg_rounding rounding) {
  return rounding.mode == FG_ROUND_NONE ? 0 : 4 * fg_rounding_step(rounding) * fg_max_i64(1, rounding.least);
}

/* What the rest of a begun block costs at most, where it is charged at another price than the units that follow next:
   it has the price of the last slice, and if another quantity than the residual picks the tier, units are added to the
   residual before the first. */
static fg_amount most_of_block(const fg_plan_model *model, int month) {
  const fg_schedule *schedule = &fg_plan_priced(model, month)->schedule;
  fg_price_view view = fg_price_view_of(schedule, model->months[month].hours);
  const fg_rounding up = {FG_ROUND_UP, FG_MONEY_DECIMALS, 0};
  fg_amount highest = 0;
  fg_amount rest = 0;
  bool is_at_end = view.model->by_slice && schedule->is_summed && schedule->block > 1;
  if (!is_at_end || fg_tier_is_of_residual(&model->book->policy)) {
    return 0;
  }
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    fg_amount price = fg_price_published(schedule, i);
    highest = price > highest ? price : highest;
  }
  fg_status status = fg_amount_rate(highest, schedule->block, view.per, up, &rest);
  return status == FG_OK ? fg_plan_add(rest, reach_of(schedule->rounding) + reach_of(model->book->rounding))
                         : FG_PLAN_NEVER;
}

/* How much bills may differ, beyond what is seen at the points of the pieces. If a product has a least or most, two
   lines are rounded, each by less than a step or up to its least amount, and then the bill need not rise within a
   piece. */
static fg_amount uneven_by(const fg_plan_model *model, int month) {
  const fg_bounds *bounds = &fg_plan_priced(model, month)->bounds;
  fg_amount of_bounds = fg_bounds_are_given(bounds) ? reach_of(model->book->rounding) : 0;
  return fg_plan_add(of_bounds, most_of_block(model, month));
}

fg_amount fg_plan_greatest_drop(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most) {
  plan_points points = {.from = 1, .to = most};
  fg_amount highest = 0;
  fg_amount drop = 0;
  if (most < 1) {
    return 0;
  }
  find_points(model, month, carry, &points);
  for (uint32_t i = 0; i < points.count; i++) {
    fg_amount bill = fg_plan_bill(model, month, carry, points.items[i]);
    drop = highest - bill > drop ? highest - bill : drop;
    highest = bill > highest ? bill : highest;
  }
  return fg_plan_add(drop, uneven_by(model, month));
}

fg_amount fg_plan_drop_to_nothing(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t most) {
  fg_amount nothing = fg_plan_bill(model, month, carry, 0);
  fg_amount least = most < 1 ? nothing : fg_plan_least_bill(model, month, carry, 1, most);
  return nothing > least ? nothing - least : 0;
}

/* Lowers `least` to the bill at the beginning of each line, where a line is lowest. */
static fg_amount least_by_lines(const fg_plan_model *model, int64_t from, int64_t to, fg_amount least) {
  for (uint32_t i = 1; i < model->line_count; i++) {
    const fg_plan_line *line = &model->lines[i];
    int64_t first = line[-1].to + 1;
    if (first > from && first <= to && line->to >= first) {
      fg_amount bill = line->before + line->rate * (first - line->from);
      least = bill < least ? bill : least;
    }
  }
  return least;
}

fg_amount fg_plan_least_bill(const fg_plan_model *model, int month, const fg_plan_carry *carry, int64_t from,
                             int64_t to) {
  plan_points points = {.from = from, .to = to};
  fg_amount least = fg_plan_bill(model, month, carry, from);
  if (model->line_count > 0 || from == to) {
    return least_by_lines(model, from, to, least);
  }
  find_points(model, month, carry, &points);
  for (uint32_t i = 0; i < points.count; i++) {
    fg_amount bill = fg_plan_bill(model, month, carry, points.items[i]);
    least = bill < least ? bill : least;
  }
  least -= uneven_by(model, month);
  return least > 0 ? least : 0;
}
