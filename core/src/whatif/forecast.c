#include "forecast.h"

#include <stdio.h>

#include "../book/names.h"
#include "../book/policy_json.h"
#include "../book/validity.h"
#include "carry_over.h"
#include "cheapest_capacity.h"
#include "entitlements.h"
#include "month_bill.h"
#include "packs_on_sale.h"
#include "plan_book.h"
#include "plan_editions.h"
#include "plan_replay.h"

static fg_status read_instant(const fg_plan_model *model, const fg_json *object, const char *key, fg_time *time,
                              fg_error *error) {
  const fg_json *value = fg_json_get(object, key);
  fg_string text;
  if (value == NULL || fg_json_is(value, FG_JSON_NULL)) {
    return FG_OK;
  }
  FG_TRY(fg_within(error, fg_json_text(value, &text, error), "%s", key));
  const fg_zone *zone = &model->base->zone;
  if (fg_time_parse(text.text, text.length, zone, time) != FG_OK || !fg_time_is_shown(*time, zone)) {
    return fg_fail(error, FG_INVALID, key, "expected a date or a time, from 1970 to 9999");
  }
  return FG_OK;
}

static fg_status read_held_units(const fg_plan_model *model, const fg_json *value, const fg_pack_offer **offer,
                                 fg_plan_held *held, fg_error *error) {
  const fg_product *product = fg_plan_offered(model, 0);
  const fg_json *pack = fg_json_get(value, "pack");
  const fg_json *units = fg_json_get(value, "units");
  const fg_json *left = fg_json_get(value, "left");
  int64_t whole = FG_PLAN_UNITS_MAX;
  fg_string id;
  if ((pack == NULL) == (units == NULL)) {
    return fg_fail(error, FG_INVALID, "", "expected either \"pack\" or \"units\"");
  }
  if (pack != NULL) {
    FG_TRY(fg_within(error, fg_json_text(pack, &id, error), "pack"));
    int found = fg_product_pack(product, id);
    if (found == FG_NONE || product->packs[found].of_materials) {
      return fg_no_such_pack(product, id, true, "pack", error);
    }
    *offer = &product->packs[found];
    whole = (*offer)->units;
  } else {
    FG_TRY(fg_within(error, fg_json_units(units, 1, FG_PLAN_UNITS_MAX, &whole, error), "units"));
  }
  held->left = whole;
  return left == NULL ? FG_OK : fg_within(error, fg_json_units(left, 0, whole, &held->left, error), "left");
}

static fg_status read_held(const fg_plan_model *model, const fg_json *value, fg_plan_held *held, fg_error *error) {
  static const char *const fields[] = {"pack", "units", "left", "bought", "expires", NULL};
  const fg_pack_offer *offer = NULL;
  const fg_zone *zone = &model->base->zone;
  held->bought = held->expires = FG_NO_TIME;
  FG_TRY(fg_json_fields(value, fields, error));
  FG_TRY(read_held_units(model, value, &offer, held, error));
  FG_TRY(read_instant(model, value, "bought", &held->bought, error));
  FG_TRY(read_instant(model, value, "expires", &held->expires, error));
  if (held->bought != FG_NO_TIME && held->bought > model->months[0].begin) {
    return fg_fail(error, FG_INVALID, "bought", "expected a time before the start of the forecast");
  }
  if (held->expires == FG_NO_TIME && held->bought != FG_NO_TIME && offer != NULL && offer->recurrence == NULL) {
    FG_TRY(fg_validity_end(model->book, &model->book->policy, offer->validity, held->bought, &held->expires));
  }
  if (held->expires == FG_NO_TIME) {
    return fg_fail(error, FG_INVALID, "expires", "missing: it is needed where pack and time of purchase are not given");
  }
  bool begins_a_day = held->expires == FG_NEVER ||
                      held->expires == fg_date_begin(fg_date_at(held->expires, zone), zone);
  return begins_a_day ? FG_OK : fg_fail(error, FG_INVALID, "expires", "expected 00:00 of a date: packs expire then");
}

/* Orders the packs held as they are given to the account, because of equal packs the first one given is drawn on first
   (R7). */
static bool is_bought_before(const fg_plan_held *a, const fg_plan_held *b) {
  return a->bought != b->bought ? a->bought < b->bought : a->expires < b->expires;
}

static void insert_held(fg_plan_model *model, fg_plan_held held) {
  uint32_t place = model->held_count++;
  while (place > 0 && is_bought_before(&held, &model->held[place - 1])) {
    model->held[place] = model->held[place - 1];
    place--;
  }
  model->held[place] = held;
}

static fg_status read_opening(fg_plan_model *model, const fg_json *opening, fg_error *error) {
  static const char *const fields[] = {"packs", NULL};
  FG_TRY(fg_json_fields(opening, fields, error));
  const fg_json *packs = fg_json_get(opening, "packs");
  if (packs == NULL) {
    return FG_OK;
  }
  if (!fg_json_is(packs, FG_JSON_LIST)) {
    return fg_json_not_allowed(error, "packs", packs);
  }
  size_t place = 0;
  for (FG_EACH_ELEMENT(packs, value)) {
    fg_plan_held held;
    FG_TRY(fg_within(error, read_held(model, value, &held, error), "packs[%zu]", place++));
    if (held.left > 0 && held.expires > model->months[0].begin) {
      insert_held(model, held);
    }
  }
  for (uint32_t i = 0; i < model->held_count; i++) {
    FG_TRY(fg_plan_offer_held_pack(model, i));
  }
  return FG_OK;
}

/* Reads the first month: "2025-01". */
static fg_status read_start(const fg_json *root, fg_date *first, fg_error *error) {
  const fg_json *value = NULL;
  char date[] = "0000-00-01";
  fg_string text;
  FG_TRY(fg_json_require(root, "start", &value, error));
  FG_TRY(fg_within(error, fg_json_text(value, &text, error), "start"));
  if (text.length == 7) {
    memcpy(date, text.text, text.length);
  }
  if (text.length != 7 || fg_date_parse(date, sizeof date - 1, first) != FG_OK || *first < 31) {
    return fg_fail(error, FG_INVALID, "start", "expected a month such as \"2025-01\", from 1970-02 to 9999");
  }
  return FG_OK;
}

static fg_status lay_out_months(fg_plan_model *model, fg_date first, fg_error *error) {
  const fg_zone *zone = &model->base->zone;
  for (int i = 0; i < model->month_count; i++) {
    fg_plan_month *month = &model->months[i];
    fg_date begin = 0;
    if (fg_date_add_months(first, i, &begin) != FG_OK) {
      return fg_fail(error, FG_OVERFLOW, "start", "the forecast goes on past the year 9999");
    }
    month->begin = fg_date_begin(begin, zone);
    month->use = fg_date_begin(begin + 14, zone) + 12 * FG_HOUR;
    month->hours = fg_month_hours(fg_month_of(begin), zone);
    month->days = fg_month_days(fg_month_of(begin));
    month->peak = -1;
  }
  return FG_OK;
}

static fg_status read_calls(fg_plan_model *model, const fg_json *root, const char *key, fg_error *error) {
  const fg_json *calls = NULL;
  int64_t total = 0;
  FG_TRY(fg_json_require(root, key, &calls, error));
  size_t count = fg_json_length(calls);
  if (count < 1 || count > FG_PLAN_MONTHS_MAX) {
    return fg_fail(error, FG_INVALID, key, "expected a list of 1 to %d monthly totals", FG_PLAN_MONTHS_MAX);
  }
  model->month_count = (int)count;
  model->months = fg_plan_allocate(model, count * sizeof *model->months);
  if (model->months == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_plan_month *month = model->months;
  for (FG_EACH_ELEMENT(calls, value)) {
    fg_status status = fg_json_units(value, 0, FG_PLAN_UNITS_MAX - total, &month->calls, error);
    FG_TRY(fg_within(error, status, "%s[%d]", key, (int)(month - model->months)));
    total += month++->calls;
  }
  return FG_OK;
}

static fg_status read_peaks(fg_plan_model *model, const fg_json *root, const char *key, fg_error *error) {
  const fg_json *peaks = fg_json_get(root, key);
  if (peaks == NULL || fg_json_is(peaks, FG_JSON_NULL)) {
    return FG_OK;
  }
  if (fg_json_length(peaks) != (size_t)model->month_count) {
    return fg_fail(error, FG_INVALID, key, "expected as many as there are months");
  }
  fg_plan_month *month = model->months;
  for (FG_EACH_ELEMENT(peaks, peak)) {
    if (!fg_json_is(peak, FG_JSON_NULL)) {
      fg_status status = fg_json_units(peak, 0, FG_PLAN_UNITS_MAX, &month->peak, error);
      FG_TRY(fg_within(error, status, "%s[%d]", key, (int)(month - model->months)));
    }
    month++;
  }
  return FG_OK;
}

typedef struct meter_fields {
  char calls[80], peak[96];
} meter_fields;

static fg_status read_fields(fg_plan_model *model, const fg_json *root, meter_fields *names, fg_error *error) {
  const fg_product *product = &model->base->products[model->product];
  const fg_json *by_meter = fg_json_get(root, product->meter.text);
  const char *fields[] = {"product", "start", names->calls, "materials", "opening", "policy", names->peak, NULL};
  snprintf(names->calls, sizeof names->calls, "%s", by_meter == NULL ? "calls" : product->meter.text);
  snprintf(names->peak, sizeof names->peak, "peak_%s", product->capacity == NULL ? "" : product->capacity->meter.text);
  if (product->capacity == NULL) {
    fields[6] = NULL;
  }
  return fg_json_fields(root, fields, error);
}

static fg_status find_forecast_product(fg_plan_model *model, const fg_json *root, fg_error *error) {
  const fg_json *value = NULL;
  fg_string id;
  if (!fg_json_is(root, FG_JSON_OBJECT)) {
    return fg_fail(error, FG_INVALID, "", "expected an object, not %s", fg_json_kind_name(root));
  }
  FG_TRY(fg_json_require(root, "product", &value, error));
  FG_TRY(fg_within(error, fg_json_text(value, &id, error), "product"));
  int product = fg_book_product(model->base, id);
  if (product == FG_NONE) {
    return fg_no_such_product(model->base, FG_PRODUCT_ALONE, id, "product", error);
  }
  model->product = (uint32_t)product;
  return FG_OK;
}

static fg_status read_switches(fg_plan_model *model, const fg_json *root, fg_error *error) {
  const fg_json *policy = fg_json_get(root, "policy");
  const fg_json *opening = fg_json_get(root, "opening");
  size_t held = fg_json_length(fg_json_get(opening, "packs"));
  if (held > FG_LIST_MAX) { /* they become packs on offer in the model's copy of the book */
    return fg_fail(error, FG_INVALID, "opening.packs", "expected a list of at most %d packs", FG_LIST_MAX);
  }
  model->held = fg_plan_allocate(model, held * sizeof *model->held);
  if (model->held == NULL || fg_plan_copy_book(model, (uint32_t)held) != FG_OK) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  FG_TRY(fg_plan_find_editions(model, error));
  return policy == NULL ? FG_OK : fg_within(error, fg_policy_read(policy, &model->book->policy, error), "policy");
}

static fg_status read_forecast(fg_plan_model *model, const fg_json *root, fg_error *error) {
  const fg_json *materials = fg_json_get(root, "materials");
  const fg_json *opening = fg_json_get(root, "opening");
  meter_fields names;
  fg_date first = 0;
  FG_TRY(find_forecast_product(model, root, error));
  FG_TRY(read_fields(model, root, &names, error));
  FG_TRY(read_start(root, &first, error));
  FG_TRY(read_calls(model, root, names.calls, error));
  FG_TRY(lay_out_months(model, first, error));
  FG_TRY(read_peaks(model, root, names.peak, error));
  FG_TRY(read_switches(model, root, error));
  if (materials != NULL && !fg_json_is(materials, FG_JSON_NULL)) {
    fg_status status = fg_json_units(materials, 0, FG_PLAN_UNITS_MAX, &model->materials, error);
    FG_TRY(fg_within(error, status, "materials"));
  }
  return opening == NULL || fg_json_is(opening, FG_JSON_NULL)
             ? FG_OK
             : fg_within(error, read_opening(model, opening, error), "opening");
}

/* Works out the rest of the model from forecast and book. */
static fg_status complete_model(fg_plan_model *model, fg_error *error) {
  model->material_packs = fg_plan_allocate(model, model->held_offer * sizeof *model->material_packs);
  if (model->material_packs == NULL) {
    return FG_NO_MEMORY;
  }
  fg_plan_find_lines(model);
  FG_TRY(fg_plan_find_packs(model, error));
  FG_TRY(fg_plan_find_materials(model, error));
  FG_TRY(fg_plan_find_capacity(model, error));
  FG_TRY(fg_plan_find_entitlements(model, error));
  FG_TRY(fg_plan_find_carries(model, error));
  return fg_plan_find_fees(model, error);
}

fg_status fg_plan_read(fg_plan_model *model, const fg_book *book, fg_string forecast, fg_error *error) {
  fg_json_document document;
  model->base = book;
  FG_TRY(fg_json_parse(forecast, &model->allocator, &document, error));
  fg_status status = read_forecast(model, &document.root, error);
  fg_json_release(&document);
  status = status == FG_OK ? complete_model(model, error) : status;
  return status == FG_NO_MEMORY ? fg_refuse(error, status) : status;
}
