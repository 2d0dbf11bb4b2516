/* Usage of many accounts becomes bills: each account applies its own events as commands. */
#include "answered.h"
#include "customers.h"
#include "event_attributes.h"
#include "event_order.h"
#include "event_rows.h"
#include "event_values.h"
#include "period_uses.h"
#include "set_aside.h"

#include "../state/command.h"
#include "../rules/periods.h"

/* ------------------------------------------------------------------------------------------------ making, freeing */

fg_status fg_biller_new(fg_account *pattern, fg_time until, fg_biller **biller) {
  fg_biller *fresh = fg_allocate(&pattern->allocator, sizeof *fresh);
  if (fresh == NULL) {
    return FG_NO_MEMORY;
  }
  fresh->allocator = pattern->allocator;
  fresh->book = fg_book_retain(pattern->book);
  fresh->until = until;
  fresh->seed = fg_hash_seed(fresh);
  fg_status status = fg_account_fork(pattern, &fresh->pattern);
  if (status != FG_OK) {
    fg_biller_free(fresh);
    return status;
  }
  *biller = fresh;
  return FG_OK;
}

void fg_biller_free(fg_biller *biller) {
  if (biller == NULL) {
    return;
  }
  fg_allocator allocator = biller->allocator;
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    fg_account_free(biller->customers.items[i].account);
    fg_uses_free(&allocator, biller->customers.items[i].uses);
    FG_ARRAY_RELEASE(&allocator, &biller->customers.items[i].commands);
  }
  FG_ARRAY_RELEASE(&allocator, &biller->customers);
  FG_ARRAY_RELEASE(&allocator, &biller->rows);
  FG_ARRAY_RELEASE(&allocator, &biller->sorted);
  FG_ARRAY_RELEASE(&allocator, &biller->places);
  FG_ARRAY_RELEASE(&allocator, &biller->known);
  FG_ARRAY_RELEASE(&allocator, &biller->aside);
  FG_ARRAY_RELEASE(&allocator, &biller->answered);
  FG_ARRAY_RELEASE(&allocator, &biller->drawn);
  fg_release(&allocator, biller->slots, biller->slot_count * sizeof *biller->slots);
  fg_arena_release(&biller->names, &allocator);
  fg_arena_release(&biller->messages, &allocator);
  fg_account_free(biller->pattern);
  fg_book_release(biller->book);
  fg_book_release(biller->twin);
  fg_release(&allocator, biller, sizeof *biller);
}

/* --------------------------------------------------------------------------------------- commands beside the events */

static fg_status add_customer_command(fg_biller *biller, fg_string name, const fg_command *command) {
  uint32_t index = 0;
  fg_command copy = *command;
  FG_TRY(fg_customer_find(biller, name, &index));
  fg_customer *customer = &biller->customers.items[index];
  uint32_t count = customer->commands.count;
  if (count > 0 && customer->commands.items[count - 1].at > command->at) {
    return FG_TIME_REVERSAL;
  }
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &customer->commands, 1));
  FG_TRY(fg_command_keep_texts(&copy, &biller->names, &biller->allocator));
  customer->commands.items[customer->commands.count++] = copy;
  return FG_OK;
}

fg_status fg_biller_command(fg_biller *biller, fg_string name, const fg_command *command, fg_error *error) {
  FG_TRY(fg_command_check(command, error));
  fg_status status = add_customer_command(biller, name, command);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

/* ------------------------------------------------------------------------------------------------------- set aside */

/* What is told of a command that was read and yet did not happen. */
static fg_set_aside aside_of(const fg_customer *customer, const fg_command *command, int64_t row, fg_aside_kind kind) {
  return (fg_set_aside){.row = row,
                        .kind = kind,
                        .column = "",
                        .message = "",
                        .rule = "",
                        .text = {NULL, 0},
                        .account = customer->name,
                        .product = command->product,
                        .id = command->id,
                        .at = command->at,
                        .quantity = command->quantity};
}

/* Sets a command aside that the rules of the account refused. */
static fg_status set_refused_aside(fg_biller *biller, const fg_customer *customer, const fg_command *command,
                                   int64_t row, const fg_error *error) {
  fg_set_aside what = aside_of(customer, command, row, FG_ASIDE_REFUSED);
  what.status = error->status;
  what.column = fg_string_copy(&biller->messages, &biller->allocator, fg_string_of(error->path)).text;
  what.message = fg_string_copy(&biller->messages, &biller->allocator, fg_string_of(error->message)).text;
  what.rule = fg_string_copy(&biller->messages, &biller->allocator, fg_string_of(error->rule)).text;
  if (what.column == NULL || what.message == NULL || what.rule == NULL) {
    return FG_NO_MEMORY;
  }
  return fg_set_aside_add(biller, &what);
}

static void begin_call(fg_biller *biller) {
  fg_arena_release(&biller->messages, &biller->allocator);
  biller->aside.count = 0;
  fg_answered_begin(biller);
}

/* ------------------------------------------------------------------------------------------------ applying commands */

/* Answers FG_OK also for a command that was set aside, because only what ends the whole call is a failure. */
static fg_status do_or_set_aside(fg_biller *biller, const fg_customer *customer, const fg_command *command, int64_t row,
                                 fg_outcome *outcome) {
  fg_error error;
  fg_status status = fg_account_apply(customer->account, command, outcome, &error);
  if (FG_LIKELY(status == FG_OK && !outcome->repeated)) {
    return FG_OK;
  }
  if (status == FG_OK) {
    fg_set_aside what = aside_of(customer, command, row, FG_ASIDE_REPEATED);
    return fg_set_aside_add(biller, &what);
  }
  return status == FG_NO_MEMORY ? status : set_refused_aside(biller, customer, command, row, &error);
}

static bool is_later(const fg_biller *biller, fg_time at) { return biller->until != FG_NO_TIME && at > biller->until; }

static fg_status set_later_aside(fg_biller *biller, const fg_customer *customer, const fg_command *command,
                                 int64_t row) {
  fg_set_aside what = aside_of(customer, command, row, FG_ASIDE_LATER);
  return fg_set_aside_add(biller, &what);
}

static fg_status do_commands(fg_biller *biller, fg_customer *customer, fg_time until) {
  fg_outcome outcome;
  while (customer->done < customer->commands.count && customer->commands.items[customer->done].at <= until) {
    const fg_command *command = &customer->commands.items[customer->done];
    FG_TRY(is_later(biller, command->at) ? set_later_aside(biller, customer, command, -1)
                                         : do_or_set_aside(biller, customer, command, -1, &outcome));
    customer->done++;
  }
  return FG_OK;
}

static fg_status open_product(fg_customer *customer, uint32_t product, fg_time at, fg_error *error) {
  const fg_service *service = &customer->account->state.services[product];
  fg_command command;
  if (FG_LIKELY(service->was_open)) {
    return FG_OK;
  }
  fg_command_begin(&command, FG_DO_OPEN, at);
  command.product = customer->account->book->products[product].id;
  return fg_account_apply(customer->account, &command, NULL, error);
}

static FG_COLD fg_status open_products_of(fg_customer *customer, int event, fg_time at, fg_error *error) {
  const fg_event *used = &customer->account->book->events[event];
  for (uint32_t i = 0; i < used->product_count; i++) {
    FG_TRY(open_product(customer, used->products[i], at, error));
  }
  return FG_OK;
}

/* R33: usage needs an open product. Nothing in a usage log says when it was opened, so its first event does. */
static fg_status open_at_first_event(fg_customer *customer, const fg_event_row *row, fg_error *error) {
  return FG_LIKELY(row->product >= 0) ? open_product(customer, (uint32_t)row->product, row->at, error)
                                      : open_products_of(customer, fg_row_event(row->product), row->at, error);
}

/* The name of a row's product or event, as the book or, where it has none, the log writes it. */
static fg_string name_in_row(const fg_biller *biller, const fg_events *events, const fg_event_row *row) {
  int event = fg_row_event(row->product);
  return FG_LIKELY(row->product >= 0) ? biller->book->products[row->product].id
         : event != FG_NONE           ? biller->book->events[event].id
                                      : fg_trim(fg_texts_at(&events->products, row->row));
}

/* Makes the command of a row. A quantity below 0 says that too much usage was logged before, which is an `adjust`. */
static void make_command(const fg_biller *biller, const fg_events *events, const fg_event_row *row,
                         fg_row_attributes *attributes, fg_command *command) {
  command->kind = row->quantity < 0 ? FG_DO_ADJUST : FG_DO_USE;
  command->at = row->at;
  command->quantity = row->quantity;
  command->product = name_in_row(biller, events, row);
  if (events->attribute_count > 0) {
    command->attributes = fg_event_attributes(biller->book, events, row->row, attributes);
  }
  if (events->ids != NULL) {
    fg_string id = fg_texts_at(events->ids, row->row);
    command->id = id.text == NULL ? id : fg_trim(id);
  }
}

static fg_status apply_row(fg_biller *biller, fg_customer *customer, const fg_events *events, const fg_event_row *row,
                           fg_command *command) {
  fg_error error;
  fg_status status = FG_OK;
  fg_row_attributes attributes;
  int64_t number = fg_event_number(events, row->row);
  make_command(biller, events, row, &attributes, command);
  if (FG_UNLIKELY(is_later(biller, row->at))) {
    return set_later_aside(biller, customer, command, number);
  }
  if (FG_UNLIKELY(row->product == FG_NONE)) {
    status = fg_refuse(&error, FG_UNKNOWN_PRODUCT);
  } else if (FG_LIKELY(row->quantity >= 0)) {
    status = open_at_first_event(customer, row, &error);
  }
  if (FG_UNLIKELY(status != FG_OK)) {
    return status == FG_NO_MEMORY ? status : set_refused_aside(biller, customer, command, number, &error);
  }
  uint32_t before = biller->aside.count;
  fg_outcome outcome;
  FG_TRY(do_or_set_aside(biller, customer, command, number, &outcome));
  bool happened = biller->aside.count == before;
  biller->counts.billed += happened;
  return FG_LIKELY(!biller->detailed) || !happened
             ? FG_OK
             : fg_answered_add(biller, customer, command, row->row, number, &outcome);
}

static fg_status goes_back(const fg_customer *customer, fg_time before, const fg_events *events,
                           const fg_event_row *row, fg_error *error) {
  char at[FG_TIME_TEXT_MAX], last[FG_TIME_TEXT_MAX];
  fg_time_format(row->at, &customer->account->book->zone, at);
  fg_time_format(before, &customer->account->book->zone, last);
  return fg_fail(error, FG_TIME_REVERSAL, "time", "row %lld: %s is before %s, where account %.*s was already",
                 (long long)fg_event_number(events, row->row), at, last, (int)customer->name.length,
                 customer->name.text);
}

/* Sorts each account's rows by time or checks that they are. The rows are in `sorted` by now, so `rows` is free as
   scratch memory. */
static fg_status order_rows(fg_biller *biller, const fg_customer *customer, const fg_events *events, fg_event_row *rows,
                            uint32_t count, fg_error *error) {
  fg_time last = customer->last;
  if (events->sort) {
    fg_sort_rows(rows, count, biller->rows.items);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (FG_UNLIKELY(rows[i].at < last)) {
      return goes_back(customer, last, events, &rows[i], error);
    }
    last = rows[i].at;
  }
  return FG_OK;
}

static fg_status apply_events(fg_biller *biller, uint32_t index, const fg_events *events, fg_error *error) {
  static const char reason[] = "a row of the log";
  fg_customer *customer = &biller->customers.items[index];
  fg_event_row *rows = biller->sorted.items + biller->places.items[index];
  uint32_t count = biller->places.items[index + 1] - biller->places.items[index];
  fg_command command;
  if (count == 0) {
    return FG_OK;
  }
  FG_TRY(order_rows(biller, customer, events, rows, count, error));
  fg_command_begin(&command, FG_DO_USE, 0);
  command.reason = (fg_string){reason, sizeof reason - 1};
  fg_status status = FG_OK;
  for (uint32_t i = 0; i < count && status == FG_OK; i++) {
    status = do_commands(biller, customer, rows[i].at);
    status = status == FG_OK ? apply_row(biller, customer, events, &rows[i], &command) : status;
  }
  customer->last = rows[count - 1].at;
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

/* Sorts the rows by account, so that each account's state stays in the cache while its rows are done. A counting sort
   keeps the rows of an account in their order. */
static fg_status sort_by_customer(fg_biller *biller) {
  uint32_t count = biller->customers.count;
  biller->sorted.count = 0;
  biller->places.count = 0;
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->sorted, biller->rows.count));
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->places, count + 2));
  uint32_t *places = biller->places.items;
  memset(places, 0, (count + 2) * sizeof *places);
  for (uint32_t i = 0; i < biller->rows.count; i++) {
    places[biller->rows.items[i].customer + 2]++;
  }
  for (uint32_t i = 2; i < count + 2; i++) {
    places[i] += places[i - 1];
  }
  for (uint32_t i = 0; i < biller->rows.count; i++) {
    biller->sorted.items[places[biller->rows.items[i].customer + 1]++] = biller->rows.items[i];
  }
  FG_ASSERT(places[0] == 0 && places[count] == biller->rows.count);
  return FG_OK;
}

fg_status fg_biller_run(fg_biller *biller, const fg_events *events, fg_error *error) {
  begin_call(biller);
  FG_TRY(fg_event_rows_read(biller, events, error));
  fg_status status = sort_by_customer(biller);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    FG_TRY(apply_events(biller, i, events, error));
  }
  fg_set_aside_sort(biller);
  fg_answered_sort(biller);
  return FG_OK;
}

fg_bill_counts fg_biller_counts(const fg_biller *biller) { return biller->counts; }

/* ------------------------------------------------------------------------------------------------------------- end */

/* When the periods of an account that are open are all settled. */
static fg_time last_settlement_of(const fg_account *account) {
  const fg_state *state = &account->state;
  fg_time last = FG_NO_TIME;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_span open = fg_settling_at(account, state, product, state->now);
    last = fg_max_i64(last, fg_settlement_of(account, product, open));
  }
  return last;
}

/* The latest of all accounts that have begun. */
static fg_time last_settlement(const fg_biller *biller) {
  fg_time last = FG_NO_TIME;
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    const fg_account *account = biller->customers.items[i].account;
    last = account->state.now == FG_NO_TIME ? last : fg_max_i64(last, last_settlement_of(account));
  }
  return last;
}

static fg_status finish(fg_biller *biller) {
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    FG_TRY(do_commands(biller, &biller->customers.items[i], FG_NEVER));
  }
  fg_time end = biller->until == FG_NO_TIME ? last_settlement(biller) : biller->until;
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    const fg_customer *customer = &biller->customers.items[i];
    fg_command advance;
    fg_outcome outcome;
    fg_command_begin(&advance, FG_DO_ADVANCE, end);
    if (customer->account->state.now != FG_NO_TIME && customer->account->state.now < end) {
      FG_TRY(do_or_set_aside(biller, customer, &advance, -1, &outcome));
    }
  }
  return FG_OK;
}

fg_status fg_biller_finish(fg_biller *biller, fg_error *error) {
  begin_call(biller);
  fg_status status = finish(biller);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

size_t fg_biller_account_count(const fg_biller *biller) { return biller->customers.count; }

fg_account *fg_biller_account(const fg_biller *biller, size_t index, fg_string *name) {
  *name = biller->customers.items[index].name;
  return biller->customers.items[index].account;
}
