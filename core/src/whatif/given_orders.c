#include "given_orders.h"

#include <stdio.h>

#include "../book/capacity_terms.h"
#include "../book/names.h"
#include "naive_plans.h"

static fg_status read_month(const fg_plan_model *model, const fg_json *order, const char *key, int *month,
                            fg_error *error) {
  const fg_json *value = NULL;
  fg_string text;
  FG_TRY(fg_json_require(order, key, &value, error));
  FG_TRY(fg_within(error, fg_json_text(value, &text, error), "%s", key));
  for (*month = 0; *month < model->month_count; (*month)++) {
    char name[8];
    fg_plan_month_name(model, *month, name);
    if (fg_string_is(text, name)) {
      return FG_OK;
    }
  }
  return fg_fail(error, FG_INVALID, key, "expected a month of the forecast, such as \"2025-01\"");
}

static fg_status read_count(const fg_json *order, const char *key, int64_t absent, int64_t *count, fg_error *error) {
  const fg_json *value = fg_json_get(order, key);
  *count = absent;
  return value == NULL ? FG_OK : fg_within(error, fg_json_units(value, 1, FG_PLAN_UNITS_MAX, count, error), "%s", key);
}

static fg_status read_capacity_order(const fg_plan_model *model, const fg_json *value, fg_plan_order *order,
                                     fg_error *error) {
  static const char *const fields[] = {"month", "capacity", "months", "days", "start", NULL};
  FG_TRY(fg_json_fields(value, fields, error));
  FG_TRY(read_count(value, "capacity", 0, &order->quantity, error));
  FG_TRY(read_count(value, "months", 0, &order->months, error));
  FG_TRY(read_count(value, "days", 0, &order->days, error));
  order->offer = FG_NONE;
  if (fg_json_get(value, "start") != NULL) {
    FG_TRY(read_month(model, value, "start", &order->start, error));
  }
  if (order->start < order->month) {
    return fg_fail(error, FG_INVALID, "start", "expected the month of the order, or a later one");
  }
  if ((order->months > 0) == (order->days > 0)) {
    return fg_fail(error, FG_INVALID, "months", "expected either months or days of capacity");
  }
  return fg_plan_offered(model, 0)->capacity == NULL ? fg_refuse(error, FG_UNKNOWN_METER) : FG_OK;
}

/* Reads the pool that an order's pack is of, which a plan tells and an order need not name. */
static fg_status read_pool(const fg_plan_model *model, const fg_json *order, fg_error *error) {
  const fg_json *value = fg_json_get(order, "pool");
  fg_string pool;
  if (value == NULL) {
    return FG_OK;
  }
  FG_TRY(fg_within(error, fg_json_text(value, &pool, error), "pool"));
  if (model->pool.text == NULL) {
    return fg_fail(error, FG_INVALID, "pool", "expected none: the product's packs are its own");
  }
  return fg_string_equal(pool, model->pool)
             ? FG_OK
             : fg_fail(error, FG_INVALID, "pool", "expected %.64s, of which the product's packs are", model->pool.text);
}

static fg_status read_order(const fg_plan_model *model, const fg_json *value, fg_plan_order *order, fg_error *error) {
  static const char *const fields[] = {"month", "pool", "pack", "quantity", NULL};
  static const char *const of_any[] = {"month",  "pool", "pack",  "quantity", "capacity",
                                       "months", "days", "start", NULL};
  const fg_json *pack = NULL;
  fg_string id;
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", value);
  }
  /* Asked first, because an order whose "capacity" is misspelt would be taken for one of packs. */
  FG_TRY(fg_json_fields(value, of_any, error));
  FG_TRY(read_month(model, value, "month", &order->month, error));
  order->start = order->month;
  if (fg_json_get(value, "capacity") != NULL) {
    return read_capacity_order(model, value, order, error);
  }
  FG_TRY(fg_json_fields(value, fields, error));
  FG_TRY(read_pool(model, value, error));
  FG_TRY(fg_json_require(value, "pack", &pack, error));
  FG_TRY(fg_within(error, fg_json_text(pack, &id, error), "pack"));
  const fg_product *offered = fg_plan_offered(model, order->month);
  order->offer = fg_product_pack(offered, id);
  return order->offer == FG_NONE ? fg_no_such_pack(offered, id, false, "pack", error)
                                 : read_count(value, "quantity", 1, &order->quantity, error);
}

/* Marks the months that go by capacity, because an order is active when their calls come (R19). */
static fg_status set_modes(const fg_plan_model *model, const fg_plan_order *order, fg_plan_result *result,
                           fg_error *error) {
  fg_time from = 0;
  fg_time until = 0;
  fg_status status = fg_capacity_period(model->book, &model->book->policy, model->months[order->start].begin,
                                        FG_NO_DATE, order->days, order->months, &from, &until);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  for (int month = order->start; month < model->month_count; month++) {
    bool is_covered = model->months[month].use < until;
    result->months[month].by_capacity = result->months[month].by_capacity || is_covered;
  }
  return FG_OK;
}

static fg_status add_given(fg_plan_model *model, const fg_json *value, fg_plan_result *result, fg_error *error) {
  fg_plan_order order = {.quantity = 1};
  FG_TRY(read_order(model, value, &order, error));
  if (order.offer == FG_NONE) {
    FG_TRY(set_modes(model, &order, result, error));
  } else if (fg_plan_offered(model, order.month)->packs[order.offer].of_materials) {
    /* If the plan orders materials itself, the model's packs of them are not bought. */
    memset(model->material_packs, 0, model->held_offer * sizeof *model->material_packs);
  }
  return fg_plan_add_order(model, result, order);
}

static fg_status read_given_orders(fg_plan_model *model, const fg_json *orders, fg_plan_result *result,
                                   fg_error *error) {
  if (!fg_json_is(orders, FG_JSON_LIST)) {
    return fg_json_not_allowed(error, "orders", orders);
  }
  size_t i = 0;
  for (FG_EACH_ELEMENT(orders, order)) {
    fg_status status = add_given(model, order, result, error);
    if (status == FG_INVALID || status == FG_UNKNOWN_PACK) {
      fg_error_prefix(error, "orders[%zu]", i);
    }
    FG_TRY(status);
    i++;
  }
  return FG_OK;
}

static fg_status find_pack(const fg_plan_model *model, const fg_json *value, uint32_t *pack, fg_error *error) {
  const fg_product *product = fg_plan_offered(model, 0);
  fg_string id;
  FG_TRY(fg_within(error, fg_json_text(value, &id, error), "pack"));
  for (*pack = 0; *pack < model->pack_count; (*pack)++) {
    if (fg_string_equal(product->packs[model->packs[*pack].offer].id, id)) {
      return FG_OK;
    }
  }
  const int known = fg_product_pack(product, id);
  if (known != FG_NONE && !product->packs[known].of_materials) {
    return fg_fail(error, FG_NOT_SOLD, "pack", "pack %.*s is not sold by itself", (int)id.length, id.text);
  }
  return fg_no_such_pack(product, id, true, "pack", error);
}

static fg_status cannot_serve(const fg_plan_model *model, const fg_plan_choice *choice, fg_error *error) {
  const fg_plan_month *month = &model->months[choice->failing];
  char name[8], peak[48] = "";
  fg_plan_month_name(model, choice->failing, name);
  if (!month->calls_allowed && month->peak > 0) {
    snprintf(peak, sizeof peak, ", when %lld are needed at once", (long long)month->peak);
  }
  return fg_fail(error, FG_INVALID, "", "this plan cannot serve the forecast; the first month that fails is %s%s", name,
                 peak);
}

static fg_status choose_named(const fg_plan_model *model, const fg_json *plan, fg_plan_choice *choice,
                              fg_error *error) {
  const fg_json *pack = fg_json_get(plan, "pack");
  fg_string word = fg_json_string(plan);
  uint32_t place = 0;
  if (pack != NULL) {
    FG_TRY(find_pack(model, pack, &place, error));
    fg_plan_naive_offer(model, model->packs[place].offer, choice);
  } else if (fg_string_is(word, "postpaid")) {
    fg_plan_naive_postpaid(model, choice);
  } else if (fg_string_is(word, "capacity")) {
    fg_plan_naive_capacity(model, choice);
  } else {
    return fg_fail(error, FG_INVALID, "",
                   "expected \"cheapest\", \"postpaid\", \"capacity\", {\"pack\": …} or {\"orders\": […]}");
  }
  return choice->cost < FG_PLAN_NEVER ? FG_OK : cannot_serve(model, choice, error);
}

fg_status fg_plan_follow(fg_plan_model *model, fg_string plan, fg_plan_choice *choice, fg_plan_result *result,
                         fg_error *error) {
  static const char *const fields[] = {"pack", "orders", NULL};
  fg_json_document document;
  FG_TRY(fg_json_parse(plan, &model->allocator, &document, error));
  const fg_json *root = &document.root;
  const fg_json *orders = fg_json_get(root, "orders");
  fg_status status = fg_json_is(root, FG_JSON_OBJECT) ? fg_json_fields(root, fields, error) : FG_OK;
  if (status == FG_OK && orders != NULL) {
    status = read_given_orders(model, orders, result, error);
  } else if (status == FG_OK) {
    status = choose_named(model, root, choice, error);
  }
  fg_json_release(&document);
  return status;
}
