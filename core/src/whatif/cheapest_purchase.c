#include "cheapest_purchase.h"

#include "month_bill.h"
#include "packs_on_sale.h"

/* If a month takes very many of a pack, it is bought in steps of MANY, and in single steps for the rest. A first pass
   keeps about FEW_STEPS steps. */
enum { MANY = 1000, FEW_STEPS = 128 };

/* One purchase for all labels that run short in the same month, have the same carry, and can be dated back equally
   far. */
typedef struct purchase {
  fg_label_search *search;
  const fg_plan_carry *carry;
  fg_label_lot *lots; ///< the packs that may be bought, the largest lots first
  int64_t *rest;      ///< how many units a lot and those after it can add, at most
  uint32_t lot_count;
  int earliest;
  uint32_t current; ///< which of the search's two lists has the current steps
  fg_label exact;   ///< the best label that leaves no units; `billed`: the best that leaves a residual
  fg_label billed;
  fg_label_step exact_step; ///< the last step of `exact`
  int *dates;               ///< for each pack of the model, its cheapest month; -1: the month of the purchase
} purchase;

static fg_status add_plan_step(fg_label_search *search, fg_label_step step, uint32_t *place) {
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->steps, 1));
  *place = search->steps.count;
  search->steps.items[search->steps.count++] = step;
  return FG_OK;
}

/* The first month to which a purchase for the current month can be dated back. */
static int first_date(const purchase *buy) {
  int date = buy->earliest;
  while (date < buy->search->month && buy->search->model->months[date].last < buy->search->month) {
    date++;
  }
  return date;
}

/* The first month to which the purchase after this one can be dated back. Packs that do not expire can be bought in any
   order, as long as no month between would have drawn on them. */
static int next_date(const purchase *buy, int date) {
  return buy->search->model->by_editions ? buy->earliest : buy->search->is_dated ? date : 0;
}

/* Adds the labels of a purchase that leaves units. It may be dated back, which makes a difference only if it then
   expires earlier, within the forecast. */
static fg_status leave_units(purchase *buy, fg_label_step step) {
  fg_label_search *search = buy->search;
  const fg_plan_month *months = search->model->months;
  fg_label label = {.left = step.units - buy->carry->demand, .step = FG_NO_PURCHASE, .carry = buy->carry->after_calls};
  label.cost = fg_plan_add(step.cost, fg_plan_bill(search->model, search->month, buy->carry, 0));
  for (int date = search->is_dated ? first_date(buy) : search->month; date <= search->month; date++) {
    bool expires = months[date].last < search->model->month_count - 1;
    if (date == search->month || expires) {
      uint32_t before = search->labels.count;
      label.bought = label.dated = date;
      label.earliest = next_date(buy, date);
      FG_TRY(fg_label_add(search, &label));
      if (search->labels.count > before && label.step == FG_NO_PURCHASE) {
        FG_TRY(add_plan_step(search, step, &label.step));
      }
      if (search->labels.count > before) {
        search->labels.items[before].step = label.step;
      }
    }
  }
  return FG_OK;
}

/* Ends a purchase that covers the month. */
static fg_status end_purchase(purchase *buy, fg_label_step step) {
  const fg_label_search *search = buy->search;
  if (step.units > buy->carry->demand) {
    return leave_units(buy, step);
  }
  fg_amount cost = fg_plan_add(step.cost, fg_plan_bill(search->model, search->month, buy->carry, 0));
  if (cost < buy->exact.cost) {
    buy->exact.cost = cost;
    buy->exact.dated = search->is_dated ? first_date(buy) : search->month;
    buy->exact.earliest = next_date(buy, buy->exact.dated);
    buy->exact_step = step;
  }
  return FG_OK;
}

static fg_label_step step_after(const purchase *buy, uint32_t from, const fg_label_lot *lot) {
  const fg_label_step *before = &buy->search->steps.items[from];
  bool goes_on = before->pack == (int)lot->pack.place && before->count == lot->count;
  return (fg_label_step){.cost = fg_plan_add(before->cost, lot->pack.price),
                         .units = before->units + lot->pack.units,
                         .from = from,
                         .pack = (int)lot->pack.place,
                         .dated = buy->dates[lot->pack.place],
                         .count = lot->count,
                         .run = goes_on ? before->run + 1 : 1};
}

/* Appends a step to the list `to`, in which no step has more units. Of two steps with the same units the cheaper one
   stays. */
static fg_status keep_step(purchase *buy, uint32_t place, uint32_t to) {
  fg_label_search *search = buy->search;
  const fg_label_step *step = &search->steps.items[place];
  uint32_t *items = search->list[to].items;
  uint32_t count = search->list[to].count;
  if (count > 0 && search->steps.items[items[count - 1]].units == step->units) {
    items[count - 1] = step->cost < search->steps.items[items[count - 1]].cost ? place : items[count - 1];
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->list[to], 1));
  search->list[to].items[search->list[to].count++] = place;
  return FG_OK;
}

static bool can_be_better(const fg_label_search *search, const fg_label_step *step) {
  fg_amount rest = fg_plan_bound_within(&search->bound, search->month, step->units);
  return fg_plan_add(step->cost, rest) < search->best;
}

/* Keeps a step that does not cover the month yet, unless no plan through it can be better than the best. */
static fg_status keep_next(purchase *buy, fg_label_step step, uint32_t to) {
  uint32_t place = 0;
  FG_TRY(fg_label_goes_on(buy->search));
  if (!can_be_better(buy->search, &step)) {
    return FG_OK;
  }
  FG_TRY(add_plan_step(buy->search, step, &place));
  return keep_step(buy, place, to);
}

/* Adds any number of a lot to all current steps. Larger lots are added first, so every pack of a purchase is needed
   now: without the last and smallest one it would fall short. A pack that is not needed yet is bought later. */
static fg_status add_lot(purchase *buy, const fg_label_lot *lot) {
  fg_label_search *search = buy->search;
  uint32_t to = 1 - buy->current;
  uint32_t old = 0;
  uint32_t next = 0; /* index in the new list of the step that the lot is added to */
  search->list[to].count = 0;
  while (old < search->list[buy->current].count || next < search->list[to].count) {
    bool is_next = next < search->list[to].count;
    fg_label_step step = {.units = INT64_MAX};
    if (is_next) {
      step = step_after(buy, search->list[to].items[next], lot);
    }
    if (old < search->list[buy->current].count) {
      uint32_t place = search->list[buy->current].items[old];
      if (search->steps.items[place].units <= step.units) {
        FG_TRY(keep_step(buy, place, to));
        old++;
        continue;
      }
    }
    if (step.run <= lot->pack.most) {
      FG_TRY(step.units >= buy->carry->demand ? end_purchase(buy, step) : keep_next(buy, step, to));
    }
    next++;
  }
  buy->current = to;
  return FG_OK;
}

/* Drops the steps that would leave too much to be billed, even with the lots to come, which add `rest` units at
   most. */
static void drop_short(purchase *buy, int64_t rest) {
  fg_label_search *search = buy->search;
  const int64_t demand = buy->carry->demand;
  uint32_t *items = search->list[buy->current].items;
  uint32_t count = search->list[buy->current].count;
  uint32_t kept = 0;
  fg_amount later = fg_plan_bound_of(&search->bound, search->month + 1, 0, 0);
  for (uint32_t i = 0; i < count; i++) {
    const fg_label_step *step = &search->steps.items[items[i]];
    int64_t missing = demand - step->units;
    fg_amount bill = missing <= rest
                         ? 0
                         : fg_plan_least_bill(search->model, search->month, buy->carry, missing - rest, missing);
    bool can_be = missing <= rest || fg_plan_add(fg_plan_add(step->cost, bill), later) < search->best;
    items[kept] = items[i];
    kept += can_be;
  }
  search->list[buy->current].count = kept;
}

/* The least cost of a plan through a step. */
static fg_amount bound_of_step(const fg_label_search *search, uint32_t place) {
  const fg_label_step *step = &search->steps.items[place];
  return fg_plan_add(step->cost, fg_plan_bound_within(&search->bound, search->month, step->units));
}

/* The mean of the steps' bounds, rounded up, so that at least one bound is not above it. The quotients are added up one
   by one because the sum of the bounds might be more than an amount can hold. */
static fg_amount mean_bound(const fg_label_search *search, const uint32_t *items, uint32_t count) {
  fg_amount whole = 0;
  fg_amount rest = 0;
  for (uint32_t i = 0; i < count; i++) {
    fg_amount bound = bound_of_step(search, items[i]);
    whole += bound / count;
    rest += bound % count;
  }
  return whole + rest / count + (rest % count > 0);
}

/* Thins out the steps in a first pass: those with a bound above the mean are dropped until few are left. */
static void thin_out(purchase *buy) {
  fg_label_search *search = buy->search;
  uint32_t *items = search->list[buy->current].items;
  uint32_t count = search->list[buy->current].count;
  uint32_t before = count + 1;
  while (search->beam != FG_NO_BEAM && count > FEW_STEPS && count < before) {
    fg_amount mean = mean_bound(search, items, count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
      items[kept] = items[i];
      kept += bound_of_step(search, items[i]) <= mean;
    }
    FG_ASSERT(kept > 0);
    before = count;
    count = kept;
  }
  search->list[buy->current].count = count;
}

/* Finds the best step if the rest of the month is billed. */
static void bill_rest(purchase *buy) {
  const fg_label_search *search = buy->search;
  for (uint32_t i = 0; i < search->list[buy->current].count; i++) {
    uint32_t place = search->list[buy->current].items[i];
    const fg_label_step *step = &search->steps.items[place];
    fg_amount bill = fg_plan_bill(search->model, search->month, buy->carry, buy->carry->demand - step->units);
    fg_amount cost = fg_plan_add(step->cost, bill);
    if (cost < buy->billed.cost) {
      buy->billed.cost = cost;
      buy->billed.step = place;
    }
  }
}

static void insert_lot(purchase *buy, fg_label_lot lot) {
  uint32_t place = buy->lot_count++;
  for (; place > 0 && buy->lots[place - 1].pack.units < lot.pack.units; place--) {
    buy->lots[place] = buy->lots[place - 1];
  }
  buy->lots[place] = lot;
}

/* Adds the lots of a pack: single packs and, if a month may take very many, lots of MANY, of MANY lots, and so on. */
static void insert_lots(purchase *buy, fg_plan_pack pack, uint32_t room) {
  fg_label_lot lot = {pack, 1};
  while (room > 1 && lot.pack.most >= MANY && lot.pack.units <= buy->search->most_demand / MANY) {
    fg_label_lot many = lot;
    many.count *= MANY;
    many.pack.units *= MANY;
    many.pack.price *= MANY;
    many.pack.most /= MANY;
    lot.pack.most = MANY - 1;
    insert_lot(buy, lot);
    lot = many;
    room--;
  }
  insert_lot(buy, lot);
}

/* Collects the lots that can be bought. Over several editions a pack has the lowest price of the months to which the
   purchase can be dated back. */
static void find_lots(purchase *buy) {
  fg_label_search *search = buy->search;
  const fg_plan_pack *packs = search->packs;
  uint32_t count = search->model->months[search->month].last >= search->month ? search->pack_count : 0;
  for (uint32_t i = 0; i < search->model->pack_count; i++) {
    buy->dates[i] = -1;
  }
  if (search->model->by_editions) {
    packs = search->of_month;
    count = fg_plan_packs_of_month(search->model, search->packs, search->pack_count, buy->earliest, search->month,
                                   search->of_month, buy->dates);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (packs[i].most > 0) {
      insert_lots(buy, packs[i], FG_LABEL_LOTS_MAX - buy->lot_count - (count - i - 1));
    }
  }
  buy->rest[buy->lot_count] = 0;
  for (uint32_t i = buy->lot_count; i-- > 0;) {
    const fg_plan_pack *pack = &buy->lots[i].pack;
    int64_t steps = fg_min_i64(pack->most, buy->carry->demand / pack->units + 1);
    buy->rest[i] = fg_min_i64(FG_PLAN_UNITS_MAX, buy->rest[i + 1] + fg_min_i64(FG_PLAN_UNITS_MAX, steps * pack->units));
  }
}

static fg_status end_purchases(purchase *buy) {
  fg_label_search *search = buy->search;
  if (buy->exact.cost < FG_PLAN_NEVER && fg_label_bound(search, &buy->exact) < search->best) {
    FG_TRY(add_plan_step(search, buy->exact_step, &buy->exact.step));
    FG_TRY(fg_label_add(search, &buy->exact));
  }
  bill_rest(buy);
  return buy->billed.cost < FG_PLAN_NEVER ? fg_label_add(search, &buy->billed) : FG_OK;
}
fg_status fg_label_buy_for(fg_label_search *search, uint32_t first, uint32_t end) {
  const fg_label like = search->labels.items[search->shorts.items[first]];
  purchase buy = {.search = search, .earliest = like.earliest};
  buy.lots = search->lots;
  buy.rest = search->rest;
  buy.dates = search->dates;
  buy.carry = &search->model->months[search->month].carries[like.carry];
  buy.exact = (fg_label){.cost = FG_PLAN_NEVER, .carry = buy.carry->after_calls, .step = FG_NO_PURCHASE};
  buy.billed = buy.exact;
  buy.billed.dated = search->month;
  buy.billed.earliest = search->is_dated || search->model->by_editions ? search->month + 1 : 0;
  find_lots(&buy);
  search->list[0].count = 0;
  for (uint32_t i = first; i < end; i++) {
    uint32_t place = search->shorts.items[i];
    const fg_label *label = &search->labels.items[place];
    const fg_label_step step = {
        .cost = label->cost, .units = fg_label_units(search, label), .from = place, .pack = -1, .dated = -1};
    FG_TRY(keep_next(&buy, step, 0));
  }
  for (uint32_t i = 0; i < buy.lot_count; i++) {
    drop_short(&buy, buy.rest[i]);
    thin_out(&buy);
    FG_TRY(add_lot(&buy, &buy.lots[i]));
  }
  return end_purchases(&buy);
}
