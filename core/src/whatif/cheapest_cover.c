#include "cheapest_cover.h"

typedef struct cover_search {
  const fg_plan_pack *packs;
  uint32_t pack_count;
  fg_amount best;
  int64_t counts[FG_PLAN_PACKS_MAX];
  int64_t *best_counts;
} cover_search;

/* A lower bound for the cost of `units` with the packs from `first` on: it counts as if, after one whole pack, parts of
   packs were sold. */
static fg_amount cover_bound(const cover_search *search, uint32_t first, int64_t units) {
  fg_amount least = FG_PLAN_NEVER;
  for (uint32_t i = first; i < search->pack_count; i++) {
    const fg_plan_pack *pack = &search->packs[i];
    fg_amount cost = pack->units >= units ? pack->price : pack->price / pack->units * units;
    least = cost < least ? cost : least;
  }
  return least;
}

/* The lowest price of a unit of the packs from `first` on. */
static fg_amount cover_rate(const cover_search *search, uint32_t first) {
  fg_amount least = FG_PLAN_PRICE_MAX;
  for (uint32_t i = first; i < search->pack_count; i++) {
    fg_amount rate = search->packs[i].price / search->packs[i].units;
    least = rate < least ? rate : least;
  }
  return least;
}

static void keep_cover(cover_search *search, fg_amount cost) {
  search->best = cost;
  memcpy(search->best_counts, search->counts, search->pack_count * sizeof *search->counts);
}

static void cover_with(cover_search *search, uint32_t first, int64_t units, fg_amount cost) {
  if (units <= 0) {
    if (cost < search->best) {
      keep_cover(search, cost);
    }
    return;
  }
  if (first == search->pack_count || fg_plan_add(cost, cover_bound(search, first, units)) >= search->best) {
    return;
  }
  const fg_plan_pack *pack = &search->packs[first];
  fg_amount next_rate = cover_rate(search, first + 1);
  bool fewer_cost_more = next_rate * pack->units >= pack->price;
  for (int64_t count = fg_min_i64((units - 1) / pack->units + 1, pack->most); count >= 0; count--) {
    int64_t rest = units - count * pack->units;
    fg_amount so_far = fg_plan_add(cost, pack->price * count);
    if (rest > 0 && fewer_cost_more && fg_plan_add(so_far, next_rate * rest) >= search->best) {
      break;
    }
    search->counts[first] = count;
    cover_with(search, first + 1, rest, so_far);
  }
  search->counts[first] = 0;
}

fg_amount fg_plan_cover(const fg_plan_pack *packs, uint32_t pack_count, int64_t units, int64_t *counts) {
  cover_search search = {.packs = packs, .pack_count = pack_count, .best = FG_PLAN_NEVER, .best_counts = counts};
  memset(counts, 0, pack_count * sizeof *counts);
  cover_with(&search, 0, units, 0);
  return search.best;
}
