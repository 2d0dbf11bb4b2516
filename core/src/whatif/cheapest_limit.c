#include "cheapest_limit.h"

#include "cheapest_months.h"
#include "packs_on_sale.h"

/* A bound can have more or fewer cells. One with few cells is found at once and serves most forecasts. If more than
   `work` labels get past it, one with more cells pays. */
typedef struct bound_level {
  int64_t cells, work;
} bound_level;
static const bound_level levels[] = {{1 << 11, 1 << 11}, {1 << 15, 1 << 15}, {1 << 19, 1 << 19}, {1 << 23, INT64_MAX}};
enum { LEVELS = sizeof levels / sizeof *levels };

enum { FIRST_STEP_BITS = 20, FEW_LABELS = 1000 };

static void keep_found(const fg_label_search *search, fg_plan_choice *choice) {
  fg_plan_watch *watch = search->model->watch;
  if (search->is_found) {
    choice->cost = search->best;
    fg_labels_trace(search, choice);
    watch->best = watch->has_plan && watch->best < search->best ? watch->best : search->best;
    watch->has_plan = true;
  }
}

/* Raises the step of the limit. If there is no plan at all, it rises up to FG_PLAN_NEVER, of which four times would be
   more than an amount can hold. */
static fg_amount rise(const fg_label_search *search, fg_amount above) {
  const fg_amount twice = fg_plan_add(above, above);
  return search->labels.count < FEW_LABELS ? fg_plan_add(twice, twice) : twice;
}

/* Looks for a plan that costs less than a limit, and raises the limit, from the bound on, until there is one. Then no
   plan is cheaper, and few labels were kept in vain. */
static fg_status raise_until_found(fg_label_search *search, fg_amount below, fg_plan_choice *choice) {
  const fg_amount bound = fg_plan_bound_of(&search->bound, 0, 0, 0);
  const fg_amount least = bound > 0 ? bound : 0;
  /* If a plan costs as much as the known one, the plan of this search is told. */
  const fg_amount most = choice->cost < below ? choice->cost + 1 : below;
  fg_amount above = (least >> FIRST_STEP_BITS) + FG_UNIT / 100;
  choice->proven = least > choice->proven ? least : choice->proven;
  /* What a coarser bound has proven need not be proven again. If that is everything, nothing is left to do. */
  while (choice->proven < most && fg_plan_add(least, above) <= choice->proven) {
    above = fg_plan_add(above, above);
  }
  bool is_found = false;
  while (!is_found && choice->proven < most) {
    fg_amount limit = fg_plan_add(least, above) < most ? least + above : most;
    FG_TRY(fg_labels_pass(search, limit, FG_NO_BEAM));
    is_found = search->is_found;
    choice->proven = is_found ? search->best : limit;
    above = rise(search, above);
    FG_ASSERT(!search->is_found || least <= search->best);
  }
  if (is_found) {
    keep_found(search, choice);
  }
  choice->proven = choice->proven < choice->cost ? choice->proven : choice->cost;
  return FG_OK;
}

/* Makes a first pass that keeps few labels, so that a good plan is known if the time limit is reached. */
static fg_status search_soon(fg_label_search *search, fg_plan_choice *choice) {
  const int64_t most = search->work_most;
  search->work_most = INT64_MAX;
  fg_status status = fg_labels_pass(search, choice->cost, FG_LABEL_BEAM);
  search->work_most = most;
  search->work = 0;
  if (status == FG_PLAN_TOO_MANY) { /* too many even with few labels for each month, so the known plan has to do */
    return FG_OK;
  }
  FG_TRY(status);
  keep_found(search, choice);
  return FG_OK;
}

static fg_status find_bound(fg_label_search *search, const bound_level *level, const fg_plan_choice *choice) {
  fg_plan_model *model = search->model;
  search->is_bounded = false;
  fg_arena_rewind(&model->arena, &model->allocator, search->mark);
  FG_TRY(fg_plan_find_bound(model, search->packs, search->pack_count, choice, level->cells, &search->bound));
  search->is_bounded = true;
  search->work = 0;
  search->work_most = level->work;
  return FG_OK;
}

/* Makes the first pass, which is short, although the search is over. Otherwise there would be no plan yet, or only a
   naive one. */
static fg_status search_after_all(fg_label_search *search, fg_plan_choice *choice) {
  fg_watch *watch = &search->model->watch->search;
  const fg_watch before = *watch;
  *watch = (fg_watch){.limit_us = 0};
  fg_status status = search->is_bounded ? FG_OK : find_bound(search, levels, choice);
  status = status == FG_OK ? search_soon(search, choice) : status;
  *watch = before;
  watch->is_over = true;
  return status == FG_OK ? FG_WATCH_OVER : status;
}

static fg_status search_levels(fg_label_search *search, fg_amount below, fg_plan_choice *choice) {
  const bool has_limit = search->model->watch->search.limit_us > 0;
  fg_status status = FG_PLAN_TOO_MANY;
  for (int level = 0; level < LEVELS && status == FG_PLAN_TOO_MANY; level++) {
    FG_TRY(find_bound(search, &levels[level], choice));
    FG_TRY(has_limit && level == 0 ? search_soon(search, choice) : FG_OK);
    status = raise_until_found(search, below, choice);
  }
  return status;
}

fg_status fg_plan_search_labels(fg_plan_model *model, const bool *allowed, fg_amount below, fg_plan_choice *choice) {
  const fg_arena_mark mark = fg_arena_mark_of(&model->arena);
  fg_label_search *search = fg_plan_allocate(model, sizeof *search);
  if (search == NULL) {
    return FG_NO_MEMORY;
  }
  search->model = model;
  search->mark = fg_arena_mark_of(&model->arena);
  search->is_dated = !fg_plan_packs_last(model);
  search->pack_count = fg_plan_allowed_packs(model, allowed, search->packs);
  fg_labels_find_drops(search);
  choice->proven = 0;
  fg_status status = search_levels(search, below, choice);
  bool is_full = status == FG_PLAN_TOO_MANY;
  if (is_full || (status == FG_WATCH_OVER && choice->cost == FG_PLAN_NEVER && !model->watch->search.is_told_to)) {
    status = search_after_all(search, choice);
  }
  fg_labels_release(search);
  fg_arena_rewind(&model->arena, &model->allocator, mark);
  return status;
}
