/* The curve of one product: what a way to pay costs, and where its pieces and lines end. */
#include "curve.h"

#include "../book/event_price.h"
#include "../book/price_model.h"

/* The units that are charged and that packs do not cover; none if the packs hold more units than can be counted. */
static int64_t beyond_packs(const fg_curve *curve, int64_t charged) {
  int64_t covered = 0;
  bool counted = fg_multiply_i64(curve->pack_units, curve->packs, &covered);
  return counted ? fg_max_i64(0, charged - covered) : 0;
}

/* The charged units of a quantity; INT64_MAX if they cannot be counted. */
static int64_t charged_units(const fg_curve *curve, int64_t quantity) {
  int64_t units = 0;
  return fg_multiply_i64(quantity, curve->each, &units) ? fg_max_i64(0, units - curve->free) : INT64_MAX;
}

/* The units of a quantity that the schedule charges. */
static int64_t schedule_units(const fg_curve *curve, int64_t quantity) {
  int64_t charged = charged_units(curve, quantity);
  return curve->pack_units > 0 ? beyond_packs(curve, charged) : charged;
}

/* Adds the units of an event's other products that count before a quantity of one, or with it: if each unit has the
   price of its slice, those of the products before it, otherwise all of them. */
static fg_status count_others_before(const fg_curve *curve, int64_t quantity, int64_t *count) {
  bool by_slice = curve->others > 0 && fg_price_model_of(curve->schedule)->by_slice;
  int64_t others = 0;
  bool fits = fg_multiply_i64(quantity, by_slice ? curve->others_before : curve->others, &others) &&
              fg_add_i64(*count, others, count);
  return fits ? FG_OK : FG_OVERFLOW;
}

static fg_status cost_of_units(const fg_curve *curve, int64_t quantity, int64_t units, fg_amount *cost) {
  if (curve->of_events) {
    const fg_events_charged events = {.price = curve->price,
                                      .factor = curve->factor_place,
                                      .of_each = curve->each,
                                      .units = units,
                                      .hours_of_month = curve->hours};
    fg_exact exact;
    FG_TRY(fg_events_price(curve->product, &events, &exact));
    return fg_exact_round(exact, curve->book->rounding, cost);
  }
  fg_price_input input = {.units = units,
                          .tier_quantity = units,
                          .periods = curve->periods,
                          .hours_of_month = curve->hours,
                          .rounding = curve->book->rounding,
                          .factor = curve->factor};
  fg_price_result price;
  FG_TRY(count_others_before(curve, quantity, &input.tier_quantity));
  FG_TRY(fg_price_compute(curve->schedule, &input, &price));
  *cost = price.amount;
  return FG_OK;
}

fg_status fg_product_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost) {
  int64_t charged = charged_units(curve, quantity);
  fg_amount packs = 0;
  *cost = curve->fixed;
  if (charged == INT64_MAX && curve->each > 1) {
    return FG_OVERFLOW;
  }
  if (curve->pack_units > 0) {
    int64_t count = curve->packs > 0 ? curve->packs : charged / curve->pack_units + (charged % curve->pack_units != 0);
    FG_TRY(fg_amount_rate(curve->pack_price, count, 1, fg_unrounded, &packs));
  }
  if (curve->schedule != NULL) {
    FG_TRY(cost_of_units(curve, quantity, schedule_units(curve, quantity), cost));
  }
  return fg_amount_add(*cost, packs, cost) ? FG_OK : FG_OVERFLOW;
}

static fg_price_view view_of(const fg_curve *curve) { return fg_price_view_of(curve->schedule, curve->hours); }

/* The last number of units that is priced by the same tier. */
static int64_t tier_end(const fg_curve *curve, int64_t units) {
  fg_price_view view = view_of(curve);
  /* Each event picks its own tier, so the tiers are not pieces of the curve. */
  uint32_t tiers = curve->of_events ? 1 : curve->schedule->tier_count;
  for (uint32_t i = 0; i + 1 < tiers; i++) {
    int64_t end = view.model->line(&view, i).last;
    if (units <= end) {
      return end;
    }
  }
  return INT64_MAX;
}

static int64_t block_end(const fg_curve *curve, int64_t units) {
  int64_t end = 0;
  return fg_price_blocks(curve->schedule, units, &end) == FG_OK ? end : INT64_MAX;
}

int64_t fg_product_curve_quantity(const fg_curve *curve, int64_t units) {
  int64_t quantity = 0;
  int64_t covered = 0;
  bool fits = fg_add_i64(units, curve->free, &quantity) && fg_multiply_i64(curve->pack_units, curve->packs, &covered) &&
              fg_add_i64(quantity, covered, &quantity) && units < INT64_MAX;
  return fits ? quantity / curve->each : INT64_MAX;
}

/* Whether no straight line leads from no units to the first one, because that is not sold, or costs a whole step or a
   fee. Events that are priced each by itself all cost the same. */
static bool begins_with_a_step(const fg_curve *curve) {
  fg_price_view view = view_of(curve);
  const fg_tier *first = &curve->schedule->tiers[0];
  return !first->sold || (!curve->of_events && (first->fee > 0 || view.model->line(&view, 0).first > 0));
}

/* Whether free units and packs cover all of a quantity. If there are none, the quantity 0 counts as covered only if the
   first unit begins with a step, or is partly free. */
static bool is_covered(const fg_curve *curve, int64_t quantity) {
  int64_t covered = fg_product_curve_quantity(curve, 0);
  bool stands_apart = covered > 0 || schedule_units(curve, 1) != curve->each || begins_with_a_step(curve);
  return stands_apart && quantity <= covered;
}

int64_t fg_product_curve_piece_end(const fg_curve *curve, int64_t quantity) {
  if (curve->schedule == NULL) { /* packs are even steps; a quantity of several units may take several of them */
    bool is_free = curve->each > 1 && curve->free > 0 && quantity <= curve->free / curve->each;
    return is_free ? curve->free / curve->each : INT64_MAX;
  }
  if (is_covered(curve, quantity)) {
    return fg_product_curve_quantity(curve, 0);
  }
  return fg_product_curve_quantity(curve, tier_end(curve, schedule_units(curve, quantity)));
}

/* The end of a line of packs alone: the end of the free units, or of the pack that is begun. */
static int64_t pack_end(const fg_curve *curve, int64_t quantity) {
  int64_t charged = charged_units(curve, quantity);
  int64_t end = INT64_MAX;
  if (charged == 0 && quantity < curve->free / curve->each) {
    return curve->free / curve->each;
  }
  int64_t rest = charged % curve->pack_units;
  bool fits = charged < INT64_MAX && fg_add_i64(charged, rest == 0 ? 0 : curve->pack_units - rest, &end) &&
              fg_add_i64(end, curve->free, &end);
  return fits ? fg_max_i64(end / curve->each, quantity) : INT64_MAX;
}

int64_t fg_product_curve_line_end(const fg_curve *curve, int64_t quantity) {
  if (curve->schedule == NULL) {
    return curve->pack_units == 0 ? INT64_MAX : pack_end(curve, quantity);
  }
  if (is_covered(curve, quantity)) {
    return fg_product_curve_quantity(curve, 0);
  }
  int64_t units = schedule_units(curve, quantity);
  int64_t end = tier_end(curve, units);
  bool steps = curve->schedule->block > 1 && !curve->of_events && fg_price_model_of(curve->schedule)->per_units;
  return fg_product_curve_quantity(curve, steps ? fg_min_i64(end, block_end(curve, units)) : end);
}

int64_t fg_product_curve_last_tier(const fg_curve *curve) {
  if (curve->schedule == NULL) {
    return 0;
  }
  fg_price_view view = view_of(curve);
  return fg_price_edge(&view, curve->schedule->tier_count - 1);
}
