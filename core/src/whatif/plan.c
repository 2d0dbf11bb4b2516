#include "plan.h"

#include "../json/write.h"
#include "../base/tell.h"

struct fg_plan {
  fg_plan_model model;
  bool searched;
  fg_plan_run run, runner_up; ///< without a runner-up, no months
};

/* ------------------------------------------------------------------------------------------------- the search */

static fg_status begin_choice(fg_plan_model *model, fg_plan_choice *choice) {
  size_t months = (size_t)model->month_count;
  choice->cost = FG_PLAN_NEVER;
  choice->capacity = fg_plan_allocate(model, months * sizeof *choice->capacity);
  choice->packs = fg_plan_allocate(model, months * model->pack_count * sizeof *choice->packs);
  return choice->capacity == NULL || choice->packs == NULL ? FG_NO_MEMORY : FG_OK;
}

static fg_status search_plan(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  FG_TRY(begin_choice(model, choice));
  bool by_spells = fg_plan_packs_last(model) && fg_plan_is_single(model);
  return by_spells ? fg_plan_search_spells(model, allowed, choice) : fg_plan_search_labels(model, allowed, choice);
}

static bool buys_pack(const fg_plan_model *model, const fg_plan_choice *choice, uint32_t pack) {
  for (int month = 0; month < model->month_count; month++) {
    if (choice->packs[(uint32_t)month * model->pack_count + pack] > 0) {
      return true;
    }
  }
  return false;
}

/* Capacity only where the peak leaves no choice. */
static fg_status search_without_capacity(fg_plan_model *model, const bool *allowed, fg_plan_choice *choice) {
  fg_amount prices[FG_PLAN_MONTHS_MAX];
  for (int month = 0; month < model->month_count; month++) {
    fg_plan_month *at = &model->months[month];
    prices[month] = at->capacity;
    at->capacity = at->calls_allowed ? FG_PLAN_NEVER : at->capacity;
  }
  fg_status status = search_plan(model, allowed, choice);
  for (int month = 0; month < model->month_count; month++) {
    model->months[month].capacity = prices[month];
  }
  return status;
}

static bool buys_free_capacity(const fg_plan_model *model, const fg_plan_choice *choice) {
  for (int month = 0; month < model->month_count; month++) {
    if (choice->capacity[month] && model->months[month].calls_allowed) {
      return true;
    }
  }
  return false;
}

static void keep_cheaper(fg_plan_choice *kept, const fg_plan_choice *other) {
  *kept = other->cost < kept->cost ? *other : *kept;
}

/* The cheapest plan that does without one of the things the best one buys: a size of pack, or capacity. */
static fg_status search_runner_up(fg_plan_model *model, const fg_plan_choice *best, fg_plan_choice *second) {
  bool allowed[FG_PLAN_PACKS_MAX];
  memset(allowed, true, sizeof allowed);
  second->cost = FG_PLAN_NEVER;
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    if (buys_pack(model, best, pack)) {
      fg_plan_choice without;
      allowed[pack] = false;
      FG_TRY(search_plan(model, allowed, &without));
      keep_cheaper(second, &without);
      allowed[pack] = true;
    }
  }
  if (buys_free_capacity(model, best)) {
    fg_plan_choice without;
    FG_TRY(search_without_capacity(model, allowed, &without));
    keep_cheaper(second, &without);
  }
  return FG_OK;
}

/* ----------------------------------------------------------------------------------------------- making a plan */

static fg_status begin_run(fg_plan_model *model, fg_plan_run *run) {
  run->months = fg_plan_allocate(model, (size_t)model->month_count * sizeof *run->months);
  return run->months == NULL ? FG_NO_MEMORY : FG_OK;
}

/* Plays a choice; the engine must come to the very total of the search. */
static fg_status play_choice(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_run *run, fg_error *error) {
  FG_TRY(begin_run(model, run));
  for (int month = 0; month < model->month_count; month++) {
    run->months[month].capacity = choice->capacity[month];
  }
  FG_TRY(fg_plan_orders(model, choice, run));
  FG_TRY(fg_plan_play(model, run, error));
  FG_ASSERT(run->total == choice->cost + model->material_cost);
  if (run->total != choice->cost + model->material_cost) {
    return fg_fail(error, FG_INVALID, "", "the engine comes to another total than the search: a fault of the library");
  }
  return FG_OK;
}

static fg_status make_cheapest(fg_plan *plan, fg_error *error) {
  fg_plan_model *model = &plan->model;
  fg_plan_choice best;
  fg_plan_choice second;
  bool all[FG_PLAN_PACKS_MAX];
  memset(all, true, sizeof all);
  plan->searched = true;
  FG_TRY(search_plan(model, all, &best));
  if (best.cost == FG_PLAN_NEVER) {
    return fg_fail(error, FG_NOT_SOLD, "", "nothing on sale serves the forecast");
  }
  FG_TRY(play_choice(model, &best, &plan->run, error));
  FG_TRY(search_runner_up(model, &best, &second));
  return second.cost < FG_PLAN_NEVER ? play_choice(model, &second, &plan->runner_up, error) : FG_OK;
}

static fg_status make_given(fg_plan *plan, fg_string given, fg_error *error) {
  fg_plan_model *model = &plan->model;
  fg_plan_choice choice;
  FG_TRY(begin_choice(model, &choice));
  FG_TRY(begin_run(model, &plan->run));
  FG_TRY(fg_plan_follow(model, given, &choice, &plan->run, error));
  return choice.cost < FG_PLAN_NEVER ? play_choice(model, &choice, &plan->run, error)
                                     : fg_plan_play(model, &plan->run, error);
}

static fg_status make_plan(fg_plan *plan, const fg_book *book, fg_string forecast, fg_string given, fg_error *error) {
  FG_TRY(fg_plan_read(&plan->model, book, forecast, error));
  bool cheapest = given.text == NULL || fg_string_is(given, "\"cheapest\"");
  return cheapest ? make_cheapest(plan, error) : make_given(plan, given, error);
}

fg_status fg_plan_make(fg_book *book, fg_string forecast, fg_string plan, const fg_allocator *allocator, fg_plan **made,
                       fg_error *error) {
  fg_allocator chosen = fg_allocator_or_default(allocator);
  fg_plan *fresh = fg_allocate(&chosen, sizeof *fresh);
  fg_error unsaid = {.status = FG_OK};
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fresh->model.allocator = chosen;
  fresh->model.base = fg_book_retain(book);
  fg_status status = make_plan(fresh, book, forecast, plan, &unsaid);
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
  fg_plan_run_release(&plan->model, &plan->run);
  fg_plan_run_release(&plan->model, &plan->runner_up);
  fg_book_release((fg_book *)(uintptr_t)plan->model.base);
  fg_plan_release(&plan->model);
  fg_release(&allocator, plan, sizeof *plan);
}

/* ----------------------------------------------------------------------------------------------------- telling */

static void tell_month_name(fg_teller *to, const fg_plan_model *model, int month) {
  char name[8];
  fg_month_format(fg_month_of(fg_date_at(model->months[month].begin, model->book->offset_minutes)), name);
  fg_tell_word(to, "month", name);
}

static void tell_plan_order(fg_teller *to, const fg_plan_model *model, const fg_plan_order *order) {
  const fg_product *product = &model->book->products[model->product];
  fg_tell_begin_object(to, NULL);
  tell_month_name(to, model, order->month);
  fg_tell_time(to, "at", model->months[order->month].begin);
  if (order->offer == FG_NONE) {
    fg_tell_text(to, "meter", product->capacity->meter);
    fg_tell_integer(to, "quantity", order->quantity);
    fg_tell_integer(to, order->days > 0 ? "days" : "months", order->days > 0 ? order->days : order->months);
  } else {
    fg_tell_text(to, "pack", product->packs[order->offer].id);
    fg_tell_integer(to, "quantity", order->quantity);
    fg_tell_integer(to, "units", order->units);
  }
  fg_tell_amount(to, "amount", order->amount);
  fg_tell_end_object(to);
}

static void tell_plan_orders(fg_teller *to, const fg_plan_model *model, const fg_plan_run *run) {
  fg_tell_begin_list(to, "orders");
  for (uint32_t i = 0; i < run->orders.count; i++) {
    tell_plan_order(to, model, &run->orders.items[i]);
  }
  fg_tell_end_list(to);
}

static void tell_plan_month(fg_teller *to, const fg_plan_model *model, const fg_plan_run *run, int month) {
  const fg_plan_played *played = &run->months[month];
  const fg_product *product = &model->book->products[model->product];
  fg_tell_begin_object(to, NULL);
  tell_month_name(to, model, month);
  fg_tell_text(to, "mode", played->capacity ? product->capacity->meter : product->meter);
  fg_tell_integer(to, "calls", model->months[month].calls);
  fg_tell_integer(to, "free", played->free);
  fg_tell_integer(to, "packs", played->packs);
  fg_tell_integer(to, "postpaid", played->postpaid);
  fg_tell_integer(to, "capacity", played->unbilled);
  fg_tell_begin_object(to, "cost");
  fg_tell_amount(to, "packs", played->pack_cost);
  fg_tell_amount(to, "capacity", played->capacity_cost);
  fg_tell_amount(to, "materials", played->material_cost);
  fg_tell_amount(to, "postpaid", played->postpaid_cost);
  fg_tell_amount(to, "total",
                 played->pack_cost + played->capacity_cost + played->material_cost + played->postpaid_cost);
  fg_tell_end_object(to);
  fg_tell_end_object(to);
}

static void tell_runner_up(fg_teller *to, const fg_plan *plan) {
  if (plan->runner_up.months == NULL) {
    fg_tell_null(to, "runner_up");
    return;
  }
  fg_tell_begin_object(to, "runner_up");
  fg_tell_amount(to, "total", plan->runner_up.total);
  tell_plan_orders(to, &plan->model, &plan->runner_up);
  fg_tell_end_object(to);
}

static void tell_cost(fg_teller *to, const char *key, const fg_plan_model *model, fg_amount cost) {
  if (cost >= FG_PLAN_NEVER) {
    fg_tell_null(to, key);
  } else {
    fg_tell_amount(to, key, cost + model->material_cost);
  }
}

/* The arrays of `choice` are scratch. */
static void tell_naive(fg_teller *to, const fg_plan_model *model, fg_plan_choice *choice) {
  const fg_product *product = &model->book->products[model->product];
  fg_tell_begin_object(to, "naive");
  fg_plan_naive_postpaid(model, choice);
  tell_cost(to, "postpaid", model, choice->cost);
  fg_tell_begin_list(to, "packs");
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "pack", product->packs[model->packs[pack].offer].id);
    fg_plan_naive_pack(model, pack, choice);
    tell_cost(to, "total", model, choice->cost);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
  fg_plan_naive_capacity(model, choice);
  tell_cost(to, "capacity", model, choice->cost);
  fg_tell_end_object(to);
}

fg_status fg_plan_describe(fg_plan *plan, const fg_visitor *visitor) {
  fg_plan_model *model = &plan->model;
  fg_plan_choice scratch;
  FG_TRY(begin_choice(model, &scratch));
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "book", model->book->id);
  fg_tell_text(&to, "product", model->book->products[model->product].id);
  fg_tell_text(&to, "currency", model->book->currency);
  fg_tell_amount(&to, "total", plan->run.total);
  tell_plan_orders(&to, model, &plan->run);
  fg_tell_begin_list(&to, "months");
  for (int month = 0; month < model->month_count; month++) {
    tell_plan_month(&to, model, &plan->run, month);
  }
  fg_tell_end_list(&to);
  if (plan->searched) {
    tell_runner_up(&to, plan);
    tell_naive(&to, model, &scratch);
  }
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

/* ---------------------------------------------------------------------------------------------------- timeline */

static void tell_named(fg_teller *to, const char *key, fg_string value) {
  if (value.text != NULL) {
    fg_tell_text(to, key, value);
  }
}

static void tell_counted(fg_teller *to, const char *key, int64_t value) {
  if (value > 0) {
    fg_tell_integer(to, key, value);
  }
}

static void tell_command(fg_teller *to, const fg_command *command) {
  bool counts = command->kind != FG_DO_SET_MODE && command->kind != FG_DO_OPEN && command->kind != FG_DO_CLAIM &&
                command->kind != FG_DO_ADVANCE;
  fg_tell_begin_object(to, NULL);
  fg_tell_time(to, "at", command->at);
  fg_tell_word(to, "do", fg_command_name(command->kind));
  tell_named(to, "product", command->product);
  tell_named(to, "pack", command->pack);
  tell_named(to, "grant", command->grant);
  tell_named(to, "meter", command->meter);
  tell_named(to, "mode", command->mode);
  if (counts) {
    fg_tell_integer(to, "quantity", command->quantity);
  }
  tell_counted(to, "days", command->days);
  tell_counted(to, "months", command->months);
  fg_tell_end_object(to);
}

static fg_status write_commands(const fg_plan *plan, fg_text *text) {
  fg_json_writer writer = {
      .text = text, .minor_digits = plan->model.book->minor_digits, .offset_minutes = plan->model.book->offset_minutes};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_list(&to, NULL);
  for (uint32_t i = 0; i < plan->run.commands.count; i++) {
    tell_command(&to, &plan->run.commands.items[i]);
  }
  fg_tell_end_list(&to);
  return writer.status;
}

static fg_status write_timeline(const fg_plan *plan, const fg_text *book, fg_text *text) {
  FG_TRY(fg_text_append(text, "{\"book\":", 8));
  FG_TRY(fg_text_append(text, book->text, book->length));
  FG_TRY(fg_text_append(text, ",\"commands\":", 12));
  FG_TRY(write_commands(plan, text));
  return fg_text_append(text, "}", 1);
}

fg_status fg_plan_timeline(const fg_plan *plan, fg_text *json) {
  fg_text text = {.allocator = plan->model.allocator};
  fg_text book;
  FG_TRY(fg_book_write(plan->model.book, &book));
  fg_status status = write_timeline(plan, &book, &text);
  fg_text_release(&book);
  if (status != FG_OK) {
    fg_text_release(&text);
    return status;
  }
  *json = text;
  return FG_OK;
}
