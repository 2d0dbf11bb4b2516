#include "curve.h"

#include "../base/tell.h"
#include "../book/event_price.h"
#include "../book/price_model.h"
#include "../book/quote.h"
#include "../book/rating.h"

fg_status fg_curve_refuse(const fg_curve *curve, fg_error *error, fg_status status) {
  return fg_book_refuse(curve->book, fg_product_price_source(curve->product, curve->of_capacity), error, status);
}

/* ---------------------------------------------------------------------------------------------- a way to pay */

static fg_status find_way_pack(const fg_way *way, fg_curve *curve, fg_error *error) {
  int pack = fg_product_pack(curve->product, way->pack);
  if (pack == FG_NONE || curve->product->packs[pack].of_materials) {
    return fg_refuse(error, FG_UNKNOWN_PACK);
  }
  const fg_pack_offer *offer = &curve->product->packs[pack];
  if (offer->by_number != NULL) {
    return fg_refuse_feature(curve->book, curve->product, "packs.price", error);
  }
  if (offer->not_alone) {
    return fg_refuse(error, FG_NOT_SOLD);
  }
  curve->pack_units = offer->units;
  curve->pack_price = offer->price;
  curve->packs = way->packs;
  curve->schedule = way->packs == 0 ? NULL : curve->schedule;
  return FG_OK;
}

static fg_status find_way_capacity(const fg_way *way, const fg_capacity_offer *offer, fg_curve *curve,
                                   fg_error *error) {
  curve->of_capacity = true;
  if ((way->days > 0) == (way->months > 0)) {
    return fg_fail(error, FG_INVALID, "months", "expected either days or months of capacity");
  }
  curve->schedule = way->days > 0 ? offer->day : offer->month;
  curve->periods = way->days > 0 ? way->days : way->months;
  curve->hours = 1;
  return curve->schedule == NULL ? fg_curve_refuse(curve, error, FG_NOT_SOLD) : FG_OK;
}

/* The capacity with which usage is free, whatever it is; NULL if there is none, or more than one. */
static const fg_capacity_offer *free_capacity(const fg_curve *curve) {
  const fg_product *product = curve->product;
  const fg_capacity_offer *found = product->capacity;
  uint32_t count = found != NULL;
  for (uint32_t i = 0; i < product->capacities_count; i++) {
    const fg_capacity_offer *offer = &product->capacities[i];
    bool is_free = offer->is_free && !offer->bills_beyond && !offer->withdrawn;
    found = is_free ? offer : found;
    count += is_free;
  }
  return count == 1 ? found : NULL;
}

/* Sets the fixed price of so much capacity, with which calls are free. */
static fg_status fix_capacity(const fg_way *way, fg_curve *curve, fg_error *error) {
  fg_curve priced = *curve;
  const fg_capacity_offer *offer = free_capacity(curve);
  if (offer == NULL) {
    return fg_refuse(error, FG_UNKNOWN_METER);
  }
  FG_TRY(find_way_capacity(way, offer, &priced, error));
  priced.free = 0;
  fg_status status = fg_curve_cost(&priced, way->capacity, &curve->fixed);
  return status == FG_OK ? FG_OK : fg_curve_refuse(&priced, error, status);
}

static fg_status check_way(const fg_way *way, fg_error *error) {
  const struct {
    const char *name;
    int64_t value;
  } counts[] = {{"free", way->free},
                {"packs", way->packs},
                {"capacity", way->capacity},
                {"days", way->days},
                {"months", way->months}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    if (counts[i].value < 0) {
      return fg_fail(error, FG_INVALID, counts[i].name, "expected 0 or more");
    }
  }
  return FG_OK;
}

static fg_status find_hours(const fg_way *way, fg_curve *curve, fg_error *error) {
  if (!fg_time_is_civil(way->at)) {
    return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
  }
  curve->hours = fg_month_hours(fg_month_of(fg_date_at(way->at, &curve->book->zone)), &curve->book->zone);
  return FG_OK;
}

/* Whether blocks or packs of so many units end evenly where a quantity has `each` units. */
static bool steps_are_even(int64_t step, int64_t each) { return step % each == 0 || each % step == 0; }

/* Usage of these attributes. What is not billable, or has no units, costs nothing. */
static fg_status rate_way(const fg_way *way, fg_curve *curve, fg_error *error) {
  const fg_product *product = curve->product;
  fg_values values;
  fg_rating rating;
  FG_TRY(fg_require_usage_alone(curve->book, product, error));
  FG_TRY(fg_quote_rate(curve->book, product, way->attributes, way->at, 1, &values, &rating, error));
  if (!rating.billable || rating.units == 0) {
    return FG_OK;
  }
  curve->each = rating.units;
  curve->schedule = &product->prices[rating.price].schedule;
  curve->factor = product->factors[rating.factor];
  curve->price = rating.price;
  curve->factor_place = rating.factor;
  curve->of_events = fg_product_prices_events(product);
  return steps_are_even(curve->of_events ? 1 : curve->schedule->block, curve->each)
             ? FG_OK
             : fg_refuse_feature(curve->book, product, "quantity", error);
}

static fg_status find_usage_curve(const fg_way *way, fg_curve *curve, fg_error *error) {
  if (way->capacity > 0) {
    return fix_capacity(way, curve, error);
  }
  FG_TRY(rate_way(way, curve, error));
  bool costs_nothing = curve->schedule == NULL;
  if (!costs_nothing && curve->schedule->per_hours_of_month) {
    FG_TRY(find_hours(way, curve, error));
  }
  FG_TRY(way->pack.text == NULL ? FG_OK : find_way_pack(way, curve, error));
  curve->pack_units = costs_nothing ? 0 : curve->pack_units;
  return curve->pack_units == 0 || curve->packs > 0 || steps_are_even(curve->pack_units, curve->each)
             ? FG_OK
             : fg_refuse_feature(curve->book, curve->product, "quantity", error);
}

static fg_status find_curve(const fg_way *way, fg_curve *curve, fg_error *error) {
  int product = fg_book_product(way->book, way->product);
  if (product == FG_NONE) {
    return fg_refuse(error, FG_UNKNOWN_PRODUCT);
  }
  const fg_product *found = &way->book->products[product];
  bool of_usage = way->meter.text == NULL || fg_string_equal(way->meter, found->meter);
  *curve = (fg_curve){.book = way->book, .product = found, .free = way->free, .periods = 1, .hours = 1, .each = 1};
  curve->meter = of_usage ? found->meter : way->meter;
  if (of_usage) {
    return find_usage_curve(way, curve, error);
  }
  int place = found->capacity_count == 0 ? FG_NONE : fg_product_capacity(way->book, found, way->meter);
  return place == FG_NONE ? fg_refuse(error, FG_UNKNOWN_METER)
                          : find_way_capacity(way, way->book->capacities[place].offer, curve, error);
}

fg_status fg_curve_of(const fg_way *way, fg_curve *curve, fg_error *error) {
  FG_TRY(check_way(way, error));
  fg_way of_edition = *way;
  of_edition.book = fg_book_at(way->book, way->at);
  return find_curve(&of_edition, curve, error);
}

/* ---------------------------------------------------------------------------------------------- cost and pieces */

/* Units that packs do not cover; INT64_MAX of them if that many packs cannot be counted. */
static int64_t beyond_packs(const fg_curve *curve, int64_t charged) {
  int64_t covered = 0;
  bool counted = fg_multiply_i64(curve->pack_units, curve->packs, &covered);
  return counted ? fg_max_i64(0, charged - covered) : 0;
}

/* Units that are charged of a quantity; INT64_MAX where they cannot be counted. */
static int64_t charged_units(const fg_curve *curve, int64_t quantity) {
  int64_t units = 0;
  return fg_multiply_i64(quantity, curve->each, &units) ? fg_max_i64(0, units - curve->free) : INT64_MAX;
}

/* Units that the schedule charges of a quantity. */
static int64_t schedule_units(const fg_curve *curve, int64_t quantity) {
  int64_t charged = charged_units(curve, quantity);
  return curve->pack_units > 0 ? beyond_packs(curve, charged) : charged;
}

static fg_status cost_of_units(const fg_curve *curve, int64_t units, fg_amount *cost) {
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
  FG_TRY(fg_price_compute(curve->schedule, &input, &price));
  *cost = price.amount;
  return FG_OK;
}

fg_status fg_curve_cost(const fg_curve *curve, int64_t quantity, fg_amount *cost) {
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
    FG_TRY(cost_of_units(curve, schedule_units(curve, quantity), cost));
  }
  return fg_amount_add(*cost, packs, cost) ? FG_OK : FG_OVERFLOW;
}

static fg_price_view view_of(const fg_curve *curve) { return fg_price_view_of(curve->schedule, curve->hours); }

/* The last number of units before which the cost is that of the same tier. */
static int64_t tier_end(const fg_curve *curve, int64_t units) {
  fg_price_view view = view_of(curve);
  uint32_t tiers = curve->of_events ? 1 : curve->schedule->tier_count; /* those of events are each one's own */
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

/* The last quantity of which the schedule charges so many units at most. */
static int64_t quantity_of(const fg_curve *curve, int64_t units) {
  int64_t quantity = 0;
  int64_t covered = 0;
  bool fits = fg_add_i64(units, curve->free, &quantity) && fg_multiply_i64(curve->pack_units, curve->packs, &covered) &&
              fg_add_i64(quantity, covered, &quantity) && units < INT64_MAX;
  return fits ? quantity / curve->each : INT64_MAX;
}

/* Whether no straight line leads from nothing to the first unit: it is not sold, or costs a whole step or a fee. Events
   that are priced each by itself cost as much each. */
static bool begins_with_a_step(const fg_curve *curve) {
  fg_price_view view = view_of(curve);
  const fg_tier *first = &curve->schedule->tiers[0];
  return !first->sold || (!curve->of_events && (first->fee > 0 || view.model->line(&view, 0).first > 0));
}

/* Whether a quantity lies before any unit is charged, because free units and packs come first. Where none come first,
   the quantity 0 is a piece of its own only if the first unit begins with a step, or some of the first one is free. */
static bool is_covered(const fg_curve *curve, int64_t quantity) {
  int64_t covered = quantity_of(curve, 0);
  bool stands_apart = covered > 0 || schedule_units(curve, 1) != curve->each || begins_with_a_step(curve);
  return stands_apart && quantity <= covered;
}

/* The last quantity of the piece that `quantity` is in: along a piece the cost never falls, and all of it is sold or
   nothing. */
static int64_t piece_end(const fg_curve *curve, int64_t quantity) {
  if (curve->schedule == NULL) { /* packs are even steps, which may be as long as a quantity of several units */
    bool is_free = curve->each > 1 && curve->free > 0 && quantity <= curve->free / curve->each;
    return is_free ? curve->free / curve->each : INT64_MAX;
  }
  if (is_covered(curve, quantity)) {
    return quantity_of(curve, 0);
  }
  return quantity_of(curve, tier_end(curve, schedule_units(curve, quantity)));
}

/* Of packs alone: as far as what is free goes, or the pack that is begun. */
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

int64_t fg_curve_line_end(const fg_curve *curve, int64_t quantity) {
  if (curve->schedule == NULL) {
    return curve->pack_units == 0 ? INT64_MAX : pack_end(curve, quantity);
  }
  if (is_covered(curve, quantity)) {
    return quantity_of(curve, 0);
  }
  int64_t units = schedule_units(curve, quantity);
  int64_t end = tier_end(curve, units);
  bool steps = curve->schedule->block > 1 && !curve->of_events && fg_price_model_of(curve->schedule)->per_units;
  return quantity_of(curve, steps ? fg_min_i64(end, block_end(curve, units)) : end);
}

bool fg_curve_is_sold(const fg_curve *curve, int64_t quantity) {
  fg_amount cost = 0;
  return fg_curve_cost(curve, quantity, &cost) != FG_NOT_SOLD;
}

/* The highest quantity of at most `most` that is sold: none at all always is. */
static int64_t last_sold(const fg_curve *curve, int64_t most) {
  int64_t last = 0;
  int64_t end = -1;
  while (end < most) {
    int64_t from = end + 1;
    end = fg_min_i64(piece_end(curve, from), most);
    last = fg_curve_is_sold(curve, from) ? end : last;
  }
  return last;
}

/* The least number of units, times ten until it costs a unit of the currency; `least` where none does. */
static int64_t worth_seeing(const fg_curve *curve, int64_t least) {
  for (int64_t units = least; units <= INT64_MAX / 10; units *= 10) {
    fg_amount cost = 0;
    fg_status status = fg_curve_cost(curve, quantity_of(curve, units), &cost);
    if (status != FG_OK || cost - curve->fixed >= FG_UNIT) {
      return status == FG_OK ? units : least;
    }
  }
  return least;
}

/* `most`, or for -1 a quantity up to which every tier that has a price is seen, and some of a price by itself. */
static int64_t last_quantity(const fg_curve *curve, int64_t most) {
  enum { LEAST = 100 };
  if (most >= 0) {
    return most;
  }
  int64_t edge = worth_seeing(curve, LEAST);
  if (curve->schedule != NULL) {
    fg_price_view view = view_of(curve);
    int64_t last = fg_price_edge(&view, curve->schedule->tier_count - 1);
    edge = fg_max_i64(edge, last < INT64_MAX / 4 ? 2 * last : INT64_MAX / 2);
  }
  return last_sold(curve, quantity_of(curve, edge));
}

/* --------------------------------------------------------------------------------------------------- the curve */

static fg_status tell_piece(fg_teller *to, const fg_curve *curve, int64_t from, int64_t end) {
  fg_amount first = 0;
  fg_amount last = 0;
  FG_TRY(fg_curve_cost(curve, from, &first));
  FG_TRY(fg_curve_cost(curve, end, &last));
  fg_tell_begin_object(to, NULL);
  fg_tell_integer(to, "from", from);
  fg_tell_integer(to, "to", end);
  fg_tell_amount(to, "first", first);
  fg_tell_amount(to, "last", last);
  fg_tell_end_object(to);
  return FG_OK;
}

/* Tells the pieces, which are straight lines or stairs of even steps. The first unit charged begins one; quantities
   that are not sold are left out. */
static fg_status tell_pieces(fg_teller *to, const fg_curve *curve, int64_t most) {
  int64_t end = -1;
  fg_tell_begin_list(to, "pieces");
  while (end < most) {
    int64_t from = end + 1;
    end = fg_min_i64(piece_end(curve, from), most);
    if (fg_curve_is_sold(curve, from)) {
      FG_TRY(tell_piece(to, curve, from, end));
    }
  }
  fg_tell_end_list(to);
  return FG_OK;
}

static fg_status tell_curve(const fg_curve *curve, int64_t most, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  int64_t units = curve->pack_units > 0 && curve->packs == 0     ? curve->pack_units
                  : curve->schedule != NULL && !curve->of_events ? curve->schedule->block
                                                                 : 1;
  int64_t step = units % curve->each == 0 ? units / curve->each : 1;
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "product", curve->product->id);
  fg_tell_text(&to, "meter", curve->meter);
  fg_tell_integer(&to, "most", most);
  fg_tell_integer(&to, "free", curve->free);
  fg_tell_integer(&to, "step", step);
  FG_TRY(tell_pieces(&to, curve, most));
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

static fg_status curve_up_to(const fg_way *way, int64_t most, fg_curve *curve, int64_t *end, fg_error *error) {
  FG_TRY(fg_curve_of(way, curve, error));
  if (most < -1) {
    return fg_fail(error, FG_INVALID, "most", "expected 0 or more");
  }
  *end = last_quantity(curve, most);
  return fg_curve_is_sold(curve, *end) ? FG_OK : fg_curve_refuse(curve, error, FG_NOT_SOLD);
}

fg_status fg_way_curve(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_curve curve;
  int64_t end = 0;
  FG_TRY(curve_up_to(way, most, &curve, &end, error));
  fg_status status = tell_curve(&curve, end, visitor);
  return status == FG_OK ? FG_OK : fg_curve_refuse(&curve, error, status);
}

/* -------------------------------------------------------------------------------------------------- the cliffs */

/* The first quantity of from … to that costs more than `least`; the cost never falls there. */
static fg_status first_above(const fg_curve *curve, int64_t from, int64_t to, fg_amount least, int64_t *first) {
  while (from < to) {
    int64_t middle = from + (to - from) / 2;
    fg_amount cost = 0;
    FG_TRY(fg_curve_cost(curve, middle, &cost));
    if (cost > least) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  *first = from;
  return FG_OK;
}

/* The beginning of the piece that ends at `end`. */
static int64_t piece_begin(const fg_curve *curve, int64_t end) {
  int64_t from = 0;
  for (int64_t piece = piece_end(curve, 0); piece < end; piece = piece_end(curve, from)) {
    from = piece + 1;
  }
  return from;
}

/* Goes back from `end`, piece by piece, while whatever is sold of a piece costs more than `least`. */
static fg_status cliff_begin(const fg_curve *curve, int64_t end, fg_amount least, int64_t *begin) {
  for (*begin = end + 1; end >= 0;) {
    int64_t from = piece_begin(curve, end);
    if (fg_curve_is_sold(curve, from)) {
      fg_amount last = 0;
      FG_TRY(fg_curve_cost(curve, end, &last));
      if (last <= least) {
        return FG_OK;
      }
      FG_TRY(first_above(curve, from, end, least, begin));
      if (*begin > from) {
        return FG_OK;
      }
    }
    end = from - 1;
  }
  return FG_OK;
}

/* Tells the cliff between `last`, the end of a piece, and `edge`, where the next piece that is sold begins. */
static fg_status tell_cliff(fg_teller *to, const fg_curve *curve, int64_t last, int64_t edge) {
  fg_amount before = 0;
  fg_amount there = 0;
  int64_t begin = 0;
  FG_TRY(fg_curve_cost(curve, last, &before));
  FG_TRY(fg_curve_cost(curve, edge, &there));
  if (before <= there) {
    return FG_OK;
  }
  FG_TRY(cliff_begin(curve, last, there, &begin));
  fg_tell_begin_object(to, NULL);
  fg_tell_integer(to, "from", begin);
  fg_tell_integer(to, "to", last);
  fg_tell_integer(to, "buy", edge);
  fg_tell_amount(to, "amount", there);
  fg_tell_amount(to, "instead_of", before);
  fg_tell_amount(to, "saves", before - there);
  fg_tell_end_object(to);
  return FG_OK;
}

static fg_status tell_cliffs(const fg_curve *curve, int64_t most, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_list(&to, NULL);
  int64_t last = -1;
  for (int64_t end = -1; end < most;) {
    int64_t from = end + 1;
    end = piece_end(curve, from);
    if (fg_curve_is_sold(curve, from)) {
      FG_TRY(last < 0 ? FG_OK : tell_cliff(&to, curve, last, from));
      last = end;
    }
  }
  fg_tell_end_list(&to);
  return fg_teller_status(&to);
}

fg_status fg_way_cliffs(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error) {
  fg_curve curve;
  int64_t end = 0;
  FG_TRY(curve_up_to(way, most, &curve, &end, error));
  fg_status status = tell_cliffs(&curve, end, visitor);
  return status == FG_OK ? FG_OK : fg_curve_refuse(&curve, error, status);
}
