#include "plan_editions.h"

#include "../book/price_model.h"
#include "../book/rating.h"

/* Refuses bundles that contain packs of the product, or of the pool that the model treats as the product's, because
   they might be cheaper than what the search buys. */
static fg_status refuse_bundles(const fg_plan_model *model, const fg_book *book, fg_error *error) {
  for (uint32_t i = 0; i < book->bundle_count; i++) {
    const fg_bundle *bundle = &book->bundles[i];
    for (uint32_t item = 0; item < bundle->item_count && !bundle->withdrawn; item++) {
      fg_string sold = bundle->items[item].product_id;
      bool is_its = fg_string_equal(sold, book->products[model->product].id) ||
                    (model->pool.text != NULL && fg_string_equal(sold, model->pool));
      if (is_its) {
        return fg_fail(error, FG_UNSUPPORTED, "book",
                       "\"bundles\" with the product in them: the search cannot honour them");
      }
    }
  }
  return FG_OK;
}

static bool is_uneven(const fg_product *product) {
  return fg_bounds_are_given(&product->bounds) || fg_schedule_has_fee(&product->schedule) ||
         product->schedule.rounding.mode != FG_ROUND_NONE;
}

static bool are_roundings_equal(fg_rounding a, fg_rounding b) {
  return a.mode == b.mode && a.digits == b.digits && a.least == b.least;
}

/* Whether two editions' capacities differ at most in their prices, as the search assumes. */
static bool are_capacities_alike(const fg_capacity_offer *a, const fg_capacity_offer *b) {
  return a == b || (a != NULL && b != NULL && a->limit == b->limit && a->mode == b->mode && a->effect == b->effect &&
                    fg_string_equal(a->meter, b->meter));
}

/* Whether two editions draw on grants and packs in the same order (R7), as the search assumes. What is there already is
   drawn on by the ranks and criteria of the edition in force. */
static bool are_drawn_alike(const fg_product *a, const fg_product *b) {
  bool alike = a->order.count == b->order.count && memcmp(a->order.by, b->order.by, a->order.count) == 0 &&
               a->grant_count == b->grant_count && a->pack_count == b->pack_count;
  for (uint32_t i = 0; alike && i < a->grant_count; i++) {
    alike = a->grants[i].rank == b->grants[i].rank;
  }
  for (uint32_t i = 0; alike && i < a->pack_count; i++) {
    alike = a->packs[i].rank == b->packs[i].rank;
  }
  return alike;
}

static bool are_bounds_equal(const fg_product *a, const fg_product *b) {
  const fg_bounds *one = &a->bounds;
  const fg_bounds *other = &b->bounds;
  return one->least.given == other->least.given && one->most.given == other->most.given &&
         (!one->least.given || one->least.amount == other->least.amount) &&
         (!one->most.given || one->most.amount == other->most.amount);
}

/* Refuses what the search cannot plan for, in one of the editions in force. */
static fg_status check_planned(const fg_plan_model *model, const fg_book *book, fg_error *error) {
  const fg_product *product = &book->products[model->product];
  if (product->withdrawn) {
    return fg_fail(error, FG_NOT_SOLD, "product", "one of the editions in force in the forecast does not have it");
  }
  FG_TRY(fg_require_own_units(book, product, error));
  if (product->capacities_count > 0) {
    return fg_refuse_feature(book, product, "capacities", error);
  }
  if (product->policy != NULL) {
    return fg_refuse_feature(book, product, "policy", error);
  }
  if (product->postpaid != FG_POSTPAID_ALWAYS) {
    return fg_refuse_feature(book, product, "postpaid", error);
  }
  FG_TRY(fg_require_months(book, product, error));
  if (product->aggregate != NULL) {
    return fg_refuse_feature(book, product, "aggregate", error);
  }
  if (book->bill != NULL) {
    return fg_fail(error, FG_UNSUPPORTED, "book", "\"bill\": the search cannot honour it");
  }
  FG_TRY(refuse_bundles(model, book, error));
  return product->tier_period.unit != FG_EVERY_DAY
             ? FG_OK
             : fg_fail(error, FG_INVALID, "product", "tiers are by the day: the search cannot honour them");
}

/* Checks that usage draws on what is there in the same order all the time. */
static fg_status check_deduction(const fg_plan_model *model, const fg_book *prices, fg_error *error) {
  return are_drawn_alike(fg_plan_offered(model, 0), &prices->products[model->product])
             ? FG_OK
             : fg_fail(error, FG_UNSUPPORTED, "book",
                       "a \"rank\" or \"order\" that changes with the \"editions\": the search cannot honour it");
}

/* Checks an edition that begins after the usage of a month but before its end: it must not change what the month
   costs. */
static fg_status check_end_of_month(const fg_plan_model *model, const fg_book *end, int month, fg_error *error) {
  const fg_product *priced = fg_plan_priced(model, month);
  const fg_product *last = &end->products[model->product];
  if (priced != last &&
      (priced->schedule.block > 1 || last->schedule.block > 1 || !fg_price_model_of(&priced->schedule)->per_units ||
       !fg_price_model_of(&last->schedule)->per_units)) {
    return fg_fail(error, FG_UNSUPPORTED, "editions",
                   "one begins within a month whose price is for blocks or steps: the search cannot honour it");
  }
  if (priced != last && (fg_schedule_has_fee(&priced->schedule) || fg_schedule_has_fee(&last->schedule) ||
                         !are_roundings_equal(priced->schedule.rounding, last->schedule.rounding))) {
    return fg_fail(
        error, FG_UNSUPPORTED, "editions",
        "one begins within a month and has a price with a fee or a rounding of its own: the search cannot honour it");
  }
  if (!are_bounds_equal(priced, last)) {
    return fg_fail(error, FG_UNSUPPORTED, "editions",
                   "one begins within a month and changes \"least\" or \"most\": the search cannot honour it");
  }
  for (uint32_t i = 0; i < last->grant_count; i++) {
    const fg_grant_offer *grant = &fg_plan_offered(model, month)->grants[i];
    if (grant->withdrawn && !last->grants[i].withdrawn && last->grants[i].issue == FG_ISSUE_MONTHLY) {
      return fg_fail(error, FG_UNSUPPORTED, "editions",
                     "one begins within a month and brings a monthly grant: the search cannot honour it");
    }
  }
  return FG_OK;
}

fg_status fg_plan_find_editions(fg_plan_model *model, fg_error *error) {
  const fg_book *first = fg_book_at(model->book, model->months[0].begin);
  const fg_capacity_offer *capacity = first->products[model->product].capacity;
  bool has_peak = false;
  bool is_alike = true;
  for (int i = 0; i < model->month_count; i++) {
    fg_plan_month *month = &model->months[i];
    const fg_book *end = fg_book_at(model->book, month->begin + month->hours * FG_HOUR - 1);
    month->offers = fg_book_at(model->book, month->begin);
    month->prices = fg_book_at(model->book, month->use);
    model->by_editions = model->by_editions || end != model->months[0].offers;
    FG_TRY(check_planned(model, month->offers, error));
    FG_TRY(check_planned(model, month->prices, error));
    FG_TRY(check_deduction(model, month->prices, error));
    FG_TRY(month->offers == end ? FG_OK : check_end_of_month(model, end, i, error));
    model->is_uneven = model->is_uneven || is_uneven(fg_plan_priced(model, i));
    has_peak = has_peak || month->peak >= 0;
    is_alike = is_alike && are_capacities_alike(capacity, fg_plan_offered(model, i)->capacity) &&
               are_capacities_alike(capacity, fg_plan_priced(model, i)->capacity) &&
               are_capacities_alike(capacity, end->products[model->product].capacity);
  }
  return is_alike || !has_peak
             ? FG_OK
             : fg_fail(error, FG_UNSUPPORTED, "editions",
                       "one changes the limit or the mode of a capacity whose peak is known: the search cannot honour "
                       "it");
}
