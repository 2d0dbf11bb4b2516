#include "plan_replay.h"

#include <stdio.h>

#include "../book/terms.h"
#include "../state/command.h"
#include "../state/state.h"
#include "plan_orders.h"

static const fg_product *product_of(const fg_plan_model *model) { return fg_plan_offered(model, 0); }

/* Adds a command about the plan's product. */
static fg_status add_command(fg_plan_model *model, fg_plan_result *result, fg_command_kind kind, fg_time at,
                             fg_command **command) {
  FG_TRY(FG_ARRAY_RESERVE(&model->allocator, &result->commands, 1));
  *command = &result->commands.items[result->commands.count++];
  fg_command_begin(*command, kind, at);
  if (kind != FG_DO_ADVANCE) {
    (*command)->product = product_of(model)->id;
  }
  return FG_OK;
}

/* Adds what comes before the first month. Packs held are given on the day before the start, in their order, so that
   they are drawn on before all that is bought (R7). */
static fg_status add_opening(fg_plan_model *model, fg_plan_result *result) {
  const fg_product *product = product_of(model);
  fg_time start = model->months[0].begin;
  fg_command *command = NULL;
  for (uint32_t i = model->held_offer; i < product->pack_count; i++) {
    fg_time given = fg_plan_day_before(model) + (i - model->held_offer) * FG_SECOND;
    FG_TRY(add_command(model, result, FG_DO_GIVE_PACK, given, &command));
    command->pack = product->packs[i].id;
  }
  FG_TRY(add_command(model, result, FG_DO_OPEN, start, &command));
  for (uint32_t i = 0; i < product->grant_count; i++) {
    if (product->grants[i].issue == FG_ISSUE_CLAIM) {
      FG_TRY(add_command(model, result, FG_DO_CLAIM, start, &command));
      command->grant = product->grants[i].id;
    }
  }
  return FG_OK;
}

static fg_status add_purchase(fg_plan_model *model, fg_plan_result *result, const fg_plan_order *order) {
  const fg_product *product = product_of(model);
  fg_time at = model->months[order->month].begin;
  fg_command *command = NULL;
  FG_TRY(add_command(model, result, order->offer == FG_NONE ? FG_DO_BUY_CAPACITY : FG_DO_BUY_PACK, at, &command));
  command->quantity = order->quantity;
  if (order->offer == FG_NONE) {
    command->meter = product->capacity->meter;
    command->days = order->days;
    command->months = order->months;
    if (order->start != order->month) {
      command->start = fg_date_at(model->months[order->start].begin, &model->book->zone);
    }
  } else {
    command->pack = product->packs[order->offer].id;
  }
  return FG_OK;
}

/* Sets the mode, if it does not follow the capacity by itself (R17, R24). */
static fg_status add_mode(fg_plan_model *model, fg_plan_result *result, int month) {
  const fg_product *product = product_of(model);
  bool was = month > 0 && result->months[month - 1].by_capacity;
  fg_command *command = NULL;
  if (product->capacity == NULL || product->capacity->mode == FG_CAPACITY_AUTOMATIC ||
      was == result->months[month].by_capacity) {
    return FG_OK;
  }
  FG_TRY(add_command(model, result, FG_DO_SET_MODE, model->months[month].begin, &command));
  command->mode = result->months[month].by_capacity ? product->capacity->meter : product->meter;
  return FG_OK;
}

static fg_status add_materials(fg_plan_model *model, fg_plan_result *result) {
  fg_command *command = NULL;
  if (model->materials == 0) {
    return FG_OK;
  }
  FG_TRY(add_command(model, result, FG_DO_ADD_MATERIALS, model->months[0].begin, &command));
  command->quantity = model->materials;
  return FG_OK;
}

static fg_status add_month(fg_plan_model *model, fg_plan_result *result, int month) {
  fg_command *command = NULL;
  for (uint32_t i = 0; i < result->orders.count; i++) {
    if (result->orders.items[i].month == month) {
      FG_TRY(add_purchase(model, result, &result->orders.items[i]));
    }
  }
  FG_TRY(add_mode(model, result, month));
  if (month == 0) {
    FG_TRY(add_materials(model, result));
  }
  if (model->months[month].calls > 0) {
    FG_TRY(add_command(model, result, FG_DO_USE, model->months[month].use, &command));
    command->quantity = model->months[month].calls;
  }
  return FG_OK;
}

/* When the last month is settled. */
static fg_time end_of(const fg_plan_model *model) {
  const fg_plan_month *last = &model->months[model->month_count - 1];
  fg_month month = fg_month_of(fg_date_at(last->begin, &model->book->zone));
  return fg_settlement_time(model->book, &model->book->policy, month);
}

static fg_status add_commands(fg_plan_model *model, fg_plan_result *result) {
  fg_command *command = NULL;
  FG_TRY(add_opening(model, result));
  for (int month = 0; month < model->month_count; month++) {
    FG_TRY(add_month(model, result, month));
  }
  return add_command(model, result, FG_DO_ADVANCE, end_of(model), &command);
}

typedef struct plan_replay {
  fg_plan_model *model;
  fg_plan_result *result;
  uint32_t order; ///< index of the next order to be placed
} plan_replay;

static void note_order(plan_replay *progress, const fg_outcome *outcome) {
  FG_ASSERT(progress->order < progress->result->orders.count);
  fg_plan_order *order = &progress->result->orders.items[progress->order++];
  fg_plan_month_result *month = &progress->result->months[order->month];
  order->amount = fg_amount_of(outcome->is.order.amount);
  order->units = order->offer == FG_NONE ? 0 : outcome->is.order.units;
  bool for_materials = order->offer != FG_NONE && product_of(progress->model)->packs[order->offer].of_materials;
  fg_amount *cost = order->offer == FG_NONE ? &month->capacity_cost
                    : for_materials         ? &month->material_cost
                                            : &month->pack_cost;
  *cost += order->amount;
  FG_ASSERT(fg_amount_fits(*cost));
}

static void note_use(plan_replay *progress, fg_time at, const fg_used *used) {
  for (int i = 0; i < progress->model->month_count; i++) {
    if (progress->model->months[i].use == at) {
      fg_plan_month_result *month = &progress->result->months[i];
      month->free = used->free;
      month->postpaid = used->postpaid;
      month->unbilled = used->unbilled;
      for (size_t pack = 0; pack < used->pack_count; pack++) {
        month->packs += used->packs[pack].units;
      }
    }
  }
}

/* Refuses a plan whose orders allow less at once than a month needs. The limit is checked after the usage, because only
   then has the account come to that instant. */
static fg_status check_peak(const plan_replay *progress, const fg_account *account, fg_time at, fg_error *error) {
  const fg_product *product = product_of(progress->model);
  int64_t limit = product->asked_count == 0 ? -1 : account->state.windows[product->asked[0]].limit;
  for (int i = 0; i < progress->model->month_count; i++) {
    const fg_plan_month *month = &progress->model->months[i];
    if (month->use == at && limit >= 0 && month->peak > limit) {
      char path[96], name[8];
      snprintf(path, sizeof path, "peak_%.60s[%d]", product->capacity->meter.text, i);
      fg_plan_month_name(progress->model, i, name);
      return fg_fail(error, FG_CAPACITY_LIMIT, path, "in %s %lld are needed at once, and the orders allow %lld", name,
                     (long long)month->peak, (long long)limit);
    }
  }
  return FG_OK;
}

static fg_amount fees_of(const fg_invoice *invoice) {
  fg_amount fees = 0;
  for (uint32_t i = 0; i < invoice->line_count; i++) {
    fees += invoice->lines[i].kind == FG_LINE_FEE ? invoice->lines[i].slice.amount : 0;
  }
  return fees;
}

static bool note_invoice(void *context, const fg_invoice *invoice) {
  plan_replay *progress = context;
  fg_date first = fg_date_at(progress->model->months[0].begin, &progress->model->book->zone);
  fg_month month = fg_month_of(fg_date_at(invoice->period.begin, &progress->model->book->zone)) - fg_month_of(first);
  FG_ASSERT((unsigned)month < (unsigned)progress->model->month_count);
  fg_plan_month_result *result = &progress->result->months[month];
  result->fee_cost = fees_of(invoice);
  result->postpaid_cost = invoice->total - result->fee_cost;
  return true;
}

static fg_status apply_all(plan_replay *progress, fg_account *account, fg_error *error) {
  fg_plan_result *result = progress->result;
  for (uint32_t i = 0; i < result->commands.count; i++) {
    const fg_command *command = &result->commands.items[i];
    fg_outcome outcome;
    fg_status status = fg_account_apply(account, command, &outcome, error);
    bool ended = command->kind == FG_DO_CLAIM && status == FG_UNKNOWN_GRANT; /* R5: an amendment has ended the grant */
    if (status != FG_OK && !ended) {
      return status;
    }
    if (command->kind == FG_DO_BUY_PACK || command->kind == FG_DO_BUY_CAPACITY) {
      note_order(progress, &outcome);
    } else if (command->kind == FG_DO_USE) {
      note_use(progress, command->at, &outcome.is.used);
      FG_TRY(check_peak(progress, account, command->at, error));
    }
  }
  result->total = account->state.spent.gross;
  return fg_history_each_invoice(account->history, note_invoice, progress);
}

fg_status fg_plan_replay(fg_plan_model *model, fg_plan_result *result, fg_error *error) {
  fg_account_options options = {.allocator = &model->allocator};
  fg_account *account = NULL;
  plan_replay progress = {model, result, 0};
  FG_TRY(fg_plan_complete_orders(model, result));
  FG_TRY(add_commands(model, result));
  FG_TRY(fg_account_new(model->book, &options, &account, error));
  fg_status status = apply_all(&progress, account, error);
  fg_account_free(account);
  return status;
}

static bool has_fees(const fg_plan_model *model) {
  bool has = false;
  for (int month = 0; month < model->month_count && !has; month++) {
    has = fg_plan_offered(model, month)->fee_count > 0 || fg_plan_priced(model, month)->fee_count > 0;
  }
  return has;
}

static bool add_up_fees(void *context, const fg_invoice *invoice) {
  fg_amount *sum = context;
  *sum += fees_of(invoice);
  return true;
}

static fg_status open_and_wait(fg_plan_model *model, fg_account *account, fg_error *error) {
  fg_outcome outcome;
  fg_command command;
  fg_command_begin(&command, FG_DO_OPEN, model->months[0].begin);
  command.product = product_of(model)->id;
  FG_TRY(fg_account_apply(account, &command, &outcome, error));
  fg_command_begin(&command, FG_DO_ADVANCE, end_of(model));
  FG_TRY(fg_account_apply(account, &command, &outcome, error));
  return fg_history_each_invoice(account->history, add_up_fees, &model->fee_cost);
}

fg_status fg_plan_find_fees(fg_plan_model *model, fg_error *error) {
  fg_account_options options = {.allocator = &model->allocator};
  fg_account *account = NULL;
  if (!has_fees(model)) {
    return FG_OK;
  }
  FG_TRY(fg_account_new(model->book, &options, &account, error));
  fg_status status = open_and_wait(model, account, error);
  fg_account_free(account);
  return status;
}
