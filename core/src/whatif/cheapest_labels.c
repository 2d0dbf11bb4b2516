#include "cheapest_labels.h"

#include <stdlib.h>

#include "cheapest_bound.h"
#include "month_bill.h"
#include "packs_on_sale.h"

typedef struct plan_label {
  fg_amount cost;
  int64_t left;     ///< units of packs bought
  uint32_t parent;  ///< of the month before
  uint32_t carry;   ///< of the next month
  uint32_t step;    ///< the last of its purchase; NO_PURCHASE
  int bought;       ///< month in which what is left was bought
  int earliest;     ///< month to which the next purchase may be dated back
  int dated;        ///< month of its purchase, where a step does not say
  bool by_capacity; ///< the month's calls went by capacity
} plan_label;

/* A purchase is made step by step, a pack each. Purchases of several labels that come to as many units go on as one. */
typedef struct plan_step {
  fg_amount cost; ///< of all so far
  int64_t units;  ///< there for the month, less than it needs
  uint32_t from;  ///< the step before; of a first one the label
  int pack;       ///< of the model's; -1: a first one
  int dated;      ///< month of its lowest price; -1: that of the purchase
  int64_t count;  ///< packs
  int64_t run;    ///< steps in a row with as many of the pack
} plan_step;

/* So many of a pack are bought in one step. Where that is more than one, so many steps of fewer are no choice. */
typedef struct plan_lot {
  fg_plan_pack pack; ///< all of them; `most` such steps at most
  int64_t count;
} plan_lot;

/* Of a pack that a month takes very many of, MANY are bought in one step, and fewer than that by themselves. */
enum { MANY = 1000, LOTS_MAX = FG_PLAN_PACKS_MAX + 16 };
enum { BEAM_WIDTH = 24, NO_BEAM = 0, FIRST_STEP = 1 << 16, FEW_LABELS = 1000, FEW_STEPS = 128 };
#define NO_PURCHASE UINT32_MAX

typedef struct label_search {
  fg_plan_model *model;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t pack_count;
  int64_t most_demand; ///< of a month
  fg_plan_bound bound;
  bool is_dated;                          ///< it matters in which month a purchase is made
  fg_amount drop[FG_PLAN_MONTHS_MAX + 1]; ///< from a month on, at most
  FG_ARRAY(plan_label) labels;
  FG_ARRAY(plan_step) steps;
  plan_lot lots[LOTS_MAX]; ///< of a purchase, as the next two
  int64_t rest[LOTS_MAX + 1];
  int dates[FG_PLAN_PACKS_MAX];
  FG_ARRAY(uint32_t) shorts;  ///< labels that run short in this month
  FG_ARRAY(uint32_t) list[2]; ///< steps, the fewest units first
  uint32_t begin, end;        ///< of the labels of the month before
  fg_amount best;             ///< of a whole plan
  uint32_t best_label;
  uint32_t beam;   ///< labels that a first pass keeps of a month; NO_BEAM
  bool is_bounded; ///< `bound` is there
  bool is_found;   ///< a plan was, in the last pass
  int month;
} label_search;

/* -------------------------------------------------------------------------------------------------- new labels */

static int last_of(const label_search *search, const plan_label *label) {
  return label->left > 0 ? search->model->months[label->bought].last : 0;
}

static fg_amount bound_of_label(const label_search *search, const plan_label *label) {
  fg_amount rest = fg_plan_bound_of(&search->bound, search->month + 1, label->left, last_of(search, label));
  return fg_plan_add(label->cost, rest);
}

/* Keeps a label of this month unless no plan through it can be better than the best known. */
static fg_status add_label(label_search *search, const plan_label *label) {
  if (bound_of_label(search, label) >= search->best) {
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->labels, 1));
  search->labels.items[search->labels.count++] = *label;
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------------- purchases */

/* The purchases of labels that run short in the same month, with the same entitlements, and may date them back as far.
 */
typedef struct purchase {
  label_search *search;
  const fg_plan_carry *carry;
  plan_lot *lots; ///< that may be bought, the most units first
  int64_t *rest;  ///< units that the lots from one on can be at most
  uint32_t lot_count;
  int earliest;
  uint32_t current; ///< which of the search's lists has the steps so far
  plan_label exact; ///< the best that leave nothing, and that have a residual
  plan_label billed;
  plan_step exact_step; ///< its last
  int *dates;           ///< by the model's pack: the month of its lowest price; -1: the purchase's
} purchase;

static fg_status add_plan_step(label_search *search, plan_step step, uint32_t *place) {
  FG_TRY(FG_ARRAY_RESERVE(&search->model->allocator, &search->steps, 1));
  *place = search->steps.count;
  search->steps.items[search->steps.count++] = step;
  return FG_OK;
}

/* The first month to which a purchase for this month can be dated back. */
static int first_date(const purchase *buy) {
  int date = buy->earliest;
  while (date < buy->search->month && buy->search->model->months[date].last < buy->search->month) {
    date++;
  }
  return date;
}

/* The month from which on a purchase after this one may be made. Packs that all last may be bought in any order, as
   long as no month between would have drawn on them. */
static int next_date(const purchase *buy, int date) {
  return buy->search->model->by_editions ? buy->earliest : buy->search->is_dated ? date : 0;
}

/* Adds the labels of a purchase that leaves units. It may be dated back, which matters only if it then expires earlier,
   within the forecast. */
static fg_status leave_units(purchase *buy, plan_step step) {
  label_search *search = buy->search;
  const fg_plan_month *months = search->model->months;
  plan_label label = {.left = step.units - buy->carry->demand, .step = NO_PURCHASE, .carry = buy->carry->after_calls};
  label.cost = fg_plan_add(step.cost, fg_plan_bill(search->model, search->month, buy->carry, 0));
  for (int date = search->is_dated ? first_date(buy) : search->month; date <= search->month; date++) {
    bool expires = months[date].last < search->model->month_count - 1;
    if (date == search->month || expires) {
      uint32_t before = search->labels.count;
      label.bought = label.dated = date;
      label.earliest = next_date(buy, date);
      FG_TRY(add_label(search, &label));
      if (search->labels.count > before && label.step == NO_PURCHASE) {
        FG_TRY(add_plan_step(search, step, &label.step));
      }
      if (search->labels.count > before) {
        search->labels.items[before].step = label.step;
      }
    }
  }
  return FG_OK;
}

/* A purchase with which the month is covered. */
static fg_status end_purchase(purchase *buy, plan_step step) {
  const label_search *search = buy->search;
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

static plan_step step_after(const purchase *buy, uint32_t from, const plan_lot *lot) {
  const plan_step *before = &buy->search->steps.items[from];
  bool goes_on = before->pack == (int)lot->pack.place && before->count == lot->count;
  return (plan_step){.cost = fg_plan_add(before->cost, lot->pack.price),
                     .units = before->units + lot->pack.units,
                     .from = from,
                     .pack = (int)lot->pack.place,
                     .dated = buy->dates[lot->pack.place],
                     .count = lot->count,
                     .run = goes_on ? before->run + 1 : 1};
}

/* Appends a step to the list `to`, which has none with more units; of two with as many the cheaper one stays. */
static fg_status keep_step(purchase *buy, uint32_t place, uint32_t to) {
  label_search *search = buy->search;
  const plan_step *step = &search->steps.items[place];
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

static bool can_be_better(const label_search *search, const plan_step *step) {
  fg_amount rest = fg_plan_bound_within(&search->bound, search->month, step->units);
  return fg_plan_add(step->cost, rest) < search->best;
}

/* Goes on with one pack more from a step, if that does not cover the month. */
static fg_status keep_next(purchase *buy, plan_step step, uint32_t to) {
  uint32_t place = 0;
  FG_TRY(fg_plan_goes_on(buy->search->model->watch));
  if (!can_be_better(buy->search, &step)) {
    return FG_OK;
  }
  FG_TRY(add_plan_step(buy->search, step, &place));
  return keep_step(buy, place, to);
}

/* Adds any number of a lot to all purchases so far. They come the most units first, so every pack of a purchase is
   needed now: without the last, the smallest, it would fall short. A pack that is not needed yet is bought later. */
static fg_status add_lot(purchase *buy, const plan_lot *lot) {
  label_search *search = buy->search;
  uint32_t to = 1 - buy->current;
  uint32_t old = 0;
  uint32_t next = 0; /* of the new list, to which the lot is to be added */
  search->list[to].count = 0;
  while (old < search->list[buy->current].count || next < search->list[to].count) {
    bool is_next = next < search->list[to].count;
    plan_step step = {.units = INT64_MAX};
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

/* Drops steps from which the lots to come, `rest` units at most, leave so much to be billed that no plan is better. */
static void drop_short(purchase *buy, int64_t rest) {
  label_search *search = buy->search;
  const int64_t demand = buy->carry->demand;
  uint32_t *items = search->list[buy->current].items;
  uint32_t count = search->list[buy->current].count;
  uint32_t kept = 0;
  fg_amount later = fg_plan_bound_of(&search->bound, search->month + 1, 0, 0);
  for (uint32_t i = 0; i < count; i++) {
    const plan_step *step = &search->steps.items[items[i]];
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

/* What a step costs at least in the end. */
static fg_amount bound_of_step(const label_search *search, uint32_t place) {
  const plan_step *step = &search->steps.items[place];
  return fg_plan_add(step->cost, fg_plan_bound_within(&search->bound, search->month, step->units));
}

/* A first pass keeps few steps: it drops those above the mean of their bounds until they are few. */
static void thin_out(purchase *buy) {
  label_search *search = buy->search;
  uint32_t *items = search->list[buy->current].items;
  uint32_t count = search->list[buy->current].count;
  uint32_t before = count + 1;
  while (search->beam != NO_BEAM && count > FEW_STEPS && count < before) {
    fg_amount sum = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
      sum += bound_of_step(search, items[i]) / count;
    }
    for (uint32_t i = 0; i < count; i++) {
      items[kept] = items[i];
      kept += bound_of_step(search, items[i]) <= sum;
    }
    before = count;
    count = kept;
  }
  search->list[buy->current].count = count;
}

/* What none of the steps covers is billed: the best of them. */
static void bill_rest(purchase *buy) {
  const label_search *search = buy->search;
  for (uint32_t i = 0; i < search->list[buy->current].count; i++) {
    uint32_t place = search->list[buy->current].items[i];
    const plan_step *step = &search->steps.items[place];
    fg_amount bill = fg_plan_bill(search->model, search->month, buy->carry, buy->carry->demand - step->units);
    fg_amount cost = fg_plan_add(step->cost, bill);
    if (cost < buy->billed.cost) {
      buy->billed.cost = cost;
      buy->billed.step = place;
    }
  }
}

static void insert_lot(purchase *buy, plan_lot lot) {
  uint32_t place = buy->lot_count++;
  for (; place > 0 && buy->lots[place - 1].pack.units < lot.pack.units; place--) {
    buy->lots[place] = buy->lots[place - 1];
  }
  buy->lots[place] = lot;
}

/* A pack, and where a month may take very many of it, many at once, and many of those. */
static void insert_lots(purchase *buy, fg_plan_pack pack, uint32_t room) {
  plan_lot lot = {pack, 1};
  while (room > 1 && lot.pack.most >= MANY && lot.pack.units <= buy->search->most_demand / MANY) {
    plan_lot many = lot;
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

/* Over several editions a pack has the lowest price of the months to which the purchase can be dated back. */
static void find_lots(purchase *buy) {
  const label_search *search = buy->search;
  fg_plan_pack own[FG_PLAN_PACKS_MAX];
  const fg_plan_pack *packs = search->packs;
  uint32_t count = search->model->months[search->month].last >= search->month ? search->pack_count : 0;
  for (uint32_t i = 0; i < search->model->pack_count; i++) {
    buy->dates[i] = -1;
  }
  if (search->model->by_editions) {
    packs = own;
    count = fg_plan_packs_of_month(search->model, search->packs, search->pack_count, buy->earliest, search->month, own,
                                   buy->dates);
  }
  for (uint32_t i = 0; i < count; i++) {
    insert_lots(buy, packs[i], LOTS_MAX - buy->lot_count - (count - i - 1));
  }
  buy->rest[buy->lot_count] = 0;
  for (uint32_t i = buy->lot_count; i-- > 0;) {
    const fg_plan_pack *pack = &buy->lots[i].pack;
    int64_t steps = fg_min_i64(pack->most, buy->carry->demand / pack->units + 1);
    buy->rest[i] = fg_min_i64(FG_PLAN_UNITS_MAX, buy->rest[i + 1] + fg_min_i64(FG_PLAN_UNITS_MAX, steps * pack->units));
  }
}

static fg_status end_purchases(purchase *buy) {
  label_search *search = buy->search;
  if (buy->exact.cost < FG_PLAN_NEVER && bound_of_label(search, &buy->exact) < search->best) {
    FG_TRY(add_plan_step(search, buy->exact_step, &buy->exact.step));
    FG_TRY(add_label(search, &buy->exact));
  }
  bill_rest(buy);
  return buy->billed.cost < FG_PLAN_NEVER ? add_label(search, &buy->billed) : FG_OK;
}

static int64_t units_in_hand(const label_search *search, const plan_label *label) {
  bool is_void = label->left > 0 && search->model->months[label->bought].last < search->month;
  return is_void ? 0 : label->left;
}

/* Labels from `first` to `end` of those that run short, the fewest units in hand first. */
static fg_status buy_for(label_search *search, uint32_t first, uint32_t end) {
  const plan_label like = search->labels.items[search->shorts.items[first]];
  purchase buy = {.search = search, .earliest = like.earliest};
  buy.lots = search->lots;
  buy.rest = search->rest;
  buy.dates = search->dates;
  buy.carry = &search->model->months[search->month].carries[like.carry];
  buy.exact = (plan_label){.cost = FG_PLAN_NEVER, .carry = buy.carry->after_calls, .step = NO_PURCHASE};
  buy.billed = buy.exact;
  buy.billed.dated = search->month;
  buy.billed.earliest = search->is_dated || search->model->by_editions ? search->month + 1 : 0;
  find_lots(&buy);
  search->list[0].count = 0;
  for (uint32_t i = first; i < end; i++) {
    uint32_t place = search->shorts.items[i];
    const plan_label *label = &search->labels.items[place];
    const plan_step step = {
        .cost = label->cost, .units = units_in_hand(search, label), .from = place, .pack = -1, .dated = -1};
    FG_TRY(keep_next(&buy, step, 0));
  }
  for (uint32_t i = 0; i < buy.lot_count; i++) {
    drop_short(&buy, buy.rest[i]);
    thin_out(&buy);
    FG_TRY(add_lot(&buy, &buy.lots[i]));
  }
  return end_purchases(&buy);
}

/* --------------------------------------------------------------------------------------------- month to month */

static int compare_shorts(const label_search *search, uint32_t left, uint32_t right) {
  const plan_label *a = &search->labels.items[left];
  const plan_label *b = &search->labels.items[right];
  int64_t units_a = units_in_hand(search, a);
  int64_t units_b = units_in_hand(search, b);
  if (a->carry != b->carry) {
    return a->carry < b->carry ? -1 : 1;
  }
  if (a->earliest != b->earliest) {
    return a->earliest < b->earliest ? -1 : 1;
  }
  return units_a != units_b ? (units_a < units_b ? -1 : 1) : (left > right) - (left < right);
}

/* A heap would do as well; the labels are nearly in order already, the most units first. */
static void sift_short(label_search *search, uint32_t at, uint32_t count) {
  uint32_t *items = search->shorts.items;
  while (2 * at + 1 < count) {
    uint32_t child = 2 * at + 1;
    child += child + 1 < count && compare_shorts(search, items[child], items[child + 1]) < 0;
    if (compare_shorts(search, items[at], items[child]) >= 0) {
      return;
    }
    uint32_t moved = items[at];
    items[at] = items[child];
    items[child] = moved;
    at = child;
  }
}

static void sort_shorts(label_search *search) {
  uint32_t *items = search->shorts.items;
  for (uint32_t at = search->shorts.count / 2; at-- > 0;) {
    sift_short(search, at, search->shorts.count);
  }
  for (uint32_t count = search->shorts.count; count > 1; count--) {
    uint32_t moved = items[0];
    items[0] = items[count - 1];
    items[count - 1] = moved;
    sift_short(search, 0, count - 1);
  }
}

static bool are_bought_alike(const label_search *search, uint32_t left, uint32_t right) {
  const plan_label *a = &search->labels.items[left];
  const plan_label *b = &search->labels.items[right];
  return a->carry == b->carry && a->earliest == b->earliest;
}

static fg_status buy_for_all(label_search *search) {
  sort_shorts(search);
  for (uint32_t first = 0; first < search->shorts.count;) {
    uint32_t end = first + 1;
    while (end < search->shorts.count &&
           are_bought_alike(search, search->shorts.items[first], search->shorts.items[end])) {
      end++;
    }
    FG_TRY(buy_for(search, first, end));
    first = end;
  }
  return FG_OK;
}

static fg_status extend_label(label_search *search, uint32_t place) {
  const fg_plan_model *model = search->model;
  FG_TRY(fg_plan_goes_on(model->watch));
  const fg_plan_month *here = &model->months[search->month];
  plan_label next = search->labels.items[place];
  const fg_plan_carry *carry = &here->carries[next.carry];
  fg_amount cost = next.cost;
  next.parent = place;
  next.step = NO_PURCHASE;
  next.left = units_in_hand(search, &next);
  next.by_capacity = true;
  if (here->capacity_cost < FG_PLAN_NEVER) {
    next.carry = carry->after_capacity;
    next.cost = fg_plan_add(cost, here->capacity_cost);
    FG_TRY(add_label(search, &next));
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
    fg_amount bound = bound_of_label(search, label);
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

static fg_status pass_month(label_search *search) {
  uint32_t from = search->labels.count;
  search->shorts.count = 0;
  for (uint32_t i = search->begin; i < search->end; i++) {
    FG_TRY(extend_label(search, i));
  }
  FG_TRY(buy_for_all(search));
  drop_dominated(search, from);
  if (search->beam != NO_BEAM && search->labels.count - from > search->beam) {
    keep_beam(search, from, search->beam);
  }
  search->begin = from;
  search->end = search->labels.count;
  return FG_OK;
}

static fg_status pass_forecast(label_search *search) {
  plan_label start = {.step = NO_PURCHASE};
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

/* And the greatest demand. */
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

/* Writes what a label's purchase buys, and answers the label before it. */
static uint32_t trace_purchase(const label_search *search, const plan_label *label, fg_plan_choice *choice) {
  const plan_step *step = &search->steps.items[label->step];
  while (step->pack >= 0) {
    uint32_t dated = (uint32_t)(step->dated < 0 ? label->dated : step->dated);
    choice->packs[dated * search->model->pack_count + (uint32_t)step->pack] += step->count;
    step = &search->steps.items[step->from];
  }
  return step->from;
}

static void trace_labels(const label_search *search, fg_plan_choice *choice) {
  size_t counts = (size_t)search->model->month_count * search->model->pack_count;
  if (counts > 0) {
    memset(choice->packs, 0, counts * sizeof *choice->packs);
  }
  uint32_t index = search->best_label;
  for (int month = search->model->month_count - 1; month >= 0; month--) {
    const plan_label *label = &search->labels.items[index];
    choice->by_capacity[month] = label->by_capacity;
    index = label->step == NO_PURCHASE ? label->parent : trace_purchase(search, label, choice);
  }
}

/* A pass of its own for plans that cost less than a limit. */
static fg_status pass_below(label_search *search, fg_amount limit, uint32_t beam) {
  search->best = limit;
  search->labels.count = 0;
  search->steps.count = 0;
  search->beam = beam;
  FG_TRY(pass_forecast(search));
  search->is_found = search->best < limit;
  return FG_OK;
}

static void keep_found(const label_search *search, fg_plan_choice *choice) {
  fg_plan_watch *watch = search->model->watch;
  if (search->is_found) {
    choice->cost = search->best;
    trace_labels(search, choice);
    watch->best = watch->has_plan && watch->best < search->best ? watch->best : search->best;
    watch->has_plan = true;
  }
}

/* Looks for a plan that costs less than a limit, which rises from the bound until there is one: then no plan is
   cheaper, and few labels were kept in vain. */
static fg_status raise_until_found(label_search *search, fg_plan_choice *choice) {
  const fg_amount least = choice->proven;
  const fg_amount known = choice->cost;
  fg_amount above = least / FIRST_STEP + FG_UNIT / 100;
  do {
    /* Of plans that cost as much as the one that is known this search's is told. */
    fg_amount limit = fg_plan_add(least, above) < known ? least + above : fg_plan_add(known, 1);
    FG_TRY(pass_below(search, limit, NO_BEAM));
    choice->proven = search->is_found ? search->best : limit;
    above *= search->labels.count < FEW_LABELS ? 4 : 2;
    FG_ASSERT(!search->is_found || least <= search->best);
  } while (!search->is_found && choice->proven < known);
  keep_found(search, choice);
  choice->proven = choice->proven < choice->cost ? choice->proven : choice->cost;
  return FG_OK;
}

/* A first pass keeps few labels, so that there is a good plan if the limit comes. */
static fg_status search_soon(label_search *search, fg_plan_choice *choice) {
  FG_TRY(pass_below(search, choice->cost, BEAM_WIDTH));
  keep_found(search, choice);
  return FG_OK;
}

/* The limit came before there was any plan: the first pass is made all the same, as that is short. */
static fg_status search_after_all(label_search *search, fg_plan_choice *choice) {
  static const fg_plan_query unlimited = {.time_limit_us = 0};
  fg_plan_watch *watch = search->model->watch;
  const fg_plan_watch before = *watch;
  watch->query = &unlimited;
  watch->is_over = false;
  fg_status status = search_soon(search, choice);
  watch->query = before.query;
  watch->is_over = true;
  return status == FG_OK ? FG_PLAN_OVER : status;
}

static fg_status search_labels(label_search *search, fg_plan_choice *choice) {
  FG_TRY(fg_plan_find_bound(search->model, search->packs, search->pack_count, &search->bound));
  choice->proven = fg_plan_bound_of(&search->bound, 0, 0, 0);
  search->is_bounded = true;
  if (search->model->watch->proven == 0) {
    search->model->watch->proven = choice->proven;
  }
  find_drops(search);
  if (search->model->watch->query->time_limit_us > 0) {
    FG_TRY(search_soon(search, choice));
  }
  return raise_until_found(search, choice);
}

static void release_search(label_search *search) {
  const fg_allocator *allocator = &search->model->allocator;
  FG_ARRAY_RELEASE(allocator, &search->labels);
  FG_ARRAY_RELEASE(allocator, &search->steps);
  FG_ARRAY_RELEASE(allocator, &search->shorts);
  FG_ARRAY_RELEASE(allocator, &search->list[0]);
  FG_ARRAY_RELEASE(allocator, &search->list[1]);
}

fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  label_search *search = fg_plan_allocate(model, sizeof *search);
  if (search == NULL) {
    return FG_NO_MEMORY;
  }
  search->model = model;
  search->is_dated = !fg_plan_packs_last(model);
  search->pack_count = fg_plan_allowed_packs(model, allowed, search->packs);
  choice->proven = 0;
  fg_status status = search_labels(search, choice);
  bool is_without = status == FG_PLAN_OVER && choice->cost == FG_PLAN_NEVER && search->is_bounded;
  if (is_without && !model->watch->is_told_to) {
    status = search_after_all(search, choice);
  }
  release_search(search);
  return status;
}
