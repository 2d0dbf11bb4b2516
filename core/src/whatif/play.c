#include <stdio.h>

#include "../book/terms.h"
#include "../state/command.h"
#include "plan.h"
#include "../state/state.h"

/* ---------------------------------------------------------------------------------------------- orders of a choice */

fg_status fg_plan_add_order(fg_plan_model *model, fg_plan_run *run, fg_plan_order order) {
  FG_TRY(FG_ARRAY_RESERVE(&model->allocator, &run->orders, 1));
  run->orders.items[run->orders.count++] = order;
  return FG_OK;
}

static bool same_orders(const fg_plan_month *a, const fg_plan_month *b) {
  return a->order_count == 1 && b->order_count == 1 && !a->orders[0].by_day && !b->orders[0].by_day &&
         a->orders[0].quantity == b->orders[0].quantity;
}

/* Months in a row with the same order by the month are one order. */
static fg_status order_capacity(fg_plan_model *model, const fg_plan_choice *choice, int month, fg_plan_run *run) {
  const fg_plan_month *at = &model->months[month];
  if (month > 0 && choice->capacity[month - 1] && same_orders(at, at - 1)) {
    return FG_OK;
  }
  for (uint32_t i = 0; i < at->order_count; i++) {
    fg_plan_order order = {.month = month, .offer = FG_NONE, .quantity = at->orders[i].quantity};
    order.days = at->orders[i].by_day ? at->hours / 24 : 0;
    order.months = at->orders[i].by_day ? 0 : 1;
    int next = month + 1;
    while (next < model->month_count && choice->capacity[next] && same_orders(at, &model->months[next])) {
      order.months++;
      next++;
    }
    FG_TRY(fg_plan_add_order(model, run, order));
  }
  return FG_OK;
}

fg_status fg_plan_orders(fg_plan_model *model, const fg_plan_choice *choice, fg_plan_run *run) {
  for (int month = 0; month < model->month_count; month++) {
    if (choice->capacity[month]) {
      FG_TRY(order_capacity(model, choice, month, run));
    }
    for (uint32_t i = 0; i < model->pack_count; i++) {
      int64_t count = choice->packs[(uint32_t)month * model->pack_count + i];
      fg_plan_order order = {.month = month, .offer = (int)model->packs[i].offer, .quantity = count};
      if (count > 0) {
        FG_TRY(fg_plan_add_order(model, run, order));
      }
    }
  }
  return FG_OK;
}

/* --------------------------------------------------------------------------------------------- orders to commands */

static const fg_product *product_of(const fg_plan_model *model) { return &model->book->products[model->product]; }

/* Adds a command; its product is the plan's. */
static fg_status add_command(fg_plan_model *model, fg_plan_run *run, fg_command_kind kind, fg_time at,
                             fg_command **command) {
  FG_TRY(FG_ARRAY_RESERVE(&model->allocator, &run->commands, 1));
  *command = &run->commands.items[run->commands.count++];
  fg_command_begin(*command, kind, at);
  if (kind != FG_DO_ADVANCE) {
    (*command)->product = product_of(model)->id;
  }
  return FG_OK;
}

/* Packs held are given the day before, in their order, so that they go before all that is bought (R7). */
static fg_status add_opening(fg_plan_model *model, fg_plan_run *run) {
  const fg_product *product = product_of(model);
  fg_time start = model->months[0].begin;
  fg_command *command = NULL;
  for (uint32_t i = model->held_offer; i < product->pack_count; i++) {
    FG_TRY(add_command(model, run, FG_DO_GIVE_PACK, start - FG_DAY + (i - model->held_offer) * FG_SECOND, &command));
    command->pack = product->packs[i].id;
  }
  FG_TRY(add_command(model, run, FG_DO_OPEN, start, &command));
  for (uint32_t i = 0; i < product->grant_count; i++) {
    if (product->grants[i].issue == FG_ISSUE_CLAIM) {
      FG_TRY(add_command(model, run, FG_DO_CLAIM, start, &command));
      command->grant = product->grants[i].id;
    }
  }
  return FG_OK;
}

static fg_status add_purchase(fg_plan_model *model, fg_plan_run *run, const fg_plan_order *order) {
  const fg_product *product = product_of(model);
  fg_time at = model->months[order->month].begin;
  fg_command *command = NULL;
  FG_TRY(add_command(model, run, order->offer == FG_NONE ? FG_DO_BUY_CAPACITY : FG_DO_BUY_PACK, at, &command));
  command->quantity = order->quantity;
  if (order->offer == FG_NONE) {
    command->meter = product->capacity->meter;
    command->days = order->days;
    command->months = order->months;
  } else {
    command->pack = product->packs[order->offer].id;
  }
  return FG_OK;
}

/* The mode is set by hand where it does not follow the capacity (R17, R24). */
static fg_status add_mode(fg_plan_model *model, fg_plan_run *run, int month) {
  const fg_product *product = product_of(model);
  bool was = month > 0 && run->months[month - 1].capacity;
  fg_command *command = NULL;
  if (product->capacity == NULL || product->capacity->automatic || was == run->months[month].capacity) {
    return FG_OK;
  }
  FG_TRY(add_command(model, run, FG_DO_SET_MODE, model->months[month].begin, &command));
  command->mode = run->months[month].capacity ? product->capacity->meter : product->meter;
  return FG_OK;
}

static fg_status add_materials(fg_plan_model *model, fg_plan_run *run) {
  fg_command *command = NULL;
  if (model->materials == 0) {
    return FG_OK;
  }
  FG_TRY(add_command(model, run, FG_DO_ADD_MATERIALS, model->months[0].begin, &command));
  command->quantity = model->materials;
  return FG_OK;
}

static fg_status add_month(fg_plan_model *model, fg_plan_run *run, int month) {
  fg_command *command = NULL;
  for (uint32_t i = 0; i < run->orders.count; i++) {
    if (run->orders.items[i].month == month) {
      FG_TRY(add_purchase(model, run, &run->orders.items[i]));
    }
  }
  FG_TRY(add_mode(model, run, month));
  if (month == 0) {
    FG_TRY(add_materials(model, run));
  }
  if (model->months[month].calls > 0) {
    FG_TRY(add_command(model, run, FG_DO_USE, model->months[month].use, &command));
    command->quantity = model->months[month].calls;
  }
  return FG_OK;
}

static fg_status add_commands(fg_plan_model *model, fg_plan_run *run) {
  const fg_plan_month *last = &model->months[model->month_count - 1];
  fg_command *command = NULL;
  FG_TRY(add_opening(model, run));
  for (int month = 0; month < model->month_count; month++) {
    FG_TRY(add_month(model, run, month));
  }
  fg_month month = fg_month_of(fg_date_at(last->begin, model->book->offset_minutes));
  fg_time settled = fg_settlement_time(model->book, &model->book->policy, month);
  return add_command(model, run, FG_DO_ADVANCE, settled, &command);
}

/* --------------------------------------------------------------------------------------------------- the engine */

typedef struct plan_stage {
  fg_plan_model *model;
  fg_plan_run *run;
  uint32_t order; ///< the next to be placed
} plan_stage;

static void note_order(plan_stage *stage, const fg_outcome *outcome) {
  FG_ASSERT(stage->order < stage->run->orders.count);
  fg_plan_order *order = &stage->run->orders.items[stage->order++];
  fg_plan_played *month = &stage->run->months[order->month];
  order->amount = fg_amount_of(outcome->is.order.amount);
  order->units = order->offer == FG_NONE ? 0 : outcome->is.order.units;
  bool for_materials = order->offer != FG_NONE && product_of(stage->model)->packs[order->offer].of_materials;
  fg_amount *cost = order->offer == FG_NONE ? &month->capacity_cost
                    : for_materials         ? &month->material_cost
                                            : &month->pack_cost;
  *cost += order->amount;
  FG_ASSERT(fg_amount_fits(*cost));
}

static void note_use(plan_stage *stage, fg_time at, const fg_used *used) {
  for (int i = 0; i < stage->model->month_count; i++) {
    if (stage->model->months[i].use == at) {
      fg_plan_played *month = &stage->run->months[i];
      month->free = used->free;
      month->postpaid = used->postpaid;
      month->unbilled = used->unbilled;
      for (size_t pack = 0; pack < used->pack_count; pack++) {
        month->packs += used->packs[pack].units;
      }
    }
  }
}

/* Orders that were given may hold less than the month needs at once: such a plan does not serve the forecast. Asked after
   the usage, when the account has come to its instant. */
static fg_status check_peak(const plan_stage *stage, const fg_account *account, fg_time at, fg_error *error) {
  const fg_product *product = product_of(stage->model);
  const fg_in_force *in_force = &account->state.services[stage->model->product].in_force;
  for (int i = 0; i < stage->model->month_count; i++) {
    const fg_plan_month *month = &stage->model->months[i];
    if (month->use == at && in_force->is_limited && month->peak > in_force->limit) {
      char path[96];
      snprintf(path, sizeof path, "peak_%.60s[%d]", product->capacity->meter.text, i);
      return fg_fail(error, FG_CAPACITY_LIMIT, path, "%lld are needed at once, and the orders allow %lld",
                     (long long)month->peak, (long long)in_force->limit);
    }
  }
  return FG_OK;
}

static bool note_invoice(void *context, const fg_invoice *invoice) {
  plan_stage *stage = context;
  fg_date first = fg_date_at(stage->model->months[0].begin, stage->model->book->offset_minutes);
  FG_ASSERT((unsigned)(invoice->month - fg_month_of(first)) < (unsigned)stage->model->month_count);
  stage->run->months[invoice->month - fg_month_of(first)].postpaid_cost = invoice->total;
  return true;
}

static fg_status live_through(plan_stage *stage, fg_account *account, fg_error *error) {
  fg_plan_run *run = stage->run;
  for (uint32_t i = 0; i < run->commands.count; i++) {
    const fg_command *command = &run->commands.items[i];
    fg_outcome outcome;
    fg_status status = fg_account_apply(account, command, &outcome, error);
    bool ended = command->kind == FG_DO_CLAIM && status == FG_UNKNOWN_GRANT; /* R5: an amendment ended it */
    if (status != FG_OK && !ended) {
      return status;
    }
    if (command->kind == FG_DO_BUY_PACK || command->kind == FG_DO_BUY_CAPACITY) {
      note_order(stage, &outcome);
    } else if (command->kind == FG_DO_USE) {
      note_use(stage, command->at, &outcome.is.used);
      FG_TRY(check_peak(stage, account, command->at, error));
    }
  }
  run->total = account->state.spent.gross;
  return fg_history_each_invoice(account->history, note_invoice, stage);
}

static void sort_orders(fg_plan_run *run) {
  for (uint32_t i = 1; i < run->orders.count; i++) {
    fg_plan_order order = run->orders.items[i];
    uint32_t place = i;
    while (place > 0 && run->orders.items[place - 1].month > order.month) {
      run->orders.items[place] = run->orders.items[place - 1];
      place--;
    }
    run->orders.items[place] = order;
  }
}

fg_status fg_plan_play(fg_plan_model *model, fg_plan_run *run, fg_error *error) {
  fg_account_options options = {.allocator = &model->allocator};
  fg_account *account = NULL;
  plan_stage stage = {model, run, 0};
  for (uint32_t i = 0; i < model->held_offer; i++) {
    if (model->material_packs[i] > 0) {
      fg_plan_order order = {.month = 0, .offer = (int)i, .quantity = model->material_packs[i]};
      FG_TRY(fg_plan_add_order(model, run, order));
    }
  }
  sort_orders(run);
  FG_TRY(add_commands(model, run));
  FG_TRY(fg_account_new(model->book, &options, &account, error));
  fg_status status = live_through(&stage, account, error);
  fg_account_free(account);
  return status;
}

void fg_plan_run_release(fg_plan_model *model, fg_plan_run *run) {
  FG_ARRAY_RELEASE(&model->allocator, &run->orders);
  FG_ARRAY_RELEASE(&model->allocator, &run->commands);
}
