#include "cheapest_months.h"

#include "cheapest_purchase.h"
#include "month_bill.h"

static int compare_shorts(const fg_label_search *search, uint32_t left, uint32_t right) {
  const fg_label *a = &search->labels.items[left];
  const fg_label *b = &search->labels.items[right];
  int64_t units_a = fg_label_units(search, a);
  int64_t units_b = fg_label_units(search, b);
  if (a->carry != b->carry) {
    return a->carry < b->carry ? -1 : 1;
  }
  if (a->earliest != b->earliest) {
    return a->earliest < b->earliest ? -1 : 1;
  }
  return units_a != units_b ? (units_a < units_b ? -1 : 1) : (left > right) - (left < right);
}

/* A step of heap sort, which is not recursive and needs no memory. */
static void sift_short(fg_label_search *search, uint32_t place, uint32_t count) {
  uint32_t *items = search->shorts.items;
  while (2 * place + 1 < count) {
    uint32_t child = 2 * place + 1;
    child += child + 1 < count && compare_shorts(search, items[child], items[child + 1]) < 0;
    if (compare_shorts(search, items[place], items[child]) >= 0) {
      return;
    }
    uint32_t moved = items[place];
    items[place] = items[child];
    items[child] = moved;
    place = child;
  }
}

static void sort_shorts(fg_label_search *search) {
  uint32_t *items = search->shorts.items;
  for (uint32_t place = search->shorts.count / 2; place-- > 0;) {
    sift_short(search, place, search->shorts.count);
  }
  for (uint32_t count = search->shorts.count; count > 1; count--) {
    uint32_t moved = items[0];
    items[0] = items[count - 1];
    items[count - 1] = moved;
    sift_short(search, 0, count - 1);
  }
}

static bool are_bought_alike(const fg_label_search *search, uint32_t left, uint32_t right) {
  const fg_label *a = &search->labels.items[left];
  const fg_label *b = &search->labels.items[right];
  return a->carry == b->carry && a->earliest == b->earliest;
}

static fg_status buy_for_all(fg_label_search *search) {
  sort_shorts(search);
  for (uint32_t first = 0; first < search->shorts.count;) {
    uint32_t end = first + 1;
    while (end < search->shorts.count &&
           are_bought_alike(search, search->shorts.items[first], search->shorts.items[end])) {
      end++;
    }
    FG_TRY(fg_label_buy_for(search, first, end));
    first = end;
  }
  return FG_OK;
}

static fg_status extend_label(fg_label_search *search, uint32_t place) {
  const fg_plan_model *model = search->model;
  FG_TRY(fg_label_goes_on(search));
  const fg_plan_month *here = &model->months[search->month];
  fg_label next = search->labels.items[place];
  const fg_plan_carry *carry = &here->carries[next.carry];
  fg_amount cost = next.cost;
  next.parent = place;
  next.step = FG_NO_PURCHASE;
  next.left = fg_label_units(search, &next);
  next.by_capacity = true;
  if (here->capacity_cost < FG_PLAN_NEVER) {
    next.carry = carry->after_capacity;
    next.cost = fg_plan_add(cost, here->capacity_cost);
    FG_TRY(fg_label_add(search, &next));
  }
  next.by_capacity = false;
  if (!here->calls_allowed) {
    return FG_OK;
  }
  if (next.left < carry->demand) {
    FG_TRY(FG_ARRAY_RESERVE(&model->allocator, &search->shorts, 1));
    search->shorts.items[search->shorts.count++] = place;
    return FG_OK;
  }
  next.carry = carry->after_calls;
  next.left -= carry->demand;
  next.cost = fg_plan_add(cost, fg_plan_bill(model, search->month, carry, 0));
  return fg_label_add(search, &next);
}

static int compare_labels(const void *left, const void *right) {
  const fg_label *a = left;
  const fg_label *b = right;
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
  if (a->bought != b->bought) {
    return a->bought < b->bought ? -1 : 1;
  }
  if (a->step != b->step) {
    return a->step < b->step ? -1 : 1; /* a total order, so that the plan does not depend on the sorting algorithm */
  }
  return (a->parent > b->parent) - (a->parent < b->parent);
}

/* Whether one of the labels kept so far leaves the same units up to the same month, costs no more, and allows the same
   later choices. */
static bool is_repeated(const fg_label_search *search, const fg_label *label, uint32_t from, uint32_t until) {
  for (uint32_t i = until; i-- > from;) {
    const fg_label *other = &search->labels.items[i];
    if (other->left != label->left || other->carry != label->carry) {
      return false;
    }
    if (fg_label_last(search, other) == fg_label_last(search, label) && other->earliest <= label->earliest) {
      FG_ASSERT(other->cost <= label->cost);
      return true;
    }
  }
  return false;
}

/* How restricted a label is; a greater number is worse. If prices of packs change, it is the first month to which a
   purchase can be dated back. Else it says how soon the packs that are left become void. */
static int backwardness_of(const fg_label_search *search, const fg_label *label) {
  return search->model->by_editions ? label->earliest : search->model->month_count - fg_label_last(search, label);
}

/* Drops each label for which another one is never worse. A label with more units that last longer can only cost more in
   the end by lowering a residual below the edge of a tier (R13). That happens once at most, so the difference is at
   most `drop`. */
static void drop_dominated(fg_label_search *search, uint32_t from) {
  fg_amount cheapest[FG_PLAN_MONTHS_MAX + 1]; ///< the lowest cost, by how restricted, of labels with more units left
  uint32_t kept = from;
  fg_amount drop = search->drop[search->month + 1];
  fg_sort(search->labels.items + from, search->labels.count - from, sizeof *search->labels.items, compare_labels);
  for (uint32_t i = from; i < search->labels.count; i++) {
    const fg_label label = search->labels.items[i];
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

/* Keeps the labels with the lowest bounds, for a first pass, whose plan the full pass must then beat. */
static void keep_beam(fg_label_search *search, uint32_t from, uint32_t width) {
  FG_ASSERT(width <= FG_LABEL_BEAM);
  fg_amount bounds[FG_LABEL_BEAM];
  fg_label kept[FG_LABEL_BEAM];
  uint32_t count = 0;
  for (uint32_t i = from; i < search->labels.count; i++) {
    const fg_label *label = &search->labels.items[i];
    fg_amount bound = fg_label_bound(search, label);
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

static fg_status pass_month(fg_label_search *search) {
  uint32_t from = search->labels.count;
  search->shorts.count = 0;
  for (uint32_t i = search->begin; i < search->end; i++) {
    FG_TRY(extend_label(search, i));
  }
  FG_TRY(buy_for_all(search));
  drop_dominated(search, from);
  if (search->beam != FG_NO_BEAM && search->labels.count - from > search->beam) {
    keep_beam(search, from, search->beam);
  }
  search->begin = from;
  search->end = search->labels.count;
  return FG_OK;
}

static fg_status pass_forecast(fg_label_search *search) {
  fg_label start = {.step = FG_NO_PURCHASE};
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->labels, 1));
  search->begin = search->labels.count;
  search->labels.items[search->labels.count++] = start;
  FG_ASSERT(start.carry < search->model->months[0].carry_count);
  search->end = search->labels.count;
  for (search->month = 0; search->month < search->model->month_count; search->month++) {
    FG_TRY(pass_month(search));
  }
  for (uint32_t i = search->begin; i < search->end; i++) {
    if (search->labels.items[i].cost < search->best) {
      search->best = search->labels.items[i].cost;
      search->best_label = i;
    }
  }
  return FG_OK;
}

void fg_labels_find_drops(fg_label_search *search) {
  const fg_plan_model *model = search->model;
  fg_amount highest = 0;
  fg_amount to_nothing = 0;
  search->drop[model->month_count] = 0;
  for (int month = model->month_count - 1; month >= 0; month--) {
    const fg_plan_month *here = &model->months[month];
    fg_amount nothing = 0;
    for (uint32_t i = 0; i < here->carry_count && here->calls_allowed; i++) {
      const fg_plan_carry *carry = &here->carries[i];
      search->most_demand = fg_max_i64(search->most_demand, carry->demand);
      fg_amount drop = fg_plan_greatest_drop(model, month, carry, carry->demand);
      fg_amount last = fg_plan_drop_to_nothing(model, month, carry, carry->demand);
      highest = drop > highest ? drop : highest;
      nothing = last > nothing ? last : nothing;
    }
    to_nothing = fg_plan_add(to_nothing, nothing);
    search->drop[month] = fg_plan_add(highest, to_nothing);
  }
}

/* Adds the packs of a label's purchase to the choice, and returns the label before it. */
static uint32_t trace_purchase(const fg_label_search *search, const fg_label *label, fg_plan_choice *choice) {
  const fg_label_step *step = &search->steps.items[label->step];
  while (step->pack >= 0) {
    uint32_t dated = (uint32_t)(step->dated < 0 ? label->dated : step->dated);
    choice->packs[dated * search->model->pack_count + (uint32_t)step->pack] += step->count;
    step = &search->steps.items[step->from];
  }
  return step->from;
}

void fg_labels_trace(const fg_label_search *search, fg_plan_choice *choice) {
  size_t counts = (size_t)search->model->month_count * search->model->pack_count;
  if (counts > 0) {
    memset(choice->packs, 0, counts * sizeof *choice->packs);
  }
  uint32_t index = search->best_label;
  for (int month = search->model->month_count - 1; month >= 0; month--) {
    const fg_label *label = &search->labels.items[index];
    choice->by_capacity[month] = label->by_capacity;
    index = label->step == FG_NO_PURCHASE ? label->parent : trace_purchase(search, label, choice);
  }
}

fg_status fg_labels_pass(fg_label_search *search, fg_amount limit, uint32_t beam) {
  search->best = limit;
  search->labels.count = 0;
  search->steps.count = 0;
  search->beam = beam;
  FG_TRY(pass_forecast(search));
  search->is_found = search->best < limit;
  return FG_OK;
}
