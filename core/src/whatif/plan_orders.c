#include "plan_orders.h"

#include "capacity_runs.h"
#include "order_sizes.h"

static bool same_orders(const fg_plan_month *a, const fg_plan_month *b) {
  return a->order_count == 1 && b->order_count == 1 && !a->orders[0].by_day && !b->orders[0].by_day &&
         a->orders[0].quantity == b->orders[0].quantity && a->order_cost == b->order_cost;
}

/* Adds the orders of capacity for a month. Months in a row with the same order by the month at the same price are one
   order. */
static fg_status order_capacity(fg_plan_model *model, const fg_plan_choice *choice, int month, fg_plan_result *result) {
  const fg_plan_month *here = &model->months[month];
  if (month > 0 && choice->by_capacity[month - 1] && same_orders(here, here - 1)) {
    return FG_OK;
  }
  for (uint32_t i = 0; i < here->order_count; i++) {
    fg_plan_order order = {.month = here->orders[i].ordered, .start = month, .offer = FG_NONE};
    order.quantity = here->orders[i].quantity;
    order.days = here->orders[i].by_day ? here->days : 0;
    order.months = here->orders[i].by_day ? 0 : 1;
    int next = month + 1;
    while (next < model->month_count && choice->by_capacity[next] && same_orders(here, &model->months[next])) {
      order.months++;
      next++;
    }
    FG_TRY(fg_plan_add_order(model, result, order));
  }
  return FG_OK;
}

/* Adds the orders of a number of packs. They are one order, unless the packs stand for orders that would cost something
   else together. */
static fg_status order_packs(fg_plan_model *model, const fg_plan_pack *pack, int month, int64_t count,
                             fg_plan_result *result) {
  const fg_pack_offer *offer = &fg_plan_offered(model, month)->packs[pack->offer];
  fg_plan_order order = {.month = month, .start = month, .offer = (int)pack->offer};
  int64_t number = count * pack->number;
  fg_amount together = FG_PLAN_NEVER;
  bool is_one = !pack->is_order || (fg_plan_order_price(model, offer, number, &together) == FG_OK &&
                                    together == fg_plan_pack_price(pack, month) * count);
  order.quantity = is_one ? number : pack->number;
  for (int64_t i = 0; i < (is_one ? 1 : count); i++) {
    FG_TRY(fg_plan_add_order(model, result, order));
  }
  return FG_OK;
}

fg_status fg_plan_orders(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_result *result) {
  FG_TRY(model->rounds_capacity ? fg_plan_order_runs(model, choice, result) : FG_OK);
  for (int month = 0; month < model->month_count; month++) {
    if (choice->by_capacity[month] && !model->rounds_capacity) {
      FG_TRY(order_capacity(model, choice, month, result));
    }
    for (uint32_t i = 0; i < model->pack_count; i++) {
      int64_t count = choice->packs[(uint32_t)month * model->pack_count + i];
      FG_TRY(count > 0 ? order_packs(model, &model->packs[i], month, count, result) : FG_OK);
    }
  }
  return FG_OK;
}

static void sort_orders(fg_plan_result *result) {
  for (uint32_t i = 1; i < result->orders.count; i++) {
    fg_plan_order order = result->orders.items[i];
    uint32_t place = i;
    while (place > 0 && result->orders.items[place - 1].month > order.month) {
      result->orders.items[place] = result->orders.items[place - 1];
      place--;
    }
    result->orders.items[place] = order;
  }
}

fg_status fg_plan_complete_orders(fg_plan_model *model, fg_plan_result *result) {
  for (uint32_t i = 0; i < model->held_offer; i++) {
    if (model->material_packs[i] > 0) {
      fg_plan_order order = {.month = 0, .offer = (int)i, .quantity = model->material_packs[i]};
      FG_TRY(fg_plan_add_order(model, result, order));
    }
  }
  sort_orders(result);
  return FG_OK;
}
