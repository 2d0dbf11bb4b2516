#include "cheapest.h"

#include "cheapest_labels.h"
#include "naive_plans.h"
#include "packs_on_sale.h"

static void keep_cheaper(fg_plan_choice *kept, const fg_plan_choice *other) {
  *kept = other->cost < kept->cost ? *other : *kept;
}

typedef void naive_plan(const fg_plan_model *model, fg_plan_choice *choice);

static fg_status try_naive(fg_plan_model *model, naive_plan *naive, fg_plan_choice *choice) {
  fg_plan_choice other;
  FG_TRY(fg_plan_choice_begin(model, &other));
  naive(model, &other);
  keep_cheaper(choice, &other);
  return FG_OK;
}

/* ------------------------------------------------------------------------------------------------- late purchases */

/* Months from one at whose beginning no pack is left to one at whose end none is, with what is bought in them. */
typedef struct stretch {
  int first, end;
  int64_t packs[FG_PLAN_PACKS_MAX];
} stretch;

static const fg_plan_carry *carry_after(const fg_plan_model *model, const fg_plan_choice *choice, int month,
                                        const fg_plan_carry *carry) {
  uint32_t next = choice->by_capacity[month] ? carry->after_capacity : carry->after_calls;
  return month + 1 < model->month_count ? &model->months[month + 1].carries[next] : carry;
}

/* Takes what is bought in a stretch out of the choice, and answers the carry after it. */
static const fg_plan_carry *take_stretch(const fg_plan_model *model, fg_plan_choice *choice, const fg_plan_carry *carry,
                                         stretch *of) {
  int64_t left = 0;
  memset(of->packs, 0, sizeof of->packs);
  for (of->end = of->first; of->end == of->first || (left > 0 && of->end < model->month_count); of->end++) {
    for (uint32_t pack = 0; pack < model->pack_count; pack++) {
      int64_t *bought = &choice->packs[(uint32_t)of->end * model->pack_count + pack];
      of->packs[pack] += *bought;
      left += *bought * model->packs[pack].units;
      *bought = 0;
    }
    left = choice->by_capacity[of->end] ? left : fg_max_i64(0, left - carry->demand);
    carry = carry_after(model, choice, of->end, carry);
  }
  return carry;
}

/* The smallest pack of a stretch that is still to be bought; FG_NONE. */
static int smallest_pack(const fg_plan_model *model, const stretch *of) {
  int smallest = FG_NONE;
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    if (of->packs[pack] > 0 && (smallest == FG_NONE || model->packs[pack].units < model->packs[smallest].units)) {
      smallest = (int)pack;
    }
  }
  return smallest;
}

static void give_stretch(const fg_plan_model *model, fg_plan_choice *choice, const fg_plan_carry *carry, stretch *of) {
  int64_t left = 0;
  for (int month = of->first; month < of->end; month++) {
    int64_t demand = choice->by_capacity[month] ? 0 : carry->demand;
    for (int pack = smallest_pack(model, of); left < demand && pack != FG_NONE; pack = smallest_pack(model, of)) {
      int64_t units = model->packs[pack].units;
      int64_t count = fg_min_i64(of->packs[pack], (demand - left - 1) / units + 1);
      left += count * units;
      of->packs[pack] -= count;
      choice->packs[(uint32_t)month * model->pack_count + (uint32_t)pack] += count;
    }
    left = fg_max_i64(0, left - demand);
    carry = carry_after(model, choice, month, carry);
  }
  FG_ASSERT(smallest_pack(model, of) == FG_NONE);
}

/* Where packs last, only the sum of those of a stretch counts, so they are bought as late as their units are needed,
   the smallest first. Then money is spent late, and the large packs last, in case less is used than was forecast. */
static void buy_late(const fg_plan_model *model, fg_plan_choice *choice) {
  const fg_plan_carry *carry = &model->months[0].carries[0];
  stretch of = {.first = 0};
  while (of.first < model->month_count) {
    const fg_plan_carry *after = take_stretch(model, choice, carry, &of);
    give_stretch(model, choice, carry, &of);
    carry = after;
    of.first = of.end;
  }
}

/* ----------------------------------------------------------------------------------------------------- the search */

/* What nobody has to search for is where the search begins. */
static fg_status search_allowed(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  FG_TRY(fg_plan_choice_begin(model, choice));
  FG_TRY(try_naive(model, fg_plan_naive_postpaid, choice));
  FG_TRY(try_naive(model, fg_plan_naive_capacity, choice));
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    fg_plan_choice other;
    FG_TRY(fg_plan_choice_begin(model, &other));
    if (allowed[pack]) {
      fg_plan_naive_pack(model, pack, &other);
      keep_cheaper(choice, &other);
    }
  }
  if (choice->cost < FG_PLAN_NEVER && !model->watch->has_plan) {
    model->watch->has_plan = true;
    model->watch->best = choice->cost;
  }
  fg_status status = fg_plan_search_labels(model, allowed, choice);
  if (status != FG_OK && status != FG_PLAN_OVER) {
    return status;
  }
  if (choice->cost < FG_PLAN_NEVER && fg_plan_packs_last(model) && !model->by_editions) {
    buy_late(model, choice);
  }
  return status;
}

/* Whether anything of an offer is bought. */
static bool buys_offer(const fg_plan_model *model, const fg_plan_choice *choice, uint32_t offer) {
  for (uint32_t place = 0; place < (uint32_t)model->month_count * model->pack_count; place++) {
    if (choice->packs[place] > 0 && model->packs[place % model->pack_count].offer == offer) {
      return true;
    }
  }
  return false;
}

static void allow_offer(const fg_plan_model *model, uint32_t offer, bool *allowed, bool is_allowed) {
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    allowed[pack] = model->packs[pack].offer == offer ? is_allowed : allowed[pack];
  }
}

/* Searches for a plan that buys capacity only where the peak leaves no choice. */
static fg_status search_without_capacity(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  fg_amount prices[FG_PLAN_MONTHS_MAX];
  for (int month = 0; month < model->month_count; month++) {
    fg_plan_month *here = &model->months[month];
    prices[month] = here->capacity_cost;
    here->capacity_cost = here->calls_allowed ? FG_PLAN_NEVER : here->capacity_cost;
  }
  fg_status status = search_allowed(model, allowed, choice);
  for (int month = 0; month < model->month_count; month++) {
    model->months[month].capacity_cost = prices[month];
  }
  return status;
}

static bool chooses_capacity(const fg_plan_model *model, const fg_plan_choice *choice) {
  for (int month = 0; month < model->month_count; month++) {
    if (choice->by_capacity[month] && model->months[month].calls_allowed) {
      return true;
    }
  }
  return false;
}

fg_status fg_plan_search(fg_plan_model *model, fg_plan_choice *best) {
  bool all[FG_PLAN_PACKS_MAX];
  memset(all, true, sizeof all);
  return search_allowed(model, all, best);
}

fg_status fg_plan_search_runner_up(fg_plan_model *model, const fg_plan_choice *best, fg_plan_choice *second) {
  bool allowed[FG_PLAN_PACKS_MAX];
  memset(allowed, true, sizeof allowed);
  second->cost = FG_PLAN_NEVER;
  for (uint32_t offer = 0; offer < model->held_offer; offer++) {
    if (buys_offer(model, best, offer)) {
      fg_plan_choice without;
      allow_offer(model, offer, allowed, false);
      FG_TRY(search_allowed(model, allowed, &without));
      keep_cheaper(second, &without);
      allow_offer(model, offer, allowed, true);
    }
  }
  if (chooses_capacity(model, best)) {
    fg_plan_choice without;
    FG_TRY(search_without_capacity(model, allowed, &without));
    keep_cheaper(second, &without);
  }
  return FG_OK;
}
