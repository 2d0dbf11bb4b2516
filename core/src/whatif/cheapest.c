#include "cheapest.h"

#include "carry_over.h"
#include "cheapest_labels.h"
#include "cheapest_spells.h"
#include "packs_on_sale.h"

static fg_status search_allowed(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  FG_TRY(fg_plan_choice_begin(model, choice));
  bool by_spells = fg_plan_packs_last(model) && fg_plan_is_single(model) && !model->by_editions && !model->is_uneven;
  return by_spells ? fg_plan_search_spells(model, allowed, choice) : fg_plan_search_labels(model, allowed, choice);
}

static bool buys_pack(const fg_plan_model *model, const fg_plan_choice *choice, uint32_t pack) {
  for (int month = 0; month < model->month_count; month++) {
    if (choice->packs[(uint32_t)month * model->pack_count + pack] > 0) {
      return true;
    }
  }
  return false;
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

static void keep_cheaper(fg_plan_choice *kept, const fg_plan_choice *other) {
  *kept = other->cost < kept->cost ? *other : *kept;
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
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    if (buys_pack(model, best, pack)) {
      fg_plan_choice without;
      allowed[pack] = false;
      FG_TRY(search_allowed(model, allowed, &without));
      keep_cheaper(second, &without);
      allowed[pack] = true;
    }
  }
  if (chooses_capacity(model, best)) {
    fg_plan_choice without;
    FG_TRY(search_without_capacity(model, allowed, &without));
    keep_cheaper(second, &without);
  }
  return FG_OK;
}
