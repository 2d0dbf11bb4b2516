/* The biller: usage of many accounts becomes bills, because each account applies its own events as commands. */
#include "answered.h"
#include "bill_parts.h"
#include "customers.h"
#include "event_attributes.h"
#include "event_commands.h"
#include "event_order.h"
#include "event_rows.h"
#include "period_uses.h"
#include "set_aside.h"

#include "../state/command.h"
#include "../rules/periods.h"

fg_status fg_biller_new(fg_account *pattern, fg_time until, fg_biller **biller) {
  fg_biller *fresh = fg_allocate(&pattern->allocator, sizeof *fresh);
  if (fresh == NULL) {
    return FG_NO_MEMORY;
  }
  fresh->allocator = pattern->allocator;
  fresh->book = fg_book_retain(fg_account_begun(pattern));
  fresh->until = until;
  fresh->seed = fg_hash_seed(fresh);
  fg_status status = fg_account_fork(pattern, &fresh->pattern);
  status = status == FG_OK ? fg_biller_threads(fresh, 1, NULL) : status;
  if (status != FG_OK) {
    fg_biller_free(fresh);
    return status;
  }
  *biller = fresh;
  return FG_OK;
}

static void release_commands(const fg_allocator *allocator, fg_customer *customer) {
  for (uint32_t i = 0; i < customer->commands.count; i++) {
    fg_book_release(customer->commands.items[i].book);
  }
  FG_ARRAY_RELEASE(allocator, &customer->commands);
  for (int chain = 0; chain < FG_ID_CHAINS; chain++) {
    FG_ARRAY_RELEASE(allocator, &customer->named[chain].events);
  }
}

void fg_biller_free(fg_biller *biller) {
  if (biller == NULL) {
    return;
  }
  fg_allocator allocator = biller->allocator;
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    fg_account_free(biller->customers.items[i].account);
    fg_uses_free(&allocator, biller->customers.items[i].uses);
    release_commands(&allocator, &biller->customers.items[i]);
  }
  FG_ARRAY_RELEASE(&allocator, &biller->customers);
  FG_ARRAY_RELEASE(&allocator, &biller->rows);
  FG_ARRAY_RELEASE(&allocator, &biller->sorted);
  FG_ARRAY_RELEASE(&allocator, &biller->places);
  FG_ARRAY_RELEASE(&allocator, &biller->known);
  fg_release(&allocator, biller->slots, biller->slot_count * sizeof *biller->slots);
  fg_arena_release(&biller->names, &allocator);
  fg_parts_release(biller);
  fg_account_free(biller->pattern);
  fg_book_release(biller->book);
  fg_book_release(biller->twin);
  fg_release(&allocator, biller, sizeof *biller);
}

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
  copy.book = copy.book == NULL ? NULL : fg_book_retain(copy.book);
  customer->commands.items[customer->commands.count++] = copy;
  return FG_OK;
}

fg_status fg_biller_command(fg_biller *biller, fg_string name, const fg_command *command, fg_error *error) {
  FG_TRY(fg_command_check(command, error));
  fg_status status = add_customer_command(biller, name, command);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

enum { AHEAD = 8 }; ///< how many rows ahead memory is asked for

/* Sorts the rows by account, so that an account's state stays in the cache while its rows are done. It is a counting
   sort, which keeps the rows of each account in their order. */
static fg_status sort_by_customer(fg_biller *biller) {
  uint32_t count = biller->customers.count;
  biller->sorted.count = 0;
  biller->places.count = 0;
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->sorted, biller->rows.count));
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->places, count + 2));
  uint32_t *places = biller->places.items;
  memset(places, 0, (count + 2) * sizeof *places);
  for (uint32_t i = 0; i < biller->rows.count; i++) {
    FG_TRY(i % FG_AHEAD != 0 ? FG_OK : fg_biller_goes_on(biller));
    places[biller->rows.items[i].customer + 2]++;
  }
  for (uint32_t i = 2; i < count + 2; i++) {
    places[i] += places[i - 1];
  }
  for (uint32_t i = 0; i < biller->rows.count; i++) {
    FG_TRY(i % FG_AHEAD != 0 ? FG_OK : fg_biller_goes_on(biller));
    biller->sorted.items[places[biller->rows.items[i].customer + 1]++] = biller->rows.items[i];
  }
  FG_ASSERT(places[0] == 0 && places[count] == biller->rows.count);
  return FG_OK;
}

/* Applies the events of one account in the order of time, and its other commands between them. */
static fg_status live_events_of(fg_bill_part *part, uint32_t index, const fg_events *events) {
  static const char reason[] = "a row of the log";
  fg_biller *biller = part->biller;
  fg_customer *customer = &biller->customers.items[index];
  const fg_event_row *rows = biller->sorted.items + biller->places.items[index];
  const fg_event_row *end = biller->sorted.items + biller->rows.count;
  uint32_t count = biller->places.items[index + 1] - biller->places.items[index];
  fg_command command;
  if (count == 0) {
    return FG_OK;
  }
  fg_command_begin(&command, FG_DO_USE, 0);
  command.reason = (fg_string){reason, sizeof reason - 1};
  fg_status status = FG_OK;
  for (uint32_t i = 0; i < count && status == FG_OK; i++) {
    if (&rows[i + AHEAD] < end) {
      fg_event_attributes_ask_ahead(events, rows[i + AHEAD].row);
    }
    bool has_commands = customer->done < customer->commands.count;
    status = fg_part_goes_on(part);
    status = status == FG_OK && has_commands ? fg_commands_do(part, customer, rows[i].at) : status;
    status = status == FG_OK ? fg_row_do(part, customer, events, &rows[i], &command) : status;
  }
  customer->last = rows[count - 1].at;
  return status;
}

static fg_status live_events(fg_bill_part *part, const void *events) {
  for (uint32_t i = part->first; i < part->end; i++) {
    FG_TRY(live_events_of(part, i, events));
  }
  return FG_OK;
}

fg_status fg_biller_run(fg_biller *biller, const fg_events *events, fg_error *error) {
  fg_parts_begin(biller);
  FG_TRY(fg_event_rows_read(biller, events, error));
  fg_status status = sort_by_customer(biller);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  fg_parts_by_rows(biller);
  FG_TRY(fg_rows_order(biller, events, error));
  status = fg_parts_do(biller, live_events, events);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  fg_set_aside_sort(biller);
  fg_answered_sort(biller);
  return FG_OK;
}

fg_bill_counts fg_biller_counts(const fg_biller *biller) {
  bool may_group = biller->points[FG_POINT_OF_DECIMALS] == 0;
  return (fg_bill_counts){biller->parts[0].billed, biller->trimmed, may_group ? biller->points[FG_POINT_MAY_GROUP] : 0};
}

/* The instant at which all open periods of an account are settled. */
static fg_time last_settlement_of(const fg_account *account) {
  const fg_state *state = &account->state;
  fg_time last = FG_NO_TIME;
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    fg_span open = fg_settling_at(account, state, product, state->now);
    last = fg_max_i64(last, fg_settlement_of(account, product, open));
  }
  return last;
}

/* The instant at which all open periods of all accounts are settled; FG_NO_TIME if no account has begun. */
static fg_time last_settlement(const fg_biller *biller) {
  fg_time last = FG_NO_TIME;
  for (uint32_t i = 0; i < biller->customers.count; i++) {
    const fg_account *account = biller->customers.items[i].account;
    last = account->state.now == FG_NO_TIME ? last : fg_max_i64(last, last_settlement_of(account));
  }
  return last;
}

static fg_status do_last_commands(fg_bill_part *part, const void *unused) {
  (void)unused;
  for (uint32_t i = part->first; i < part->end; i++) {
    FG_TRY(fg_part_goes_on(part));
    FG_TRY(fg_commands_do(part, &part->biller->customers.items[i], FG_NEVER));
  }
  return FG_OK;
}

static fg_status advance(fg_bill_part *part, const void *unused) {
  (void)unused;
  fg_time end = part->biller->end;
  for (uint32_t i = part->first; i < part->end; i++) {
    const fg_customer *customer = &part->biller->customers.items[i];
    fg_command command;
    fg_outcome outcome;
    FG_TRY(fg_part_goes_on(part));
    fg_command_begin(&command, FG_DO_ADVANCE, end);
    if (customer->account->state.now != FG_NO_TIME && customer->account->state.now < end) {
      FG_TRY(fg_do_or_set_aside(part, customer, &command, -1, &outcome));
    }
  }
  return FG_OK;
}

/* First the last commands of all accounts are done, then each advances to the end, which may depend on them. */
static fg_status finish(fg_biller *biller) {
  fg_parts_by_customers(biller);
  FG_TRY(fg_parts_do(biller, do_last_commands, NULL));
  biller->end = biller->until == FG_NO_TIME ? last_settlement(biller) : biller->until;
  return fg_parts_do(biller, advance, NULL);
}

fg_status fg_biller_finish(fg_biller *biller, fg_error *error) {
  fg_parts_begin(biller);
  fg_status status = finish(biller);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

size_t fg_biller_account_count(const fg_biller *biller) { return biller->customers.count; }

fg_account *fg_biller_account(const fg_biller *biller, size_t index, fg_string *name) {
  *name = biller->customers.items[index].name;
  return biller->customers.items[index].account;
}
