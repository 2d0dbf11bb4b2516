#include "cheapest.h"

#include "cheapest_limit.h"
#include "naive_plans.h"
#include "packs_on_sale.h"

/* Stands for no pack at all. */
#define NO_PACK UINT32_MAX

/* Replaces a choice by a naive plan with `pack`, or with none if it is NULL, if that is cheaper. The search begins with
   the cheapest of the naive plans. `other` is room for the plan, and for the one that it replaces. */
static void try_start(const fg_plan_model *model, const fg_plan_pack *pack, fg_plan_choice *choice,
                      fg_plan_choice *other) {
  size_t counts = (size_t)model->month_count * model->pack_count;
  if (counts > 0) {
    memset(other->packs, 0, counts * sizeof *other->packs);
  }
  fg_plan_naive_start(model, pack, other);
  if (other->cost < choice->cost) {
    fg_plan_choice replaced = *choice;
    *choice = *other;
    *other = replaced;
  }
}

static fg_status begin_search(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  fg_plan_choice other;
  FG_TRY(fg_plan_choice_begin(model, choice));
  FG_TRY(fg_plan_choice_begin(model, &other));
  try_start(model, NULL, choice, &other);
  for (uint32_t i = 0; i < model->pack_count; i++) {
    fg_plan_pack pack = model->packs[i];
    pack.place = i;
    if (allowed[i]) {
      try_start(model, &pack, choice, &other);
    }
  }
  return FG_OK;
}

/* Months without a break in which packs are left, from one that begins with none to one that ends with none, and the
   packs bought in them. */
typedef struct stretch {
  int first, end;
  int64_t packs[FG_PLAN_PACKS_MAX];
} stretch;

static const fg_plan_carry *carry_after(const fg_plan_model *model, const fg_plan_choice *choice, int month,
                                        const fg_plan_carry *carry) {
  uint32_t next = choice->by_capacity[month] ? carry->after_capacity : carry->after_calls;
  return month + 1 < model->month_count ? &model->months[month + 1].carries[next] : carry;
}

/* Removes the packs of a stretch from the choice, and returns the carry after the stretch. */
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

/* The smallest pack of a stretch that is still to be bought; FG_NONE if there is none. */
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

/* Moves the purchases of each stretch to as late as their units are needed, the smallest packs first. Where packs do
   not expire only their sum counts. Then money is spent late, and the large packs come last, in case less is used than
   was forecast. */
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

/* Searches for a choice that is cheaper than the given one, and than `below`. */
static fg_status search_from(fg_plan_model *model, const bool *allowed, fg_amount below, fg_plan_choice *choice) {
  if (choice->cost < FG_PLAN_NEVER && !model->watch->has_plan) {
    model->watch->has_plan = true;
    model->watch->best = choice->cost;
  }
  fg_status status = fg_plan_search_labels(model, allowed, below, choice);
  if (status != FG_OK && status != FG_WATCH_OVER) {
    return status;
  }
  if (choice->cost < FG_PLAN_NEVER && fg_plan_packs_last(model) && !model->by_editions) {
    buy_late(model, choice);
  }
  return status;
}

/* Whether a choice buys any packs of an offer. */
static bool buys_offer(const fg_plan_model *model, const fg_plan_choice *choice, uint32_t offer) {
  for (uint32_t place = 0; place < (uint32_t)model->month_count * model->pack_count; place++) {
    if (choice->packs[place] > 0 && model->packs[place % model->pack_count].offer == offer) {
      return true;
    }
  }
  return false;
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
  FG_TRY(begin_search(model, all, best));
  return search_from(model, all, FG_PLAN_NEVER, best);
}

/* A candidate for the runner-up: an offer that it does without, and the best choice so far without that offer. */
typedef struct rival {
  uint32_t offer; ///< index of the pack offer; NO_PACK: capacity in months whose peak does not need it
  fg_plan_choice choice;
} rival;

typedef struct rivals {
  rival items[FG_PLAN_PACKS_MAX + 1];
  uint32_t count;
  fg_amount prices[FG_PLAN_MONTHS_MAX]; ///< the costs of capacity, by month, before they are taken away
} rivals;

/* Takes an offer away from the model, so that a search does without it. */
static void take_away(fg_plan_model *model, rivals *all, uint32_t offer, bool *allowed) {
  memset(allowed, true, FG_PLAN_PACKS_MAX * sizeof *allowed);
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    allowed[pack] = model->packs[pack].offer != offer;
  }
  for (int month = 0; month < model->month_count; month++) {
    fg_plan_month *here = &model->months[month];
    all->prices[month] = here->capacity_cost;
    here->capacity_cost = offer == NO_PACK && here->calls_allowed ? FG_PLAN_NEVER : here->capacity_cost;
  }
}

static void allow_again(fg_plan_model *model, const rivals *all) {
  for (int month = 0; month < model->month_count; month++) {
    model->months[month].capacity_cost = all->prices[month];
  }
}

static fg_status add_rival(fg_plan_model *model, uint32_t offer, rivals *all) {
  bool allowed[FG_PLAN_PACKS_MAX];
  rival added = {.offer = offer};
  take_away(model, all, offer, allowed);
  fg_status status = begin_search(model, allowed, &added.choice);
  allow_again(model, all);
  uint32_t place = all->count++;
  for (; place > 0 && all->items[place - 1].choice.cost > added.choice.cost; place--) {
    all->items[place] = all->items[place - 1];
  }
  all->items[place] = added;
  return status;
}

/* Searches the candidates, those with the cheapest start first, because a candidate that costs more than the best so
   far is given up early. Of two that cost the same, the one without the earlier offer is told. */
static fg_status search_rivals(fg_plan_model *model, rivals *all, fg_plan_choice *second) {
  bool allowed[FG_PLAN_PACKS_MAX];
  uint32_t best = NO_PACK;
  for (uint32_t i = 0; i < all->count; i++) {
    rival *tried = &all->items[i];
    fg_amount below = tried->offer < best && second->cost < FG_PLAN_NEVER ? second->cost + 1 : second->cost;
    take_away(model, all, tried->offer, allowed);
    fg_status status = search_from(model, allowed, below, &tried->choice);
    allow_again(model, all);
    FG_TRY(status);
    if (tried->choice.cost < below) {
      *second = tried->choice;
      best = tried->offer;
    }
  }
  return FG_OK;
}

fg_status fg_plan_search_runner_up(fg_plan_model *model, const fg_plan_choice *best, fg_plan_choice *second) {
  second->cost = FG_PLAN_NEVER;
  rivals *all = fg_plan_allocate(model, sizeof *all);
  FG_TRY(all == NULL ? FG_NO_MEMORY : FG_OK);
  for (uint32_t offer = 0; offer < model->held_offer; offer++) {
    FG_TRY(buys_offer(model, best, offer) ? add_rival(model, offer, all) : FG_OK);
  }
  FG_TRY(chooses_capacity(model, best) ? add_rival(model, NO_PACK, all) : FG_OK);
  return search_rivals(model, all, second);
}
