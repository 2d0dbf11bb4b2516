#include "event_commands.h"

#include "../state/command.h"
#include "answered.h"
#include "event_attributes.h"
#include "event_rows.h"
#include "event_values.h"
#include "named_events.h"
#include "set_aside.h"

/* Describes a command that was read but did not happen. */
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
                        .quantity = command->quantity,
                        .first_row = -1,
                        .first_at = FG_NO_TIME};
}

/* Notes in a set-aside event which event had the same id first. */
static void name_first(const fg_customer *customer, fg_set_aside *what) {
  const fg_named_event *first = fg_named_events_find(customer, what->id);
  if (first != NULL) {
    what->first_row = first->row;
    what->first_at = first->at;
  }
}

static fg_status set_refused_aside(fg_bill_part *part, const fg_customer *customer, const fg_command *command,
                                   int64_t row, const fg_error *error) {
  fg_set_aside what = aside_of(customer, command, row, FG_ASIDE_REFUSED);
  what.status = error->status;
  if (error->status == FG_ID_CONFLICT) {
    name_first(customer, &what);
  }
  what.column = fg_string_copy(&part->messages, &part->biller->allocator, fg_string_of(error->path)).text;
  what.message = fg_string_copy(&part->messages, &part->biller->allocator, fg_string_of(error->message)).text;
  what.rule = fg_string_copy(&part->messages, &part->biller->allocator, fg_string_of(error->rule)).text;
  if (what.column == NULL || what.message == NULL || what.rule == NULL) {
    return FG_NO_MEMORY;
  }
  return fg_set_aside_add(part, &what);
}

/* Applies a command, or sets it aside. The answer is FG_OK in both cases, because only what ends the whole call is a
   failure. */
fg_status fg_do_or_set_aside(fg_bill_part *part, const fg_customer *customer, const fg_command *command, int64_t row,
                             fg_outcome *outcome) {
  fg_error error;
  fg_status status = fg_account_apply(customer->account, command, outcome, &error);
  if (FG_LIKELY(status == FG_OK && !outcome->repeated)) {
    return FG_OK;
  }
  if (status == FG_OK) {
    fg_set_aside what = aside_of(customer, command, row, FG_ASIDE_REPEATED);
    name_first(customer, &what);
    return fg_set_aside_add(part, &what);
  }
  return status == FG_NO_MEMORY ? status : set_refused_aside(part, customer, command, row, &error);
}

static bool is_later(const fg_biller *biller, fg_time at) { return biller->until != FG_NO_TIME && at > biller->until; }

static fg_status set_later_aside(fg_bill_part *part, const fg_customer *customer, const fg_command *command,
                                 int64_t row) {
  fg_set_aside what = aside_of(customer, command, row, FG_ASIDE_LATER);
  return fg_set_aside_add(part, &what);
}

fg_status fg_commands_do(fg_bill_part *part, fg_customer *customer, fg_time until) {
  fg_outcome outcome;
  while (customer->done < customer->commands.count && customer->commands.items[customer->done].at <= until) {
    const fg_command *command = &customer->commands.items[customer->done];
    FG_TRY(is_later(part->biller, command->at) ? set_later_aside(part, customer, command, -1)
                                               : fg_do_or_set_aside(part, customer, command, -1, &outcome));
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

/* What a row uses: a product, or the products of an event; none where nothing has the row's name. */
typedef struct row_products {
  const uint32_t *places;
  uint32_t count;
} row_products;

/* Finds what a row uses; `one` gets the place if it is one product. A name that is no product of the book the bills
   began with is that of an event, which each edition may have otherwise, or of a product that the account has
   adopted. */
static inline row_products products_of_row(const fg_customer *customer, const fg_event_row *row, fg_string name,
                                           uint32_t *one) {
  *one = (uint32_t)row->product;
  if (FG_LIKELY(row->product >= 0)) {
    return (row_products){one, 1};
  }
  const fg_book *list = fg_book_at(customer->account->whole, row->at);
  int product = fg_book_place(list, name);
  int event = fg_book_event(list, name);
  *one = (uint32_t)product;
  return product != FG_NONE ? (row_products){one, 1}
         : event != FG_NONE ? (row_products){list->events[event].products, list->events[event].product_count}
                            : (row_products){NULL, 0};
}

/* R33: usage needs an open product. Nothing in a usage log says when it was opened, so its first event does. */
static fg_status open_at_first_event(fg_customer *customer, const row_products *used, fg_time at, fg_error *error) {
  for (uint32_t i = 0; i < used->count; i++) {
    FG_TRY(open_product(customer, used->places[i], at, error));
  }
  return FG_OK;
}

/* The name of a row's product, from the book or, if the book has no such product, from the log. */
static fg_string name_in_row(const fg_biller *biller, const fg_events *events, const fg_event_row *row) {
  return FG_LIKELY(row->product >= 0) ? biller->book->products[row->product].id
                                      : fg_trim(fg_texts_at(&events->products, row->row));
}

/* Makes the command for a row. A quantity below 0 says that too much usage was logged before, so it becomes an
   `adjust`. */
static void make_command(const fg_biller *biller, const fg_events *events, const fg_event_row *row,
                         fg_row_attributes *attributes, fg_command *command) {
  command->kind = row->quantity < 0 ? FG_DO_ADJUST : FG_DO_USE;
  command->at = row->at;
  command->quantity = row->quantity;
  command->product = name_in_row(biller, events, row);
  if (events->attribute_count > 0) {
    command->attributes = fg_event_attributes(biller, events, row->row, attributes);
  }
  if (events->ids != NULL) {
    fg_string id = fg_texts_at(events->ids, row->row);
    command->id = id.text == NULL ? id : fg_trim(id);
  }
}

/* Does the command of a row whose details are asked for: what an event counts for each of its products is noted. */
static fg_status do_with_units(fg_bill_part *part, const fg_customer *customer, const fg_command *command,
                               int64_t number, fg_outcome *outcome) {
  part->units.count = 0;
  customer->account->event_units = &part->units;
  fg_status status = fg_do_or_set_aside(part, customer, command, number, outcome);
  customer->account->event_units = NULL;
  return status;
}

/* Does the command of a row, whose products are open if it is usage. */
static fg_status do_row(fg_bill_part *part, fg_customer *customer, const fg_event_row *row, const fg_command *command,
                        int64_t number) {
  uint32_t before = part->aside.count;
  fg_outcome outcome;
  fg_log_place place = fg_log_place_of(customer);
  FG_TRY(FG_UNLIKELY(part->biller->detailed) ? do_with_units(part, customer, command, number, &outcome)
                                             : fg_do_or_set_aside(part, customer, command, number, &outcome));
  bool happened = part->aside.count == before;
  if (happened && command->id.text != NULL) {
    FG_TRY(fg_named_events_add(part->biller, customer, place, row->at, number));
  }
  part->billed += happened;
  return FG_LIKELY(!part->biller->detailed) || !happened
             ? FG_OK
             : fg_answered_add(part, customer, command, row->row, number, &outcome);
}

/* Opens what a row uses for the first time, and does its command. */
static FG_COLD fg_status open_and_do(fg_bill_part *part, fg_customer *customer, const fg_event_row *row,
                                     const row_products *used, const fg_command *command, int64_t number) {
  fg_error error;
  fg_status status = open_at_first_event(customer, used, row->at, &error);
  if (status != FG_OK) {
    return status == FG_NO_MEMORY ? status : set_refused_aside(part, customer, command, number, &error);
  }
  return do_row(part, customer, row, command, number);
}

/* Does a row that is the first of its product. A usage that is refused has not happened, so it must not open the
   product either, whose fees and least amount would be billed: the account is then the one that was there before. What
   is due until the row happens in any case. */
static FG_COLD fg_status do_first_row(fg_bill_part *part, fg_customer *customer, const fg_event_row *row,
                                      const row_products *used, const fg_command *command, int64_t number) {
  fg_account *before = NULL;
  fg_command advance;
  fg_error error;
  fg_command_begin(&advance, FG_DO_ADVANCE, row->at);
  fg_status status = fg_account_apply(customer->account, &advance, NULL, &error);
  if (status != FG_OK) {
    return status == FG_NO_MEMORY ? status : set_refused_aside(part, customer, command, number, &error);
  }
  FG_TRY(fg_account_fork(customer->account, &before));
  const uint32_t aside = part->aside.count;
  status = open_and_do(part, customer, row, used, command, number);
  if (status == FG_OK && part->aside.count > aside) {
    before->uses = customer->uses;
    fg_account_free(customer->account);
    customer->account = before;
    return FG_OK;
  }
  fg_account_free(before);
  return status;
}

/* Whether the usage of a row needs a product, or several of an event, that is not open yet. */
static inline bool is_first_of_product(const fg_customer *customer, const row_products *used) {
  bool is_first = false;
  for (uint32_t i = 0; i < used->count; i++) {
    is_first = is_first || !customer->account->state.services[used->places[i]].was_open;
  }
  return is_first;
}

fg_status fg_row_do(fg_bill_part *part, fg_customer *customer, const fg_events *events, const fg_event_row *row,
                    fg_command *command) {
  fg_row_attributes attributes;
  int64_t number = fg_event_number(events, row->row);
  make_command(part->biller, events, row, &attributes, command);
  if (FG_UNLIKELY(is_later(part->biller, row->at))) {
    return set_later_aside(part, customer, command, number);
  }
  uint32_t one = 0;
  const row_products used = products_of_row(customer, row, command->product, &one);
  return FG_UNLIKELY(row->quantity >= 0 && is_first_of_product(customer, &used))
             ? do_first_row(part, customer, row, &used, command, number)
             : do_row(part, customer, row, command, number);
}
