/* Makes a plan, the cheapest one or a given one, and lets an account replay it. */
#include "capacity_runs.h"
#include "cheapest.h"
#include "forecast.h"
#include "given_orders.h"
#include "plan_orders.h"
#include "plan_replay.h"

static fg_status begin_result(fg_plan_model *model, fg_plan_result *result) {
  result->months = fg_plan_allocate(model, (size_t)model->month_count * sizeof *result->months);
  return result->months == NULL ? FG_NO_MEMORY : FG_OK;
}

/* Replays a choice. The account must pay the same total as the search found. */
static fg_status replay_choice(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_result *result,
                               fg_error *error) {
  FG_TRY(begin_result(model, result));
  for (int month = 0; month < model->month_count; month++) {
    result->months[month].by_capacity = choice->by_capacity[month];
  }
  FG_TRY(fg_plan_orders(model, choice, result));
  FG_TRY(fg_plan_replay(model, result, error));
  fg_amount told = choice->cost + fg_plan_fixed_cost(model);
  FG_ASSERT(result->total == told);
  if (result->total != told) {
    return fg_fail(error, FG_INVALID, "", "the engine comes to another total than the search: a fault of the library");
  }
  return FG_OK;
}

static fg_status make_cheapest(fg_plan *plan, fg_error *error) {
  fg_plan_model *model = &plan->model;
  fg_plan_choice best;
  fg_plan_choice second;
  plan->searched = true;
  fg_status status = fg_plan_search(model, &best);
  FG_TRY(status == FG_WATCH_OVER ? FG_OK : status);
  if (best.cost == FG_PLAN_NEVER) {
    return fg_fail(error, FG_NOT_SOLD, "", "%s",
                   status == FG_OK ? "nothing on sale serves the forecast" : "no plan was found within the limit");
  }
  FG_ASSERT(best.proven <= best.cost && (status != FG_OK || best.proven == best.cost));
  fg_plan_settle_runs(model, &best);
  plan->gap = best.cost - best.proven;
  FG_TRY(replay_choice(model, &best, &plan->chosen, error));
  status = fg_plan_search_runner_up(model, &best, &second);
  if (status == FG_WATCH_OVER) {
    return FG_OK; /* a candidate found so far need not be the second best */
  }
  FG_TRY(status);
  fg_plan_settle_runs(model, &second);
  FG_TRY(second.cost < FG_PLAN_NEVER ? replay_choice(model, &second, &plan->runner_up, error) : FG_OK);
  if (second.cost < best.cost) { /* by less than the gap */
    const fg_plan_result better = plan->runner_up;
    plan->runner_up = plan->chosen;
    plan->chosen = better;
    plan->gap = second.cost - best.proven;
  }
  return FG_OK;
}

static fg_status make_given(fg_plan *plan, fg_string given, fg_error *error) {
  fg_plan_model *model = &plan->model;
  fg_plan_choice choice;
  FG_TRY(fg_plan_choice_begin(model, &choice));
  FG_TRY(begin_result(model, &plan->chosen));
  FG_TRY(fg_plan_follow(model, given, &choice, &plan->chosen, error));
  return choice.cost < FG_PLAN_NEVER ? replay_choice(model, &choice, &plan->chosen, error)
                                     : fg_plan_replay(model, &plan->chosen, error);
}

static fg_status make_plan(fg_plan *plan, const fg_book *book, const fg_plan_query *query, fg_error *error) {
  fg_plan_watch_begin(&plan->watch, query);
  plan->model.watch = &plan->watch;
  FG_TRY(fg_plan_read(&plan->model, book, query->forecast, error));
  bool cheapest = query->plan.text == NULL || fg_string_is(query->plan, "\"cheapest\"");
  return cheapest ? make_cheapest(plan, error) : make_given(plan, query->plan, error);
}

fg_status fg_plan_make(fg_book *book, const fg_plan_query *query, const fg_allocator *allocator, fg_plan **made,
                       fg_error *error) {
  fg_allocator chosen = fg_allocator_or_default(allocator);
  fg_plan *fresh = fg_allocate(&chosen, sizeof *fresh);
  fg_error unsaid = {.status = FG_OK};
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fresh->model.allocator = chosen;
  fresh->model.base = fg_book_retain(book);
  fg_status status = make_plan(fresh, book, query, &unsaid);
  if (status != FG_OK) {
    if (unsaid.status != status) {
      fg_refuse(&unsaid, status);
    }
    if (error != NULL) {
      *error = unsaid;
    }
    fg_plan_free(fresh);
    return status;
  }
  *made = fresh;
  return FG_OK;
}

void fg_plan_free(fg_plan *plan) {
  if (plan == NULL) {
    return;
  }
  fg_allocator allocator = plan->model.allocator;
  fg_plan_result_release(&plan->model, &plan->chosen);
  fg_plan_result_release(&plan->model, &plan->runner_up);
  fg_book_release((fg_book *)(uintptr_t)plan->model.base);
  fg_plan_release(&plan->model);
  fg_release(&allocator, plan, sizeof *plan);
}
