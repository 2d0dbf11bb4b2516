/* The checks of several keys of a price book together, which no row of a single key can state. */
#include "bound.h"
#include "book_keys.h"
#include "counters.h"
#include "editions.h"
#include "limits.h"
#include "price_model.h"
#include "rules_compile.h"
#include "amendments.h"

/* What is wrong with the lower edge of a tier; NULL: nothing. Tiers are given by their lower edges alone, so that gaps
   and overlaps cannot be written. */
static const char *edge_fault(const fg_schedule *schedule, uint32_t tier, int64_t before, int64_t most) {
  int64_t from = schedule->tiers[tier].from;
  if (tier == 0 && from != 0) {
    return "expected 0: the first tier begins there";
  }
  if (tier > 0 && from <= before) {
    return "expected more than the tier before";
  }
  if (from > most) {
    return "expected less: times the hours of a month this passes 64 bits";
  }
  return schedule->block != 0 && from % schedule->block != 0 ? "expected a multiple of the block" : NULL;
}

/* Checks that the edges of a schedule rise. After an edge above `most`, the next is compared with the one before it, so
   that one mistake is one fault. */
static fg_status check_edges(const fg_book_reader *reader, const fg_schedule *schedule, int64_t most) {
  int64_t before = 0;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    const int64_t *from = &schedule->tiers[i].from;
    const char *fault = fg_is_read(reader, from) ? edge_fault(schedule, i, before, most) : NULL;
    if (fault != NULL) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "from", "%s", fault);
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "tiers[%u]", i)));
    }
    before = i > 0 && *from <= most && fg_is_read(reader, from) ? *from : before;
  }
  return FG_OK;
}

static fg_status check_exact(const fg_book_reader *reader, const fg_schedule *schedule) {
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    if (!fg_divides_exactly(reader, schedule, schedule->tiers[i].price)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "price",
                                 "expected a price that divided by \"per\" has at most 12 decimals, "
                                 "or a rounding of the book");
      bool has_tiers = fg_price_model_of(schedule)->has_tiers;
      FG_TRY(fg_fault_of(reader, has_tiers ? fg_within(reader->error, status, "tiers[%u]", i) : status));
    }
  }
  return FG_OK;
}

/* Whether the schedule prices an order of packs or capacity. Such a schedule cannot be priced by the hours of the
   month, because an order may span several months. */
static bool is_of_order(const fg_book_reader *reader) {
  return strcmp(reader->key->name, "price") != 0 || reader->key->kind == &fg_kind_pack_price;
}

/* Refuses fees of tiers in orders and with a shared counter: a fee is charged once for each tier period of the
   product's own count, and neither has one. */
static fg_status check_fees(const fg_book_reader *reader, const fg_schedule *schedule) {
  bool is_shared = schedule->counter.length > 0;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    if (schedule->tiers[i].fee != 0 && (is_shared || is_of_order(reader))) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "fee", "expected none: %s",
                                 is_shared ? "the tiers are found by a shared counter" : "it is of usage alone");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "tiers[%u]", i)));
    }
  }
  return FG_OK;
}

static fg_status check_of_usage(const fg_book_reader *reader, const fg_schedule *schedule) {
  const char *key = schedule->counter.length > 0               ? "counter"
                    : schedule->rounding.mode != FG_ROUND_NONE ? "rounding"
                                                               : NULL;
  if (key != NULL && is_of_order(reader)) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, key, "expected none: it is of usage alone")));
  }
  return check_fees(reader, schedule);
}

fg_status fg_check_schedule(const fg_book_reader *reader, void *object) {
  fg_schedule *schedule = object;
  schedule->is_summed = reader->book->whole->format > 0;
  FG_TRY(check_of_usage(reader, schedule));
  int64_t most = schedule->per_hours_of_month ? INT64_MAX / (FG_MONTH_HOURS_MAX + fg_clock_changes(reader)) : INT64_MAX;
  bool per_fits = schedule->per <= most;
  if (!per_fits) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "per", "expected at most %lld", (long long)most)));
  }
  FG_TRY(check_edges(reader, schedule, most));
  if (schedule->per_hours_of_month && is_of_order(reader)) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "per_hours_of_month",
                                       reader->key->kind == &fg_kind_pack_price
                                           ? "expected false: it is of usage alone"
                                           : "expected false: capacity is priced by the day or the month"));
  }
  return per_fits && fg_is_to_be_exact(reader, schedule) ? check_exact(reader, schedule) : FG_OK;
}

static fg_status check_validity(const fg_book_reader *reader, const fg_validity *validity, bool has_periods) {
  bool is_known = fg_is_read(reader, validity);
  return !is_known || validity->unit != FG_VALID_PERIOD || has_periods
             ? FG_OK
             : fg_fault_of(reader,
                           fg_fail(reader->error, FG_INVALID, "validity",
                                   "expected a length of time: without periods of issue there is none to end with"));
}

/* Whether a grant ends as the next is issued, which a rollover needs, because it adds what is left of one to the
   next. */
static bool ends_with_period(const fg_grant_offer *offer) {
  return offer->validity.unit == (offer->issue == FG_ISSUE_MONTHLY ? FG_VALID_THIS_MONTH : FG_VALID_PERIOD);
}

fg_status fg_check_grant(const fg_book_reader *reader, void *object) {
  const fg_grant_offer *offer = object;
  bool is_known = fg_is_read(reader, &offer->issue) && fg_is_read(reader, &offer->validity);
  FG_TRY(check_validity(reader, &offer->validity, offer->issue == FG_ISSUE_RECURRING || !is_known));
  return offer->rollover == 0 || !is_known || ends_with_period(offer)
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "rollover",
                                           "expected 0: what rolls over is issued every period and valid for it"));
}

/* Checks that a pack states either how long it is valid or how it recurs. */
static fg_status check_lots(const fg_book_reader *reader, fg_pack_offer *offer) {
  const fg_json *validity = fg_json_get(reader->value, "validity");
  bool has_validity = validity != NULL && !fg_json_is(validity, FG_JSON_NULL);
  bool comes_by_lots = offer->recurrence != NULL || !fg_is_read(reader, &offer->recurrence);
  const char *fault = has_validity == comes_by_lots ? has_validity ? "expected none beside \"issue\", or no \"issue\""
                                                                   : "missing: or else \"issue\""
                                                    : NULL;
  offer->validity.unit = comes_by_lots ? FG_VALID_PERIOD : offer->validity.unit;
  if (fault != NULL) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "validity", "%s", fault));
  }
  if (comes_by_lots && offer->of_materials) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "issue", "expected none: places are had at once"));
  }
  return comes_by_lots ? FG_OK : check_validity(reader, &offer->validity, false);
}

/* Refuses refunds of a part of the price where the part is unknown, or where the book cannot round it. */
static fg_status check_refund(const fg_book_reader *reader, const fg_pack_offer *offer) {
  if (offer->refund != FG_REFUND_PRO_RATA && offer->refund != FG_REFUND_LIST_PRICE) {
    return FG_OK;
  }
  bool has_lots = offer->recurrence != NULL;
  if (has_lots && (offer->refund == FG_REFUND_LIST_PRICE || offer->recurrence->lasts.unit == FG_VALID_FOREVER)) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "refund",
                                       "expected \"unused\" or \"none\", or \"pro_rata\" of a pack whose lots end"));
  }
  return reader->book->whole->rounding.mode != FG_ROUND_NONE || !fg_is_read(reader, &reader->book->whole->rounding)
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "refund",
                                           "expected \"unused\" or \"none\", or a rounding of the book: parts of an "
                                           "order are not exact"));
}

fg_status fg_check_pack(const fg_book_reader *reader, void *object) {
  fg_pack_offer *offer = object;
  if (reader->book->whole->format == 0) {
    return check_validity(reader, &offer->validity, false);
  }
  FG_TRY(check_lots(reader, offer));
  return check_refund(reader, offer);
}

static bool is_all_sold(const fg_product *product) {
  bool all = true;
  for (uint32_t i = 0; i < product->price_count; i++) {
    const fg_schedule *schedule = &product->prices[i].schedule;
    for (uint32_t tier = 0; tier < schedule->tier_count && all; tier++) {
      all = schedule->tiers[tier].sold;
    }
  }
  return all;
}

/* Refuses refunds by list price in packs of a product that has no price for single units. */
static fg_status check_list_prices(const fg_book_reader *reader, const fg_product *product) {
  bool has_price = product->schedule.tier_count > 0 || !fg_is_read(reader, &product->schedule);
  for (uint32_t i = 0; i < product->pack_count && !has_price; i++) {
    if (product->packs[i].refund == FG_REFUND_LIST_PRICE) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "refund",
                                 "expected another word than \"list_price\": the product has no price of its own");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "packs[%u]", i)));
    }
  }
  return FG_OK;
}

fg_status fg_check_product(const fg_book_reader *reader, void *object) {
  fg_product *product = object;
  FG_TRY(fg_rules_compile(reader, product));
  FG_TRY(fg_check_bounds_of_product(reader, product));
  FG_TRY(fg_check_aggregated(reader, product));
  product->title = product->title.text == NULL ? product->id : product->title;
  product->all_sold = is_all_sold(product);
  if (product->capacity != NULL && fg_is_read(reader, &product->meter) &&
      fg_string_equal(product->capacity->meter, product->meter)) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "capacity.meter",
                                       "expected another name than the meter of the product's usage")));
  }
  if (product->capacity != NULL && fg_is_read(reader, &product->limits) &&
      fg_product_limit(product, product->capacity->meter) != FG_NONE) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "capacity.meter",
                                       "expected another name than that of a limit of the product")));
  }
  FG_TRY(check_list_prices(reader, product));
  bool holds_none = product->materials == NULL && fg_is_read(reader, &product->materials);
  for (uint32_t i = 0; i < product->pack_count && holds_none; i++) {
    if (product->packs[i].of_materials) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "of", "expected \"usage\": the product holds no materials");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "packs[%u]", i)));
    }
  }
  return FG_OK;
}

fg_status fg_check_amendment(const fg_book_reader *reader, void *object) {
  const fg_amendment *amendment = object;
  const fg_book *book = reader->book;
  bool is_read = fg_is_read(reader, &amendment->announced) && fg_is_read(reader, &amendment->effective) &&
                 fg_is_read(reader, &book->notice_days);
  return !is_read || fg_notice_is_given(book, amendment->announced, amendment->effective)
             ? FG_OK
             : fg_fault_of(reader,
                           fg_fail(reader->error, FG_INVALID, "effective",
                                   "expected a date at least %d days after \"announced\" (R5)", book->notice_days));
}

static bool is_grant_known(const fg_book_reader *reader, const fg_amendment *amendment) {
  return fg_is_read(reader, &amendment->effective) && fg_is_found(reader, &amendment->product) &&
         fg_is_found(reader, &amendment->grant);
}

/* Whether an earlier amendment changes the same grant on the same date. */
static bool is_amended_twice(const fg_book_reader *reader, const fg_amendment *amendments, uint32_t which) {
  const fg_amendment *own = &amendments[which];
  for (uint32_t i = 0; i < which; i++) {
    const fg_amendment *other = &amendments[i];
    bool same = other->effective == own->effective && other->product == own->product && other->grant == own->grant;
    if (same && is_grant_known(reader, other) && is_grant_known(reader, own)) {
      return true;
    }
  }
  return false;
}

/* Checks that amendments are in the order of their dates, with one for a grant on a date, because the last that has
   begun holds. */
static fg_status check_amendment_order(const fg_book_reader *reader, const void *object) {
  const fg_amendment *amendments = ((const fg_book *)object)->amendments;
  uint32_t count = ((const fg_book *)object)->amendment_count;
  const fg_date *before = NULL;
  for (uint32_t i = 0; i < count; i++) {
    const fg_date *own = &amendments[i].effective;
    bool is_read = fg_is_read(reader, own);
    bool rising = before == NULL || !is_read || *own >= *before;
    if (!rising || is_amended_twice(reader, amendments, i)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "effective", "expected %s",
                                 rising ? "one amendment of a grant at a date"
                                        : "a date that is not before that of the amendment above");
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "amendments[%u]", i)));
    }
    before = is_read ? own : before;
  }
  return FG_OK;
}

fg_status fg_check_price_list(const fg_book_reader *reader, void *object) {
  const fg_book *list = object;
  FG_TRY(fg_check_requires(reader, list));
  FG_TRY(fg_check_bundles(reader, list));
  FG_TRY(fg_check_limits(reader, object));
  FG_TRY(fg_check_pools(reader, object));
  FG_TRY(fg_is_read(reader, &list->products) ? fg_check_settlement(reader, list) : FG_OK);
  if (!fg_is_read(reader, &list->products)) {
    return FG_OK;
  }
  FG_TRY(fg_check_counters(reader, list->products, list->product_count));
  return fg_check_bound(reader, list);
}

/* What is wrong with a transition of a zone; NULL: nothing. Transitions are at least two days apart, which is more than
   any two offsets differ by, so that civil times come in order. */
static const char *transition_fault(const fg_zone_part *parts, uint32_t which) {
  if (which == 0) {
    return parts->from == 0 ? NULL : "expected 1970-01-01T00:00:00Z: the first offset holds from there on";
  }
  return parts[which].from - parts[which - 1].from >= 2 * FG_DAY ? NULL
                                                                 : "expected two days or more after the one before";
}

static fg_status check_transitions(const fg_book_reader *reader, const fg_zone *zone) {
  for (uint32_t i = 0; i < zone->count; i++) {
    const char *fault = transition_fault(zone->parts, i);
    if (fault != NULL && fg_is_read(reader, &zone->parts[i].from)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "at", "%s", fault);
      FG_TRY(fg_fault_of(reader, fg_within(reader->error, status, "transitions[%u]", i)));
    }
  }
  return FG_OK;
}

/* Checks that a zone with a name has transitions and one with an offset has none. */
static fg_status check_zone(const fg_book_reader *reader, const fg_book *book) {
  bool has_name = book->zone.name.text != NULL;
  bool is_read = fg_is_read(reader, &book->zone) && fg_is_read(reader, &book->zone.parts);
  if (is_read && has_name != (book->zone.count > 0)) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "transitions", "%s",
                                       has_name ? "missing: `faregate zone NAME` writes those of a time zone"
                                                : "expected none: the time zone is an offset"));
  }
  if (has_name && book->tzdata.length == 0) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "tzdata", "missing: the version of the transitions"));
  }
  return is_read ? check_transitions(reader, &book->zone) : FG_OK;
}

fg_status fg_check_book(const fg_book_reader *reader, void *object) {
  FG_TRY(check_zone(reader, object));
  FG_TRY(check_amendment_order(reader, object));
  fg_editions_take_common(object);
  return FG_OK;
}

fg_status fg_check_example(const fg_book_reader *reader, void *object) {
  const fg_example *example = object;
  bool is_read = fg_is_read(reader, &example->price) && fg_is_read(reader, &example->commands);
  bool is_one = (example->price == NULL) != (example->commands == NULL);
  return !is_read || is_one ? FG_OK
                            : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "",
                                                          "expected \"price\" or \"commands\", one of them"));
}
