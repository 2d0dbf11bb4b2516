/* Tells a plan: its orders and months, and the timeline that replays to its total. docs/plan.md. */
#include "../base/tell.h"
#include "../json/write.h"
#include "../state/command.h"
#include "naive_plans.h"

static void tell_plan_named_month(fg_teller *to, const char *key, const fg_plan_model *model, int month) {
  char name[8];
  fg_plan_month_name(model, month, name);
  fg_tell_word(to, key, name);
}

static void tell_plan_order(fg_teller *to, const fg_plan_model *model, const fg_plan_order *order) {
  const fg_product *product = fg_plan_offered(model, 0);
  fg_tell_begin_object(to, NULL);
  tell_plan_named_month(to, "month", model, order->month);
  fg_tell_time(to, "at", model->months[order->month].begin);
  if (order->offer == FG_NONE) {
    fg_tell_text(to, "meter", product->capacity->meter);
    fg_tell_integer(to, "quantity", order->quantity);
    if (order->start != order->month) {
      tell_plan_named_month(to, "start", model, order->start);
    }
    fg_tell_integer(to, order->days > 0 ? "days" : "months", order->days > 0 ? order->days : order->months);
  } else {
    if (model->pool.text != NULL) {
      fg_tell_text(to, "pool", model->pool);
    }
    fg_tell_text(to, "pack", product->packs[order->offer].id);
    fg_tell_integer(to, "quantity", order->quantity);
    fg_tell_integer(to, "units", order->units);
  }
  fg_tell_amount(to, "amount", order->amount);
  fg_tell_end_object(to);
}

static void tell_plan_orders(fg_teller *to, const fg_plan_model *model, const fg_plan_result *result) {
  fg_tell_begin_list(to, "orders");
  for (uint32_t i = 0; i < result->orders.count; i++) {
    tell_plan_order(to, model, &result->orders.items[i]);
  }
  fg_tell_end_list(to);
}

static void tell_plan_month(fg_teller *to, const fg_plan_model *model, const fg_plan_result *result, int month) {
  const fg_plan_month_result *came_to = &result->months[month];
  const fg_product *product = fg_plan_offered(model, 0);
  fg_tell_begin_object(to, NULL);
  tell_plan_named_month(to, "month", model, month);
  fg_tell_text(to, "mode", came_to->by_capacity ? product->capacity->meter : product->meter);
  fg_tell_integer(to, "calls", model->months[month].calls);
  fg_tell_integer(to, "free", came_to->free);
  fg_tell_integer(to, "packs", came_to->packs);
  fg_tell_integer(to, "postpaid", came_to->postpaid);
  fg_tell_integer(to, "capacity", came_to->unbilled);
  fg_tell_begin_object(to, "cost");
  fg_tell_amount(to, "packs", came_to->pack_cost);
  fg_tell_amount(to, "capacity", came_to->capacity_cost);
  fg_tell_amount(to, "materials", came_to->material_cost);
  fg_tell_amount(to, "postpaid", came_to->postpaid_cost);
  fg_tell_amount(to, "fees", came_to->fee_cost);
  fg_tell_amount(to, "total",
                 came_to->pack_cost + came_to->capacity_cost + came_to->material_cost + came_to->postpaid_cost +
                     came_to->fee_cost);
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
    fg_tell_amount(to, key, cost + fg_plan_fixed_cost(model));
  }
}

/* Whether an earlier entry of the model's packs is an order of the same pack. */
static bool is_told_already(const fg_plan_model *model, uint32_t pack) {
  bool is_told = false;
  for (uint32_t before = 0; before < pack && !is_told; before++) {
    is_told = model->packs[before].offer == model->packs[pack].offer;
  }
  return is_told;
}

/* Tells the costs of the naive plans; `choice` is scratch memory for each of them. */
static void tell_naive(fg_teller *to, const fg_plan_model *model, fg_plan_choice *choice) {
  const fg_product *product = fg_plan_offered(model, 0);
  fg_tell_begin_object(to, "naive");
  fg_plan_naive_postpaid(model, choice);
  tell_cost(to, "postpaid", model, choice->cost);
  fg_tell_begin_list(to, "packs");
  for (uint32_t pack = 0; pack < model->pack_count; pack++) {
    if (is_told_already(model, pack)) {
      continue;
    }
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "pack", product->packs[model->packs[pack].offer].id);
    fg_plan_naive_offer(model, model->packs[pack].offer, choice);
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
  FG_TRY(fg_plan_choice_begin(model, &scratch));
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "book", model->book->id);
  fg_tell_text(&to, "product", fg_plan_offered(model, 0)->id);
  fg_tell_text(&to, "currency", model->book->currency);
  fg_tell_amount(&to, "total", plan->chosen.total);
  tell_plan_orders(&to, model, &plan->chosen);
  fg_tell_begin_list(&to, "months");
  for (int month = 0; month < model->month_count; month++) {
    tell_plan_month(&to, model, &plan->chosen, month);
  }
  fg_tell_end_list(&to);
  if (plan->searched) {
    fg_tell_flag(&to, "proven", plan->gap == 0);
    fg_tell_amount(&to, "gap", plan->gap);
    tell_runner_up(&to, plan);
    tell_naive(&to, model, &scratch);
  }
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

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
  if (command->start != FG_NO_DATE) {
    fg_tell_optional_date(to, "start", command->start);
  }
  fg_tell_end_object(to);
}

static fg_status write_commands(const fg_plan *plan, fg_text *text) {
  fg_json_writer writer = {
      .text = text, .minor_digits = plan->model.book->minor_digits, .zone = &plan->model.book->zone};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_list(&to, NULL);
  for (uint32_t i = 0; i < plan->chosen.commands.count; i++) {
    tell_command(&to, &plan->chosen.commands.items[i]);
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
