#include "cheapest_labels.h"

#include <stdlib.h>

#include "cheapest_bound.h"
#include "month_bill.h"
#include "packs_on_sale.h"

typedef struct plan_label {
  fg_amount cost;
  int64_t left;     ///< units of packs bought
  int64_t basket;   ///< where it begins, for each of the model's packs how many and of which month; NO_BASKET
  uint32_t parent;  ///< of the month before
  uint32_t carry;   ///< of the next month
  int bought;       ///< month in which what is left was bought
  int earliest;     ///< month to which the next purchase may be dated back
  int dated;        ///< month of the purchase in the basket, where that does not say
  bool by_capacity; ///< the month's calls went by capacity
} plan_label;

enum { NO_BASKET = -1, BEAM_WIDTH = 24, NO_BEAM = 0 };

typedef struct label_search {
  fg_plan_model *model;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t pack_count;
  fg_plan_bound bound;
  fg_amount drop[FG_PLAN_MONTHS_MAX + 1]; ///< from a month on, at most
  FG_ARRAY(plan_label) labels;
  FG_ARRAY(int64_t) baskets;
  uint32_t begin, end; ///< of the labels of the month before
  fg_amount best;      ///< of a whole plan
  uint32_t best_label;
  int month;
} label_search;

/* -------------------------------------------------------------------------------------------------- new labels */

/* Keeps a label of this month unless no plan through it can be better than the best known. */
static fg_status add_label(label_search *search, const plan_label *label) {
  const fg_plan_model *model = search->model;
  int next = search->month + 1;
  int64_t there = label->left;
  if (next < model->month_count) {
    there += model->months[next].carries[label->carry].total;
  }
  if (fg_plan_add(label->cost, fg_plan_bound_of(&search->bound, next, there)) >= search->best) {
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&model->allocator, &search->labels, 1));
  search->labels.items[search->labels.count++] = *label;
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------- purchases */

/* A purchase in a month that runs `short_by` units short. */
typedef struct purchase {
  label_search *search;
  const plan_label *label; ///< before the month
  const fg_plan_carry *carry;
  const fg_plan_pack *packs; ///< that may be bought
  uint32_t pack_count;
  int64_t left; ///< of the packs bought before
  int64_t short_by;
  int64_t counts[FG_PLAN_PACKS_MAX];
  plan_label billed, exact; ///< the best that leave a residual, and none, with no pack left
  int64_t billed_counts[FG_PLAN_PACKS_MAX], exact_counts[FG_PLAN_PACKS_MAX];
  fg_plan_pack own[FG_PLAN_PACKS_MAX]; ///< `packs` over several editions
  int dates[FG_PLAN_PACKS_MAX];        ///< by the model's pack: the month of its lowest price; -1: the purchase's
} purchase;

static fg_status keep_basket(const purchase *buy, const int64_t *counts, int64_t *basket) {
  label_search *search = buy->search;
  const uint32_t count = search->model->pack_count;
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->baskets, 2 * count));
  *basket = search->baskets.count;
  int64_t *kept = search->baskets.items + search->baskets.count;
  search->baskets.count += 2 * count;
  for (uint32_t i = 0; i < count; i++) {
    kept[2 * i] = 0;
    kept[2 * i + 1] = buy->dates[i];
  }
  for (uint32_t i = 0; i < buy->pack_count; i++) {
    kept[2 * buy->packs[i].place] = counts[i];
  }
  return FG_OK;
}

/* The first month to which a purchase for this month can be dated back. */
static int first_date(const purchase *buy) {
  int date = buy->label->earliest;
  while (date < buy->search->month && buy->search->model->months[date].last < buy->search->month) {
    date++;
  }
  return date;
}

static void settle_purchase(purchase *buy, int64_t units, fg_amount cost) {
  int month = buy->search->month;
  int64_t residual = buy->short_by - units;
  FG_ASSERT(residual >= 0);
  fg_amount total = fg_plan_add(cost, fg_plan_bill(buy->search->model, month, buy->carry, residual));
  plan_label *kept = residual > 0 ? &buy->billed : &buy->exact;
  if (total >= kept->cost) {
    return;
  }
  kept->cost = total;
  kept->dated = residual > 0 ? month : first_date(buy);
  /* Packs that all last may be bought in any order, as long as no month between would have drawn on them. */
  kept->earliest = residual > 0 ? month + 1 : buy->search->model->by_editions ? buy->label->earliest : kept->dated;
  memcpy(residual > 0 ? buy->billed_counts : buy->exact_counts, buy->counts, sizeof buy->counts);
}

/* Adds the labels of a purchase that leaves units. It may be dated back, which matters only if it then expires earlier,
   within the forecast. */
static fg_status leave_units(purchase *buy, int64_t units, fg_amount cost) {
  label_search *search = buy->search;
  const fg_plan_month *months = search->model->months;
  plan_label label = {.left = units - buy->short_by,
                      .basket = NO_BASKET,
                      .parent = buy->label->parent,
                      .carry = buy->carry->after_calls};
  label.cost = fg_plan_add(cost, fg_plan_bill(search->model, search->month, buy->carry, 0));
  for (int date = search->model->by_editions ? search->month : first_date(buy); date <= search->month; date++) {
    bool expires = months[date].last < search->model->month_count - 1;
    if (date == search->month || expires) {
      uint32_t before = search->labels.count;
      label.bought = label.dated = date;
      label.earliest = search->model->by_editions ? buy->label->earliest : date;
      FG_TRY(add_label(search, &label));
      if (search->labels.count > before && label.basket == NO_BASKET) {
        FG_TRY(keep_basket(buy, buy->counts, &label.basket));
      }
      if (search->labels.count > before) {
        search->labels.items[before].basket = label.basket;
      }
    }
  }
  return FG_OK;
}

/* Every pack of a purchase is needed now: without the smallest the purchase would fall short. A pack that is not needed
   yet is bought later. */
static fg_status choose_packs(purchase *buy, uint32_t first, int64_t units, int64_t smallest, fg_amount cost) {
  label_search *search = buy->search;
  int64_t there = buy->left + units + buy->carry->total;
  if (fg_plan_add(cost, fg_plan_bound_of(&search->bound, search->month, there)) >= search->best) {
    return FG_OK;
  }
  if (first == buy->pack_count) {
    if (units > buy->short_by) {
      return leave_units(buy, units, cost);
    }
    settle_purchase(buy, units, cost);
    return FG_OK;
  }
  const fg_plan_pack *pack = &buy->packs[first];
  int64_t needed = fg_min_i64(smallest, pack->units);
  bool usable = search->model->months[search->month].last >= search->month;
  FG_TRY(choose_packs(buy, first + 1, units, smallest, cost));
  for (int64_t count = 1; usable && count <= pack->most; count++) {
    int64_t sum = units + count * pack->units;
    if (sum - needed >= buy->short_by) {
      break;
    }
    buy->counts[first] = count;
    FG_TRY(choose_packs(buy, first + 1, sum, needed, fg_plan_add(cost, pack->price * count)));
  }
  buy->counts[first] = 0;
  return FG_OK;
}

static fg_status add_settled(const purchase *buy, plan_label *label, const int64_t *counts) {
  if (label->cost == FG_PLAN_NEVER) {
    return FG_OK;
  }
  FG_TRY(keep_basket(buy, counts, &label->basket));
  return add_label(buy->search, label);
}

/* Over several editions a pack has the lowest price of the months to which the purchase can be dated back. */
static void find_packs(purchase *buy) {
  const label_search *search = buy->search;
  for (uint32_t i = 0; i < search->model->pack_count; i++) {
    buy->dates[i] = -1;
  }
  buy->packs = search->packs;
  buy->pack_count = search->pack_count;
  if (search->model->by_editions) {
    buy->packs = buy->own;
    buy->pack_count = fg_plan_packs_of_month(search->model, search->packs, search->pack_count, buy->label->earliest,
                                             search->month, buy->own, buy->dates);
  }
}

static fg_status buy_packs(label_search *search, const plan_label *label, int64_t left, int64_t short_by) {
  purchase buy = {.search = search, .label = label, .left = left, .short_by = short_by};
  buy.carry = &search->model->months[search->month].carries[label->carry];
  buy.billed = (plan_label){.cost = FG_PLAN_NEVER, .parent = label->parent, .carry = buy.carry->after_calls};
  buy.exact = buy.billed;
  find_packs(&buy);
  FG_TRY(choose_packs(&buy, 0, 0, INT64_MAX, label->cost));
  FG_TRY(add_settled(&buy, &buy.billed, buy.billed_counts));
  return add_settled(&buy, &buy.exact, buy.exact_counts);
}

/* --------------------------------------------------------------------------------------------- month to month */

/* `label` is a copy whose parent is the label it extends. */
static fg_status extend_label(label_search *search, const plan_label *label) {
  const fg_plan_model *model = search->model;
  const fg_plan_month *here = &model->months[search->month];
  const fg_plan_carry *carry = &here->carries[label->carry];
  bool is_void = label->left > 0 && model->months[label->bought].last < search->month;
  int64_t left = is_void ? 0 : label->left;
  plan_label next = *label;
  next.basket = NO_BASKET;
  next.left = left;
  if (here->capacity_cost < FG_PLAN_NEVER) {
    next.by_capacity = true;
    next.carry = carry->after_capacity;
    next.cost = fg_plan_add(label->cost, here->capacity_cost);
    FG_TRY(add_label(search, &next));
  }
  if (!here->calls_allowed) {
    return FG_OK;
  }
  if (left < carry->demand) {
    return buy_packs(search, label, left, carry->demand - left);
  }
  next.by_capacity = false;
  next.carry = carry->after_calls;
  next.left = left - carry->demand;
  next.cost = fg_plan_add(label->cost, fg_plan_bill(model, search->month, carry, 0));
  return add_label(search, &next);
}

static int compare_labels(const void *left, const void *right) {
  const plan_label *a = left;
  const plan_label *b = right;
  if (a->carry != b->carry) {
    return a->carry < b->carry ? -1 : 1;
  }
  if (a->left != b->left) {
    return a->left > b->left ? -1 : 1;
  }
  if (a->cost != b->cost) {
    return a->cost < b->cost ? -1 : 1;
  }
  if (a->earliest != b->earliest) {
    return a->earliest < b->earliest ? -1 : 1;
  }
  return a->bought != b->bought ? (a->bought < b->bought ? -1 : 1) : 0;
}

static int last_of(const label_search *search, const plan_label *label) {
  return label->left > 0 ? search->model->months[label->bought].last : 0;
}

/* Whether one of the labels kept so far leaves the same units until the same month, costs no more, and allows the same
   later choices. */
static bool is_repeated(const label_search *search, const plan_label *label, uint32_t from, uint32_t until) {
  for (uint32_t i = until; i-- > from;) {
    const plan_label *other = &search->labels.items[i];
    if (other->left != label->left || other->carry != label->carry) {
      return false;
    }
    if (last_of(search, other) == last_of(search, label) && other->earliest <= label->earliest) {
      FG_ASSERT(other->cost <= label->cost);
      return true;
    }
  }
  return false;
}

/* Where prices of packs change, a label is worse the later the month is to which a purchase can be dated back; else the
   sooner what is left of its packs is void. The greater the worse. */
static int backwardness_of(const label_search *search, const plan_label *label) {
  return search->model->by_editions ? label->earliest : search->model->month_count - last_of(search, label);
}

/* Drops labels than which another is never worse. More units that last longer can turn out dearer only by lowering a
   residual below a tier's edge (R13), and once only, so by no more than `drop`. */
static void drop_dominated(label_search *search, uint32_t from) {
  fg_amount cheapest[FG_PLAN_MONTHS_MAX + 1]; ///< of the labels with more left, by how backward they are
  uint32_t kept = from;
  fg_amount drop = search->drop[search->month + 1];
  qsort(search->labels.items + from, search->labels.count - from, sizeof *search->labels.items, compare_labels);
  for (uint32_t i = from; i < search->labels.count; i++) {
    const plan_label label = search->labels.items[i];
    if (i == from || search->labels.items[kept - 1].carry != label.carry) {
      for (int last = 0; last <= search->model->month_count; last++) {
        cheapest[last] = FG_PLAN_NEVER;
      }
    }
    int backward = backwardness_of(search, &label);
    bool dominated = is_repeated(search, &label, from, kept);
    for (int other = 0; other <= backward && !dominated; other++) {
      dominated = fg_plan_add(cheapest[other], drop) <= label.cost && cheapest[other] < FG_PLAN_NEVER;
    }
    if (!dominated) {
      cheapest[backward] = label.cost < cheapest[backward] ? label.cost : cheapest[backward];
      search->labels.items[kept++] = label;
    }
  }
  search->labels.count = kept;
}

/* --------------------------------------------------------------------------------------------------- the search */

/* A first pass keeps few labels a month, those of the lowest bound: its plan is what the full pass must beat. */
static void keep_beam(label_search *search, uint32_t from, uint32_t width) {
  FG_ASSERT(width <= BEAM_WIDTH);
  fg_amount bounds[BEAM_WIDTH];
  plan_label kept[BEAM_WIDTH];
  uint32_t count = 0;
  for (uint32_t i = from; i < search->labels.count; i++) {
    const plan_label *label = &search->labels.items[i];
    int next = search->month + 1;
    int64_t there = label->left;
    if (next < search->model->month_count) {
      there += search->model->months[next].carries[label->carry].total;
    }
    fg_amount bound = fg_plan_add(label->cost, fg_plan_bound_of(&search->bound, next, there));
    uint32_t place = count < width ? count++ : width;
    while (place > 0 && bounds[place - 1] > bound) {
      if (place < width) {
        bounds[place] = bounds[place - 1];
        kept[place] = kept[place - 1];
      }
      place--;
    }
    if (place < width) {
      bounds[place] = bound;
      kept[place] = *label;
    }
  }
  memcpy(search->labels.items + from, kept, count * sizeof *kept);
  search->labels.count = from + count;
}

static fg_status pass_month(label_search *search, uint32_t beam) {
  uint32_t from = search->labels.count;
  for (uint32_t i = search->begin; i < search->end; i++) {
    plan_label label = search->labels.items[i];
    label.parent = i;
    label.by_capacity = false;
    FG_TRY(extend_label(search, &label));
  }
  drop_dominated(search, from);
  if (beam != NO_BEAM && search->labels.count - from > beam) {
    keep_beam(search, from, beam);
  }
  search->begin = from;
  search->end = search->labels.count;
  return FG_OK;
}

static fg_status pass_forecast(label_search *search, uint32_t beam) {
  plan_label start = {.basket = NO_BASKET};
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->labels, 1));
  search->begin = search->labels.count;
  search->labels.items[search->labels.count++] = start;
  FG_ASSERT(start.carry < search->model->months[0].carry_count);
  search->end = search->labels.count;
  for (search->month = 0; search->month < search->model->month_count; search->month++) {
    FG_TRY(pass_month(search, beam));
  }
  for (uint32_t i = search->begin; i < search->end; i++) {
    if (search->labels.items[i].cost < search->best) {
      search->best = search->labels.items[i].cost;
      search->best_label = i;
    }
  }
  return FG_OK;
}

static void find_drops(label_search *search) {
  const fg_plan_model *model = search->model;
  fg_amount highest = 0;
  fg_amount to_nothing = 0;
  search->drop[model->month_count] = 0;
  for (int month = model->month_count - 1; month >= 0; month--) {
    const fg_plan_month *here = &model->months[month];
    fg_amount nothing = 0;
    for (uint32_t i = 0; i < here->carry_count && here->calls_allowed; i++) {
      const fg_plan_carry *carry = &here->carries[i];
      fg_amount drop = fg_plan_greatest_drop(model, month, carry, carry->demand);
      fg_amount last = fg_plan_drop_to_nothing(model, month, carry, carry->demand);
      highest = drop > highest ? drop : highest;
      nothing = last > nothing ? last : nothing;
    }
    to_nothing = fg_plan_add(to_nothing, nothing);
    search->drop[month] = fg_plan_add(highest, to_nothing);
  }
}

static void trace_labels(const label_search *search, fg_plan_choice *choice) {
  uint32_t index = search->best_label;
  for (int month = search->model->month_count - 1; month >= 0; month--) {
    const plan_label *label = &search->labels.items[index];
    choice->by_capacity[month] = label->by_capacity;
    for (uint32_t i = 0; i < search->model->pack_count && label->basket != NO_BASKET; i++) {
      const int64_t *kept = search->baskets.items + label->basket + 2 * i;
      uint32_t dated = (uint32_t)(kept[1] < 0 ? label->dated : kept[1]);
      choice->packs[dated * search->model->pack_count + i] += kept[0];
    }
    index = label->parent;
  }
}

static fg_status search_twice(label_search *search) {
  FG_TRY(fg_plan_find_bound(search->model, search->packs, search->pack_count, &search->bound));
  find_drops(search);
  FG_TRY(pass_forecast(search, BEAM_WIDTH));
  FG_TRY(pass_forecast(search, NO_BEAM));
  FG_ASSERT(fg_plan_bound_of(&search->bound, 0, search->model->months[0].carries[0].total) <= search->best);
  return FG_OK;
}

fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  label_search *search = fg_plan_allocate(model, sizeof *search);
  if (search == NULL) {
    return FG_NO_MEMORY;
  }
  search->model = model;
  search->best = FG_PLAN_NEVER;
  search->pack_count = fg_plan_allowed_packs(model, allowed, search->packs);
  fg_status status = search_twice(search);
  choice->cost = search->best;
  if (status == FG_OK && search->best < FG_PLAN_NEVER) {
    trace_labels(search, choice);
  }
  FG_ARRAY_RELEASE(&model->allocator, &search->labels);
  FG_ARRAY_RELEASE(&model->allocator, &search->baskets);
  return status;
}
