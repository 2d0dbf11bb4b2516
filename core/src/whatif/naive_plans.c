#include "naive_plans.h"

#include "capacity_runs.h"
#include "month_bill.h"

static const fg_plan_carry *next_carry(const fg_plan_model *model, int month, const fg_plan_carry *carry,
                                       bool capacity) {
  uint32_t next = capacity ? carry->after_capacity : carry->after_calls;
  return month + 1 < model->month_count ? &model->months[month + 1].carries[next] : carry;
}

/* The units of the packs bought so far that the month can draw on. */
static int64_t units_left(const fg_plan_model *model, const int64_t *left, int month, int64_t demand) {
  int64_t units = 0;
  for (int bought = 0; bought < month; bought++) {
    units += model->months[bought].last < month ? 0 : left[bought];
  }
  return fg_min_i64(units, demand);
}

static void draw_left(const fg_plan_model *model, int64_t *left, int month, int64_t units) {
  for (int bought = 0; bought < month; bought++) {
    int64_t taken = model->months[bought].last < month ? 0 : fg_min_i64(left[bought], units);
    left[bought] -= taken;
    units -= taken;
  }
}

static void spend_in_month(fg_plan_choice *choice, int month, fg_amount cost) {
  choice->failing = choice->cost < FG_PLAN_NEVER ? month : choice->failing;
  choice->cost = fg_plan_add(choice->cost, cost);
}

/* Buys one size of pack whenever units run short, just enough to cover the month; without a pack all is postpaid. A
   month whose peak needs capacity cannot be served so. With `or_capacity` a month goes by capacity if it must, or if
   that is cheaper. */
static void buy_as_needed(const fg_plan_model *model, const fg_plan_pack *pack, bool or_capacity,
                          fg_plan_choice *choice) {
  const fg_plan_carry *carry = &model->months[0].carries[0];
  int64_t left[FG_PLAN_MONTHS_MAX] = {0}; ///< units left of the packs bought, by month of purchase
  choice->cost = 0;
  for (int month = 0; month < model->month_count && choice->cost < FG_PLAN_NEVER; month++) {
    const fg_plan_month *here = &model->months[month];
    const fg_amount capacity = or_capacity ? here->capacity_cost : FG_PLAN_NEVER;
    const int64_t held = units_left(model, left, month, carry->demand);
    const fg_amount price = pack == NULL ? 0 : fg_plan_pack_price(pack, month);
    int64_t residual = carry->demand - held;
    bool is_bought = pack != NULL && price < FG_PLAN_NEVER && residual > 0 && here->last >= month;
    int64_t count = is_bought ? (residual - 1) / pack->units + 1 : 0;
    residual = is_bought ? 0 : residual;
    fg_amount cost = fg_plan_add(price * count, fg_plan_bill(model, month, carry, residual));
    cost = !here->calls_allowed || price == FG_PLAN_NEVER ? FG_PLAN_NEVER : cost;
    choice->by_capacity[month] = capacity < cost;
    spend_in_month(choice, month, capacity < cost ? capacity : cost);
    if (!choice->by_capacity[month]) {
      draw_left(model, left, month, held);
      left[month] = is_bought ? count * pack->units - (carry->demand - held) : 0;
    }
    if (is_bought && !choice->by_capacity[month]) {
      choice->packs[(uint32_t)month * model->pack_count + pack->place] = count;
    }
    carry = next_carry(model, month, carry, choice->by_capacity[month]);
  }
}

void fg_plan_naive_postpaid(const fg_plan_model *model, fg_plan_choice *choice) {
  buy_as_needed(model, NULL, false, choice);
}

static void naive_pack(const fg_plan_model *model, uint32_t pack, fg_plan_choice *choice) {
  fg_plan_pack alone = model->packs[pack];
  alone.place = pack;
  buy_as_needed(model, &alone, false, choice);
}

void fg_plan_naive_start(const fg_plan_model *model, const fg_plan_pack *pack, fg_plan_choice *choice) {
  buy_as_needed(model, pack, true, choice);
}

void fg_plan_naive_offer(const fg_plan_model *model, uint32_t offer, fg_plan_choice *choice) {
  const size_t size = (size_t)model->month_count * model->pack_count * sizeof *choice->packs;
  fg_amount least = FG_PLAN_NEVER;
  uint32_t best = model->pack_count;
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    if (model->packs[pack].offer == offer) {
      naive_pack(model, pack, choice);
      best = choice->cost < least || best == model->pack_count ? pack : best;
      least = choice->cost < least ? choice->cost : least;
    }
  }
  if (size > 0) {
    memset(choice->packs, 0, size);
  }
  FG_ASSERT(best < model->pack_count);
  naive_pack(model, best, choice);
}

void fg_plan_naive_capacity(const fg_plan_model *model, fg_plan_choice *choice) {
  choice->cost = choice->proven = 0;
  for (int month = 0; month < model->month_count; month++) {
    choice->by_capacity[month] = model->months[month].calls > 0;
    if (choice->by_capacity[month]) {
      spend_in_month(choice, month, model->months[month].capacity_cost);
    } else {
      spend_in_month(choice, month, fg_plan_bill_by_capacity(model, month));
    }
  }
  fg_plan_settle_runs(model, choice);
}
