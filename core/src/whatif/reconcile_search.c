/* Searches for explanations: tries each cause alone, then several together, the likeliest first, until a number of
   replayed commands is reached. */
#include "reconcile.h"

#include "../base/civil.h"

static uint32_t words_of(const fg_reconciliation *run) { return run->cells.count / 64 + 1; }

/* Finds the rows that differ, but are equal in a world. Returns false if a row that was equal is so no more. */
static bool compare_rows(const fg_reconciliation *run, const fg_measured *measured, uint64_t *rows, uint32_t *repaired,
                         bool *is_whole) {
  *repaired = 0;
  *is_whole = true;
  for (uint32_t i = 0; i < run->cells.count; i++) {
    const fg_bill_cell *cell = &run->cells.items[i];
    bool was_equal = fg_cell_is_equal(cell, &cell->ours);
    bool is_equal = fg_cell_is_equal(cell, &measured[i]);
    if (was_equal && !is_equal) {
      return false;
    }
    if (!was_equal && is_equal) {
      rows[i / 64] |= UINT64_C(1) << i % 64;
      (*repaired)++;
    }
    *is_whole = *is_whole && is_equal;
  }
  return true;
}

static bool has_cause(const fg_world *world, const fg_cause *cause) {
  bool has = false;
  for (uint32_t i = 0; i < world->count; i++) {
    has = has || world->causes[i] == cause;
  }
  return has;
}

/* Whether a kept explanation with fewer causes, all among these, repairs the same rows. */
static bool is_said(const fg_reconciliation *run, const fg_finding *fresh) {
  for (uint32_t i = 0; i < run->explanations.count; i++) {
    const fg_finding *kept = &run->explanations.items[i];
    bool is_part = kept->world.count < fresh->world.count;
    for (uint32_t j = 0; j < kept->world.count && is_part; j++) {
      is_part = has_cause(&fresh->world, kept->world.causes[j]);
    }
    for (uint32_t word = 0; word < words_of(run) && is_part; word++) {
      is_part = (fresh->rows[word] & ~kept->rows[word]) == 0;
    }
    if (is_part) {
      return true;
    }
  }
  return false;
}

/* Keeps a world as an explanation if it repairs some rows, and breaks none. */
static fg_status keep_if_it_explains(fg_reconciliation *run, const fg_world *world, const fg_measured *measured,
                                     bool bills_elsewhere) {
  fg_finding fresh = {.world = *world};
  fresh.rows = fg_arena_allocate(&run->arena, &run->allocator, words_of(run) * sizeof *fresh.rows);
  FG_TRY(fresh.rows == NULL ? FG_NO_MEMORY : FG_OK);
  bool breaks_none = compare_rows(run, measured, fresh.rows, &fresh.repaired, &fresh.is_whole) && !bills_elsewhere;
  if (!breaks_none || fresh.repaired == 0 || is_said(run, &fresh)) {
    return FG_OK;
  }
  if (run->explanations.count >= FG_EXPLANATIONS_MAX) {
    run->is_complete = false;
    return FG_OK;
  }
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->explanations, 1));
  run->explanations.items[run->explanations.count++] = fresh;
  return FG_OK;
}

/* Replays a world unless too many commands were replayed already; `tried` says whether it was. `measured` has room for
   each cell. */
static fg_status try_world(fg_reconciliation *run, const fg_world *world, fg_measured *measured, bool *bills_elsewhere,
                           bool *tried) {
  *tried = run->commands_left >= run->world_cost;
  if (!*tried) {
    run->is_complete = false;
    return FG_OK;
  }
  memset(measured, 0, run->cells.count * sizeof *measured);
  return fg_world_live(run, world, false, measured, bills_elsewhere);
}

static fg_status try_and_keep(fg_reconciliation *run, const fg_world *world, fg_measured *measured, bool *tried) {
  bool bills_elsewhere = false;
  fg_arena_mark mark = fg_arena_mark_of(&run->arena);
  uint32_t kept = run->explanations.count;
  FG_TRY(try_world(run, world, measured, &bills_elsewhere, tried));
  FG_TRY(*tried ? keep_if_it_explains(run, world, measured, bills_elsewhere) : FG_OK);
  if (run->explanations.count == kept) {
    fg_arena_rewind(&run->arena, &run->allocator, mark);
  }
  return FG_OK;
}

/* Joins a time zone with a neighbouring one that leads to the same results; they are told as one cause. */
static bool fold_zone(fg_reconciliation *run, uint32_t which) {
  size_t size = run->cells.count * sizeof *run->results.items;
  fg_cause *zone = &run->causes.items[which];
  const fg_measured *result = run->results.items + (size_t)which * run->cells.count;
  for (uint32_t i = 0; i < which && zone->kind == FG_CAUSE_CLOCK && zone->shifts_all; i++) {
    fg_cause *other = &run->causes.items[i];
    bool is_beside = other->kind == FG_CAUSE_CLOCK && other->shifts_all && !other->is_folded &&
                     (zone->shift == other->shift_to + FG_HOUR || zone->shift == other->shift - FG_HOUR);
    if (is_beside && memcmp(result, run->results.items + (size_t)i * run->cells.count, size) == 0) {
      other->shift = zone->shift < other->shift ? zone->shift : other->shift;
      other->shift_to = zone->shift > other->shift_to ? zone->shift : other->shift_to;
      zone->is_folded = true;
      return true;
    }
  }
  return false;
}

/* Tries each cause alone. The results are kept, because they say which causes may go well together. */
static fg_status try_each(fg_reconciliation *run) {
  uint32_t cells = run->cells.count;
  uint32_t causes = run->causes.count;
  bool tried = true;
  if (cells > 0 && causes > (uint32_t)FG_RESULTS_MAX / cells) {
    causes = (uint32_t)FG_RESULTS_MAX / cells;
    run->is_complete = false;
  }
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->results, cells * causes));
  for (uint32_t i = 0; i < causes && tried; i++) {
    fg_world world = {.causes = {&run->causes.items[i]}, .count = 1};
    fg_measured *measured = run->results.items + (size_t)i * cells;
    bool bills_elsewhere = false;
    FG_TRY(try_world(run, &world, measured, &bills_elsewhere, &tried));
    run->results.count += tried ? cells : 0;
    FG_TRY(!tried || fold_zone(run, i) ? FG_OK : keep_if_it_explains(run, &world, measured, bills_elsewhere));
  }
  return FG_OK;
}

static bool is_any_whole(const fg_reconciliation *run) {
  bool any = false;
  for (uint32_t i = 0; i < run->explanations.count; i++) {
    any = any || run->explanations.items[i].is_whole;
  }
  return any;
}

typedef struct cause_pair {
  uint16_t a, b;
  uint16_t rank; ///< pairs of a lower rank are tried first
} cause_pair;

enum { RANK_IDLE = FG_DIFFERING_MAX * FG_MEASURE_COUNT + 1, RANKS = 2 * RANK_IDLE };

/* Sorts pairs by rank, and within a rank as they were found. The pairs are counted and placed, not compared, because
   two million of them are possible and a caller who wants to stop must not wait for a sort. */
static void sort_pairs(const cause_pair *found, uint32_t count, cause_pair *sorted) {
  uint32_t next[RANKS + 1] = {0};
  for (uint32_t i = 0; i < count; i++) {
    next[found[i].rank + 1]++;
  }
  for (int rank = 0; rank < RANKS; rank++) {
    next[rank + 1] += next[rank];
  }
  for (uint32_t i = 0; i < count; i++) {
    sorted[next[found[i].rank]++] = found[i];
  }
}

typedef struct differing {
  uint32_t cells[FG_DIFFERING_MAX];
  uint32_t count;
} differing;

static void find_differing(const fg_reconciliation *run, differing *rows) {
  rows->count = 0;
  for (uint32_t i = 0; i < run->cells.count && rows->count < FG_DIFFERING_MAX; i++) {
    if (!fg_cell_is_equal(&run->cells.items[i], &run->cells.items[i].ours)) {
      rows->cells[rows->count++] = i;
    }
  }
}

/* In how many numbers two causes would miss the vendor's, if the changes that each makes alone are added up. */
static uint32_t misses(const fg_reconciliation *run, const differing *rows, uint32_t a, uint32_t b) {
  const fg_measured *one = run->results.items + (size_t)a * run->cells.count;
  const fg_measured *other = run->results.items + (size_t)b * run->cells.count;
  uint32_t count = 0;
  bool rounds = run->causes.items[a].kind == FG_CAUSE_ROUNDING || run->causes.items[b].kind == FG_CAUSE_ROUNDING;
  for (uint32_t i = 0; i < rows->count; i++) {
    const fg_bill_cell *cell = &run->cells.items[rows->cells[i]];
    for (int k = 0; k < FG_MEASURE_COUNT; k++) {
      fg_int128 sum = one[rows->cells[i]].of[k] - cell->ours.of[k] + other[rows->cells[i]].of[k];
      sum = k == FG_AMOUNT ? fg_amount_rounded_to(sum, rounds ? fg_book_step(run->whole) : cell->step) : sum;
      count += fg_cell_knows(cell, (fg_measure)k) && sum != cell->theirs.of[k];
    }
  }
  return count;
}

/* Whether a cause alone changes nothing that is compared. */
static bool changes_nothing(const fg_reconciliation *run, uint32_t cause) {
  const fg_measured *result = run->results.items + (size_t)cause * run->cells.count;
  bool same = true;
  for (uint32_t i = 0; i < run->cells.count && same; i++) {
    same = memcmp(&result[i], &run->cells.items[i].ours, sizeof *result) == 0;
  }
  return same;
}

/* Whether a cause can fill whatever gap another one leaves. It then explains something only if nothing simpler does. */
static bool fills_gaps(const fg_cause *cause) { return cause->kind == FG_CAUSE_HAS; }

static bool may_pair(const fg_reconciliation *run, uint32_t a, uint32_t b, bool is_explained) {
  const fg_cause *one = &run->causes.items[a];
  const fg_cause *other = &run->causes.items[b];
  bool only_fills = is_explained && (fills_gaps(one) || fills_gaps(other));
  return !one->is_folded && !other->is_folded && !only_fills && !fg_causes_conflict(run, one, other);
}

/* Ranks all pairs, those first that come closest to the vendor's numbers. Pairs in which one cause alone changes
   nothing come last, and pairs of two such causes are left out. */
static fg_status find_pairs(fg_reconciliation *run, uint32_t tried, cause_pair *pairs, uint32_t *count) {
  bool is_idle[FG_CANDIDATES_MAX + FG_REST_MAX];
  bool is_explained = is_any_whole(run);
  differing rows;
  find_differing(run, &rows);
  for (uint32_t a = 0; a < tried; a++) {
    is_idle[a] = changes_nothing(run, a) && run->causes.items[a].kind != FG_CAUSE_ROUNDING;
  }
  for (uint32_t a = 0; a < tried; a++) {
    for (uint32_t b = a + 1; b < tried; b++) {
      FG_TRY(fg_watch_goes_on(&run->watch));
      uint32_t idle = is_idle[a] || is_idle[b] ? RANK_IDLE : 0;
      if (!(is_idle[a] && is_idle[b]) && may_pair(run, a, b, is_explained)) {
        uint32_t rank = idle + misses(run, &rows, a, b);
        FG_ASSERT(rank < RANKS);
        pairs[(*count)++] = (cause_pair){(uint16_t)a, (uint16_t)b, (uint16_t)rank};
      }
    }
  }
  return FG_OK;
}

static fg_status try_sorted_pairs(fg_reconciliation *run, const cause_pair *pairs, uint32_t count,
                                  fg_measured *measured) {
  bool tried = true;
  for (uint32_t i = 0; i < count && tried; i++) {
    fg_world world = {.causes = {&run->causes.items[pairs[i].a], &run->causes.items[pairs[i].b]}, .count = 2};
    FG_TRY(try_and_keep(run, &world, measured, &tried));
  }
  return FG_OK;
}

static fg_status try_pairs(fg_reconciliation *run, fg_measured *measured) {
  uint32_t causes = run->cells.count == 0 ? 0 : run->results.count / run->cells.count;
  uint32_t most = causes * (causes - 1) / 2;
  uint32_t count = 0;
  if (run->most_causes < 2 || causes < 2) {
    return FG_OK;
  }
  size_t size = 2 * (size_t)most * sizeof(cause_pair);
  cause_pair *pairs = fg_allocate(&run->allocator, size);
  FG_TRY(pairs == NULL ? FG_NO_MEMORY : FG_OK);
  fg_status status = find_pairs(run, causes, pairs + most, &count);
  if (status == FG_OK) {
    sort_pairs(pairs + most, count, pairs);
    status = try_sorted_pairs(run, pairs, count, measured);
  }
  fg_release(&run->allocator, pairs, size);
  return status;
}

/* Tries each cause with missing usage of ours, of as many units as the cause leaves over, if no cause alone explains
   everything. */
static fg_status try_with_rest(fg_reconciliation *run, fg_measured *measured) {
  uint32_t cells = run->cells.count;
  uint32_t alone = cells == 0 || run->most_causes < 2 || is_any_whole(run) ? 0 : run->results.count / cells;
  bool tried = true;
  for (uint32_t i = 0; i < alone && tried; i++) {
    const fg_cause *cause = &run->causes.items[i];
    bool is_apt = !cause->is_folded && !fills_gaps(cause);
    run->suggested.count = 0;
    FG_TRY(is_apt ? fg_causes_of_rest(run, run->results.items + (size_t)i * cells) : FG_OK);
    for (uint32_t j = 0; j < run->suggested.count && tried; j++) {
      uint32_t rest = run->suggested.items[j]; /* causes before `alone` are tried in all pairs anyway */
      fg_world world = {.causes = {cause, &run->causes.items[rest]}, .count = 2};
      bool is_apart = rest >= alone && rest < run->causes.count &&
                      !fg_causes_conflict(run, world.causes[0], world.causes[1]);
      FG_TRY(is_apart ? try_and_keep(run, &world, measured, &tried) : FG_OK);
    }
  }
  return FG_OK;
}

static bool fits_into(const fg_reconciliation *run, const fg_world *world, const fg_world *part) {
  bool fits = world->count + part->count <= sizeof world->causes / sizeof *world->causes;
  for (uint32_t i = 0; i < part->count && fits; i++) {
    for (uint32_t j = 0; j < world->count && fits; j++) {
      fits = !fg_causes_conflict(run, world->causes[j], part->causes[i]);
    }
  }
  return fits;
}

/* Tries the simplest explanations of different rows together, if nothing explains everything: each repairs rows that
   those before it leave. */
static fg_status try_parts_together(fg_reconciliation *run, fg_measured *measured) {
  fg_world world = {.count = 0};
  uint64_t *left = fg_arena_allocate(&run->arena, &run->allocator, words_of(run) * sizeof *left);
  bool tried = true;
  FG_TRY(left == NULL ? FG_NO_MEMORY : FG_OK);
  for (uint32_t i = 0; i < run->explanations.count; i++) {
    const fg_finding *part = &run->explanations.items[i];
    bool adds = false;
    for (uint32_t word = 0; word < words_of(run); word++) {
      adds = adds || (part->rows[word] & ~left[word]) != 0;
    }
    if (adds && fits_into(run, &world, &part->world)) {
      for (uint32_t j = 0; j < part->world.count; j++) {
        world.causes[world.count++] = part->world.causes[j];
      }
      for (uint32_t word = 0; word < words_of(run); word++) {
        left[word] |= part->rows[word];
      }
    }
  }
  return world.count < 2 ? FG_OK : try_and_keep(run, &world, measured, &tried);
}

static int weight_of_world(const fg_world *world) {
  int weight = 0;
  for (uint32_t i = 0; i < world->count; i++) {
    weight += world->causes[i]->weight;
  }
  return weight;
}

/* Compares explanations: those that explain all rows come first, then those with fewer causes, then those of less
   weight. */
static int compare_explanations(const void *a, const void *b) {
  const fg_finding *left = a;
  const fg_finding *right = b;
  if (left->is_whole != right->is_whole) {
    return left->is_whole ? -1 : 1;
  }
  if (left->world.count != right->world.count) {
    return left->world.count < right->world.count ? -1 : 1;
  }
  int lighter = weight_of_world(&left->world) - weight_of_world(&right->world);
  if (lighter != 0) {
    return lighter;
  }
  /* Causes are elements of one array, so their addresses have its order. */
  for (uint32_t i = 0; i < left->world.count; i++) {
    if (left->world.causes[i] != right->world.causes[i]) {
      return left->world.causes[i] < right->world.causes[i] ? -1 : 1;
    }
  }
  return 0;
}

fg_status fg_explanations_find(fg_reconciliation *run) {
  uint32_t cells = run->cells.count;
  fg_measured *measured = fg_allocate(&run->allocator, cells * sizeof *measured);
  FG_TRY(measured == NULL && cells > 0 ? FG_NO_MEMORY : FG_OK);
  fg_status status = try_each(run);
  status = status == FG_OK ? try_with_rest(run, measured) : status;
  status = status == FG_OK ? try_pairs(run, measured) : status;
  FG_ARRAY_SORT(&run->explanations, compare_explanations);
  bool is_open = status == FG_OK && !is_any_whole(run);
  status = is_open ? try_parts_together(run, measured) : status;
  FG_ARRAY_SORT(&run->explanations, compare_explanations);
  fg_release(&run->allocator, measured, cells * sizeof *measured);
  return status;
}
