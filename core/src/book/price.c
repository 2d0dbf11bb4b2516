#include "explain.h"
#include "price_model.h"

const char *const fg_price_model_words[] = {
#define MODEL(NAME, name, ...) #name,
#include "price_models.def"
#undef MODEL
    NULL};

const fg_price_operations *fg_price_model_of(const fg_schedule *schedule) {
  static const fg_price_operations models[] = {
#define MODEL(NAME, name, has_tiers, per_units, by_basis, by_slice, compute, line, explain, help)                      \
  {has_tiers, per_units, by_basis, by_slice, compute, line, explain},
#include "price_models.def"
#undef MODEL
  };
  return &models[schedule->model];
}

fg_price_view fg_price_view_of(const fg_schedule *schedule, int64_t hours_of_month) {
  fg_price_view view = {.schedule = schedule, .model = fg_price_model_of(schedule), .per = 1};
  view.scale = schedule->per_hours_of_month ? hours_of_month : 1;
  view.per = view.model->per_units ? fg_price_scaled(schedule->per, view.scale) : 1;
  return view;
}

int64_t fg_price_sold_up_to(const fg_schedule *schedule, int64_t hours_of_month) {
  fg_price_view view = fg_price_view_of(schedule, hours_of_month);
  for (uint32_t tier = 0; tier < schedule->tier_count; tier++) {
    if (!schedule->tiers[tier].sold) {
      return tier == 0 ? 0 : view.model->line(&view, tier - 1).last;
    }
  }
  return INT64_MAX;
}

bool fg_price_sells(const fg_schedule *schedule, int64_t hours_of_month, int64_t until, int64_t charged) {
  const fg_price_input input = {
      .units = charged, .tier_quantity = until, .periods = 1, .hours_of_month = hours_of_month};
  fg_price_result price;
  return fg_price_compute(schedule, &input, &price) != FG_NOT_SOLD;
}

fg_amount fg_price_published(const fg_schedule *schedule, uint32_t tier) {
  while (tier > 0 && !schedule->tiers[tier].sold) {
    tier--;
  }
  return schedule->tiers[tier].sold ? schedule->tiers[tier].price : 0;
}

fg_status fg_price_times(fg_amount price, fg_amount factor, fg_amount *product) {
  *product = price;
  if (factor == 0 || factor == FG_UNIT) {
    return FG_OK;
  }
  if (!fg_multiply_i128(price, factor, product)) {
    return FG_OVERFLOW;
  }
  if (*product % FG_UNIT != 0) {
    return FG_INVALID;
  }
  *product /= FG_UNIT;
  return fg_amount_fits(*product) ? FG_OK : FG_OVERFLOW;
}

fg_status fg_price_add_slice(const fg_price_view *view, const fg_price_input *input, uint32_t tier, int64_t units,
                             fg_price_result *result) {
  FG_ASSERT(result->slice_count < FG_TIERS_MAX && units >= 0);
  fg_price_slice *slice = &result->slices[result->slice_count];
  slice->units = units;
  slice->tier = fg_price_edge(view, tier);
  slice->unit_price = fg_price_published(view->schedule, tier);
  slice->unpriced = !view->schedule->tiers[tier].sold;
  if (slice->unpriced && units > 0 && !input->has_happened) {
    return FG_NOT_SOLD;
  }
  int64_t charged = 0;
  if (!fg_multiply_i64(fg_price_charged(view, units), input->periods, &charged)) {
    return FG_OVERFLOW;
  }
  fg_amount price = 0;
  FG_TRY(fg_price_times(slice->unit_price, input->factor, &price));
  FG_TRY(fg_amount_rate(price, charged, view->per, input->rounding, &slice->amount));
  if (!fg_amount_add(result->amount, slice->amount, &result->amount)) {
    return FG_OVERFLOW;
  }
  result->slice_count++;
  return FG_OK;
}

bool fg_schedule_has_fee(const fg_schedule *schedule) {
  bool has = false;
  for (uint32_t i = 0; i < schedule->tier_count && !has; i++) {
    has = schedule->tiers[i].fee != 0;
  }
  return has;
}

static uint32_t tier_from(const fg_price_view *view, int64_t edge) {
  uint32_t tier = 0;
  while (fg_price_edge(view, tier) < edge) {
    tier++;
  }
  return tier;
}

/* The tier whose fee is due although none of its units is charged; FG_NONE if there is none. Where units are priced by
   slices, it is the first tier. */
static int tier_without_units(const fg_price_view *view, const fg_price_input *input, bool is_first_charged) {
  int64_t reached = 0;
  if (!input->was_open || (view->model->by_slice ? is_first_charged : input->units > 0)) {
    return FG_NONE;
  }
  bool is_counted = fg_price_blocks(view->schedule, input->tier_quantity, &reached) == FG_OK;
  return view->model->by_slice ? 0 : (int)fg_price_tier_of(view, is_counted ? reached : INT64_MAX);
}

/* Adds the fees of the tiers that have slices. */
static fg_status add_fees(const fg_price_view *view, const fg_price_input *input, const fg_price_result *result,
                          fg_amount *amount) {
  bool is_first_charged = false;
  for (uint32_t i = 0; i < result->slice_count; i++) {
    uint32_t tier = tier_from(view, result->slices[i].tier);
    bool is_reached = result->slices[i].units > 0;
    is_first_charged = is_first_charged || (is_reached && tier == 0);
    if (is_reached && !fg_amount_add(*amount, view->schedule->tiers[tier].fee, amount)) {
      return FG_OVERFLOW;
    }
  }
  int open = tier_without_units(view, input, is_first_charged);
  return open == FG_NONE || fg_amount_add(*amount, view->schedule->tiers[open].fee, amount) ? FG_OK : FG_OVERFLOW;
}

/* Adds up the slices and rounds the sum once, as the schedule says. */
static fg_status sum_slices(const fg_price_view *view, const fg_price_input *input, const fg_price_result *result,
                            fg_exact *amount) {
  const fg_rounding of_period = view->schedule->rounding;
  fg_int128 sum = 0;
  for (uint32_t i = 0; i < result->slice_count; i++) {
    const fg_price_slice *slice = &result->slices[i];
    fg_amount price = 0;
    fg_int128 exact = 0;
    FG_TRY(fg_price_times(slice->unit_price, input->factor, &price));
    if (!fg_multiply_i128(price, fg_price_charged(view, slice->units) * input->periods, &exact) ||
        __builtin_add_overflow(sum, exact, &sum)) {
      return FG_OVERFLOW;
    }
  }
  fg_amount whole = sum / view->per;
  fg_int128 rest = sum % view->per;
  FG_TRY(fg_amount_fits(whole) ? add_fees(view, input, result, &whole) : FG_OVERFLOW);
  *amount = (fg_exact){whole, rest, view->per};
  if (of_period.mode != FG_ROUND_NONE) {
    FG_TRY(fg_amount_round(whole, rest, view->per, of_period, &whole));
    *amount = FG_EXACTLY(whole);
  }
  return FG_OK;
}

static fg_status compute_slices(const fg_price_view *view, const fg_price_input *input, fg_price_result *result) {
  FG_ASSERT(input->units >= 0 && input->tier_quantity >= input->units);
  result->amount = 0;
  result->slice_count = 0;
  return view->model->compute(view, input, result);
}

fg_status fg_price_exactly(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result,
                           fg_exact *amount) {
  fg_price_view view = fg_price_view_of(schedule, input->hours_of_month);
  FG_TRY(compute_slices(&view, input, result));
  return sum_slices(&view, input, result, amount);
}

fg_status fg_price_compute(const fg_schedule *schedule, const fg_price_input *input, fg_price_result *result) {
  fg_price_view view = fg_price_view_of(schedule, input->hours_of_month);
  fg_exact exact;
  FG_TRY(compute_slices(&view, input, result));
  bool is_one = result->slice_count == 1 && schedule->rounding.mode == FG_ROUND_NONE && !fg_schedule_has_fee(schedule);
  if (!schedule->is_summed || is_one) {
    return FG_OK;
  }
  FG_TRY(sum_slices(&view, input, result, &exact));
  return fg_amount_round(exact.whole, exact.above, exact.below, input->rounding, &result->amount);
}

bool fg_schedules_price_alike(const fg_schedule *a, const fg_schedule *b) {
  bool alike = a->model == b->model && a->upper_inclusive == b->upper_inclusive &&
               a->per_hours_of_month == b->per_hours_of_month && a->per == b->per && a->block == b->block &&
               a->tier_count == b->tier_count && fg_string_equal(a->counter, b->counter) &&
               a->rounding.mode == b->rounding.mode && a->rounding.digits == b->rounding.digits &&
               a->rounding.least == b->rounding.least;
  for (uint32_t i = 0; i < a->tier_count && alike; i++) {
    const fg_tier *one = &a->tiers[i];
    const fg_tier *other = &b->tiers[i];
    alike = one->from == other->from && one->sold == other->sold && one->price == other->price &&
            one->fee == other->fee;
  }
  return alike;
}
