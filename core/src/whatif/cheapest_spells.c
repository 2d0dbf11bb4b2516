#include "cheapest_spells.h"

#include "month_bill.h"
#include "packs_on_sale.h"

typedef struct spell_item {
  int64_t units;
  fg_amount price, rate; ///< rate: price per unit, rounded down
  int64_t most;
  int pack;  ///< of the model; -1: capacity
  int month; ///< of capacity
} spell_item;

enum { SPELL_ITEMS_MAX = FG_PLAN_PACKS_MAX + FG_PLAN_MONTHS_MAX };

/* The cheapest choice for the rest of the forecast, from a month at whose beginning no pack is left. */
typedef struct spell_choice {
  fg_amount cost;
  bool by_capacity; ///< this month alone goes by capacity
  int next;         ///< the month after the spell
  int64_t packs[FG_PLAN_PACKS_MAX];
  bool *capacity_inside; ///< by month
} spell_choice;

typedef struct spell_search {
  const fg_plan_model *model;
  spell_item all[SPELL_ITEMS_MAX]; ///< lowest price per unit first
  uint32_t all_count;
  spell_item items[SPELL_ITEMS_MAX]; ///< of this spell
  uint32_t item_count;
  int64_t counts[SPELL_ITEMS_MAX];
  int last;              ///< month of the spell
  bool open_ended;       ///< packs may be left over: the spell goes on to the end of the forecast
  int64_t residual_most; ///< more would mean that the packs did not reach the last month
  fg_amount bill_rate;   ///< no residual costs less per unit
  fg_amount beyond;      ///< cost of the months after the spell, and of capacity that its months cannot do without
  spell_choice *best;
} spell_search;

static const fg_plan_carry *only_carry(const fg_plan_model *model, int month) {
  FG_ASSERT(model->months[month].carry_count == 1);
  return &model->months[month].carries[0];
}

static int64_t demand_of(const fg_plan_model *model, int month) {
  const fg_plan_month *here = &model->months[month];
  return here->calls_allowed ? only_carry(model, month)->demand : 0;
}

/* ------------------------------------------------------------------------------------------------ the knapsack */

static void keep_spell(spell_search *search, fg_amount cost) {
  spell_choice *best = search->best;
  best->cost = cost;
  best->by_capacity = false;
  best->next = search->last + 1;
  memset(best->packs, 0, sizeof best->packs);
  memset(best->capacity_inside, 0, (size_t)search->model->month_count * sizeof *best->capacity_inside);
  for (uint32_t i = 0; i < search->item_count; i++) {
    const spell_item *item = &search->items[i];
    if (item->pack >= 0) {
      best->packs[item->pack] = search->counts[i];
    } else {
      best->capacity_inside[item->month] = search->counts[i] > 0;
    }
  }
}

static void end_spell(spell_search *search, int64_t rest, fg_amount cost) {
  if (rest > search->residual_most) {
    return;
  }
  int64_t residual = rest > 0 ? rest : 0;
  if (!search->open_ended) {
    const fg_plan_carry *carry = only_carry(search->model, search->last);
    cost = fg_plan_add(cost, fg_plan_bill(search->model, search->last, carry, residual));
  }
  if (cost < search->best->cost) {
    keep_spell(search, cost);
  }
}

static fg_amount rate_from(const spell_search *search, uint32_t first) {
  return first < search->item_count ? search->items[first].rate : FG_PLAN_PRICE_MAX;
}

/* The units that an item can give at most, but no more than `rest`. */
static int64_t most_units(const spell_item *item, int64_t rest) {
  return item->most > rest / item->units ? rest : item->units * item->most;
}

/* What `rest` units cost at least with the items from `first` on and the last month's bill: parts of items, the lowest
   rate first, or, where units may be left over, the one item that is enough. */
static fg_amount spell_bound(const spell_search *search, uint32_t first, int64_t rest) {
  fg_amount whole = FG_PLAN_NEVER;
  fg_amount parts = 0;
  int64_t residual = search->residual_most;
  int64_t missing = rest;
  for (uint32_t i = first; i < search->item_count; i++) {
    const spell_item *item = &search->items[i];
    if (item->units >= rest && search->open_ended) {
      whole = item->price < whole ? item->price : whole;
    }
    if (missing > 0 && residual > 0 && search->bill_rate <= item->rate) {
      int64_t billed = fg_min_i64(missing, residual);
      parts += search->bill_rate * billed;
      missing -= billed;
      residual -= billed;
    }
    bool fits = search->open_ended ? item->units < rest : item->units <= rest;
    int64_t taken = fits ? most_units(item, missing) : 0;
    parts += item->rate * taken;
    missing -= taken;
  }
  parts += missing > residual ? FG_PLAN_NEVER : search->bill_rate * missing;
  return parts < whole ? parts : whole;
}

static void fill_spell(spell_search *search, uint32_t first, int64_t rest, fg_amount cost);

/* Tries counts of an item in the order in which the bound rises, so that the first one that fails ends the loop. */
static void fill_counts(spell_search *search, uint32_t first, int64_t rest, fg_amount cost) {
  const spell_item *item = &search->items[first];
  int64_t whole = rest / item->units + (search->open_ended && rest % item->units != 0);
  int64_t most = fg_min_i64(whole, item->most);
  fg_amount other = rate_from(search, first + 1);
  if (!search->open_ended && search->bill_rate < other) {
    other = search->bill_rate;
  }
  bool more_is_better = other * item->units >= item->price;
  for (int64_t i = 0; i <= most; i++) {
    int64_t count = more_is_better ? most - i : i;
    int64_t left = rest - count * item->units;
    fg_amount so_far = fg_plan_add(cost, item->price * count);
    if (left > 0 && fg_plan_add(so_far, other * left) >= search->best->cost) {
      break;
    }
    search->counts[first] = count;
    fill_spell(search, first + 1, left, so_far);
  }
  search->counts[first] = 0;
}

static void fill_spell(spell_search *search, uint32_t first, int64_t rest, fg_amount cost) {
  while (!search->open_ended && first < search->item_count && search->items[first].units > rest) {
    first++;
  }
  if (first == search->item_count || rest <= 0) {
    end_spell(search, rest, cost);
    return;
  }
  if (fg_plan_add(cost, spell_bound(search, first, rest)) < search->best->cost) {
    fill_counts(search, first, rest, cost);
  }
}

/* ---------------------------------------------------------------------------------------------------- the spells */

static void choose_items(spell_search *search, int first, int last) {
  search->item_count = 0;
  for (uint32_t i = 0; i < search->all_count; i++) {
    const spell_item *item = &search->all[i];
    if (item->pack >= 0 || (item->month > first && item->month < last + search->open_ended)) {
      search->counts[search->item_count] = 0;
      search->items[search->item_count++] = *item;
    }
  }
}

/* A spell that ends in a month with some or no residual, `demand` being that of all its months. */
static void try_spell(spell_search *search, int first, int last, int64_t demand) {
  const fg_plan_carry *carry = only_carry(search->model, last);
  search->last = last;
  search->open_ended = false;
  search->residual_most = carry->demand - (last > first);
  search->bill_rate = fg_plan_least_rate(search->model, last, carry, fg_min_i64(search->residual_most, demand));
  choose_items(search, first, last);
  fill_spell(search, 0, demand, search->beyond);
}

/* A spell to the end of the forecast, with packs to spare. It is tried first, because often nothing is better. */
static void try_last_spell(spell_search *search, int first) {
  const fg_plan_model *model = search->model;
  int64_t demand = 0;
  search->beyond = 0;
  for (int month = first; month < model->month_count; month++) {
    const fg_plan_month *here = &model->months[month];
    demand += demand_of(model, month);
    search->beyond = here->calls_allowed ? search->beyond : fg_plan_add(search->beyond, here->capacity_cost);
  }
  search->last = model->month_count - 1;
  search->open_ended = true;
  search->residual_most = 0;
  choose_items(search, first, search->last);
  fill_spell(search, 0, demand, search->beyond);
}

static void try_spells_from(spell_search *search, const spell_choice *choices, int first) {
  const fg_plan_model *model = search->model;
  int64_t demand = 0;
  fg_amount forced = 0;
  try_last_spell(search, first);
  for (int last = first; last < model->month_count; last++) {
    int64_t here = demand_of(model, last);
    if (!model->months[last].calls_allowed) {
      forced = fg_plan_add(forced, model->months[last].capacity_cost);
      continue;
    }
    demand += here;
    if (here > 0 || last == first) {
      search->beyond = fg_plan_add(forced, choices[last + 1].cost);
      try_spell(search, first, last, demand);
    }
    if (demand == 0) {
      return; /* a spell that begins in the next month is the same */
    }
  }
}

static void solve_month(spell_search *search, spell_choice *choices, int month) {
  const fg_plan_month *here = &search->model->months[month];
  search->best = &choices[month];
  search->best->cost = FG_PLAN_NEVER;
  if (here->capacity_cost < FG_PLAN_NEVER) {
    search->best->cost = fg_plan_add(here->capacity_cost, choices[month + 1].cost);
    search->best->by_capacity = true;
    search->best->next = month + 1;
  }
  if (here->calls_allowed) {
    try_spells_from(search, choices, month);
  }
}

/* ----------------------------------------------------------------------------------------------------- the whole */

static void add_item(spell_search *search, spell_item item) {
  FG_ASSERT(search->all_count < SPELL_ITEMS_MAX && item.units > 0);
  uint32_t place = search->all_count++;
  item.rate = item.price / item.units;
  while (place > 0 && item.price * search->all[place - 1].units < search->all[place - 1].price * item.units) {
    search->all[place] = search->all[place - 1];
    place--;
  }
  search->all[place] = item;
}

static void collect_items(spell_search *search, const bool *allowed) {
  const fg_plan_model *model = search->model;
  fg_plan_pack packs[FG_PLAN_PACKS_MAX];
  uint32_t count = fg_plan_allowed_packs(model, allowed, packs);
  for (uint32_t i = 0; i < count; i++) {
    add_item(search, (spell_item){packs[i].units, packs[i].price, 0, packs[i].most, (int)packs[i].place, 0});
  }
  for (int month = 0; month < model->month_count; month++) {
    const fg_plan_month *here = &model->months[month];
    bool is_choice = here->calls_allowed && here->capacity_cost < FG_PLAN_NEVER && demand_of(model, month) > 0;
    if (is_choice) {
      add_item(search, (spell_item){demand_of(model, month), here->capacity_cost, 0, 1, -1, month});
    }
  }
}

/* The smallest pack of a spell that is still to be bought; FG_NONE. */
static int smallest_pack(const fg_plan_model *model, const int64_t *packs) {
  int smallest = FG_NONE;
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    if (packs[pack] > 0 && (smallest == FG_NONE || model->packs[pack].units < model->packs[smallest].units)) {
      smallest = (int)pack;
    }
  }
  return smallest;
}

/* Only the sum of a spell's packs counts, so they are bought as late as their units are needed, the smallest first.
   Then money is spent late, and the large packs last, in case less is used than was forecast. */
static void write_spell(const fg_plan_model *model, const spell_choice *spell, int first, fg_plan_choice *choice) {
  int64_t packs[FG_PLAN_PACKS_MAX];
  int64_t left = 0;
  memcpy(packs, spell->packs, sizeof packs);
  for (int month = first; month < spell->next; month++) {
    bool forced = !model->months[month].calls_allowed;
    choice->by_capacity[month] = forced || (month > first && spell->capacity_inside[month]);
    int64_t demand = choice->by_capacity[month] ? 0 : demand_of(model, month);
    for (int pack = smallest_pack(model, packs); left < demand && pack != FG_NONE; pack = smallest_pack(model, packs)) {
      int64_t units = model->packs[pack].units;
      int64_t count = fg_min_i64(packs[pack], (demand - left - 1) / units + 1);
      left += count * units;
      packs[pack] -= count;
      choice->packs[(uint32_t)month * model->pack_count + (uint32_t)pack] += count;
    }
    left = fg_max_i64(0, left - demand);
  }
  FG_ASSERT(smallest_pack(model, packs) == FG_NONE);
}

static void write_choice(const fg_plan_model *model, const spell_choice *choices, fg_plan_choice *choice) {
  choice->cost = choices[0].cost;
  for (int month = 0; month < model->month_count && choice->cost < FG_PLAN_NEVER; month = choices[month].next) {
    choice->by_capacity[month] = choices[month].by_capacity;
    if (!choices[month].by_capacity) {
      write_spell(model, &choices[month], month, choice);
    }
  }
}

fg_status fg_plan_search_spells(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  size_t months = (size_t)model->month_count;
  spell_choice *choices = fg_plan_allocate(model, (months + 1) * sizeof *choices);
  spell_search *search = fg_plan_allocate(model, sizeof *search);
  bool *inside = fg_plan_allocate(model, months * months * sizeof *inside);
  if (choices == NULL || search == NULL || inside == NULL) {
    return FG_NO_MEMORY;
  }
  search->model = model;
  collect_items(search, allowed);
  for (size_t month = months; month-- > 0;) {
    choices[month].capacity_inside = inside + month * months;
    solve_month(search, choices, (int)month);
  }
  write_choice(model, choices, choice);
  return FG_OK;
}
