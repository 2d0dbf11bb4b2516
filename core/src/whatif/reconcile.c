/* A reconciliation from end to end: reads the timeline and the invoice, replays the account as it was, and if it
   differs from the invoice looks for causes. */
#include "reconcile.h"

#include <stdio.h>

#include "../account/account_json.h"
#include "../base/civil.h"
#include "../json/write.h"
#include "../state/command.h"
#include "../state/command_json.h"

enum { COMMANDS_DEFAULT = 20000000 };

static fg_status hold_book(fg_reconciliation *run, const fg_json *value, fg_book **book) {
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->held, 1));
  FG_TRY(fg_book_of_document(value, run->query->books, &run->allocator, book, run->error));
  run->held.items[run->held.count++] = *book;
  return FG_OK;
}

/* Reads a command, and keeps all that it points to until the reconciliation is released. */
static fg_status read_lived(fg_reconciliation *run, const fg_json *value, fg_lived *lived) {
  fg_command_reader reader = {.zone = &run->book->zone, .books = run->query->books, .allocator = &run->allocator};
  fg_command *command = &lived->command;
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->held, 1));
  fg_status status = fg_command_read(&reader, value, command, run->error);
  if (reader.book != NULL) {
    run->held.items[run->held.count++] = reader.book;
  }
  FG_TRY(status);
  if (command->attributes.count > 0) {
    size_t size = command->attributes.count * sizeof *reader.attributes;
    fg_attribute *kept = fg_arena_allocate(&run->arena, &run->allocator, size);
    FG_TRY(kept == NULL ? FG_NO_MEMORY : FG_OK);
    memcpy(kept, reader.attributes, size);
    command->attributes.items = kept;
  }
  return fg_command_suits(command, run->book, run->error);
}

static fg_status read_commands(fg_reconciliation *run, const fg_json *commands, const char *path) {
  size_t i = 0;
  if (!fg_json_is(commands, FG_JSON_LIST)) {
    return fg_json_not_allowed(run->error, path, commands);
  }
  if (run->lived.count + fg_json_length(commands) > FG_INVOICE_COMMANDS_MAX) {
    return fg_fail(run->error, FG_OVERFLOW, path, "expected at most %d commands", FG_INVOICE_COMMANDS_MAX);
  }
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->lived, (uint32_t)fg_json_length(commands)));
  for (FG_EACH_ELEMENT(commands, value)) {
    FG_TRY(fg_watch_goes_on(&run->watch));
    fg_lived lived = {.item = UINT32_MAX};
    FG_TRY(fg_within(run->error, read_lived(run, value, &lived), "%s[%zu]", path, i++));
    run->lived.items[run->lived.count++] = lived;
  }
  return FG_OK;
}

/* Reads the commands that the host had set aside: lists by the reason. */
static fg_status read_set_aside(fg_reconciliation *run, const fg_json *aside) {
  if (aside != NULL && !fg_json_is(aside, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(run->error, "set_aside", aside);
  }
  for (FG_EACH_MEMBER(aside, member)) {
    uint32_t first = run->lived.count;
    FG_TRY(fg_within(run->error, read_commands(run, &member->value, member->key), "set_aside"));
    for (uint32_t place = first; place < run->lived.count; place++) {
      run->lived.items[place].is_more = true;
      run->lived.items[place].what = fg_string_of(member->key);
    }
  }
  return FG_OK;
}

/* Compares by time; commands with the same time keep the order of the document. */
static int compare_lived(const void *a, const void *b) {
  const fg_lived *left = a;
  const fg_lived *right = b;
  int order = fg_compare_i64(left->command.at, right->command.at);
  return order != 0 ? order : fg_compare_i64(left->call, right->call);
}

static void sort_set_aside(fg_reconciliation *run) {
  uint32_t count = run->lived.count - run->more;
  for (uint32_t i = 0; i < count; i++) {
    run->lived.items[run->more + i].call = i;
  }
  fg_sort(run->lived.items + run->more, count, sizeof *run->lived.items, compare_lived);
  for (uint32_t i = 0; i < count; i++) {
    run->lived.items[run->more + i].call = 0;
  }
}

/* Finds the product, pool, bundle or event that each command is about, in the book with all editions that the timeline
   adopts. */
static void find_items(fg_reconciliation *run) {
  uint32_t items = fg_bill_items(run->whole);
  for (uint32_t place = 0; place < run->lived.count; place++) {
    fg_lived *lived = &run->lived.items[place];
    fg_string name = lived->command.kind == FG_DO_BUY_BUNDLE ? lived->command.bundle : lived->command.product;
    lived->item = fg_bill_find_item(run->whole, name);
    int event = lived->item == UINT32_MAX && name.text != NULL ? fg_book_event(run->whole, name) : FG_NONE;
    lived->item = event == FG_NONE ? lived->item : items + (uint32_t)event;
  }
}

static fg_status read_timeline(fg_reconciliation *run, const fg_json *timeline) {
  static const char *const fields[] = {"book", "policy", "wallet", "attributes", "keep_ids_days", "commands", NULL};
  const fg_json *book = NULL;
  const fg_json *commands = NULL;
  FG_TRY(fg_json_fields(timeline, fields, run->error));
  FG_TRY(fg_json_require(timeline, "book", &book, run->error));
  FG_TRY(fg_json_require(timeline, "commands", &commands, run->error));
  FG_TRY(hold_book(run, book, &run->book));
  FG_TRY(fg_account_read(fg_account_head_of(timeline), run->book, &run->allocator, &run->head, run->error));
  FG_TRY(read_commands(run, commands, "commands"));
  run->more = run->lived.count;
  return FG_OK;
}

/* Finds the book with all editions that the timeline adopts: an account applies only the commands that adopt them. */
static fg_status join_books(fg_reconciliation *run) {
  fg_account *account = NULL;
  FG_TRY(fg_account_fork(run->head, &account));
  fg_status status = FG_OK;
  for (uint32_t place = 0; place < run->more && status == FG_OK; place++) {
    const fg_command *command = &run->lived.items[place].command;
    if (command->kind == FG_DO_ADOPT) {
      status = fg_account_apply(account, command, NULL, NULL);
      status = status == FG_NO_MEMORY ? status : FG_OK; /* an edition that is refused is not adopted */
    }
  }
  run->whole = fg_book_retain(fg_account_book(account));
  fg_account_free(account);
  return status;
}

static fg_status read_books(fg_reconciliation *run, const fg_json *books) {
  if (books != NULL && !fg_json_is(books, FG_JSON_LIST)) {
    return fg_json_not_allowed(run->error, "books", books);
  }
  for (FG_EACH_ELEMENT(books, value)) {
    fg_book *book = NULL;
    FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->others, 1));
    FG_TRY(hold_book(run, value, &book));
    if (!fg_string_equal(book->currency, run->book->currency)) {
      return fg_fail(run->error, FG_INVALID, "books", "expected books in %s", run->book->currency.text);
    }
    run->others.items[run->others.count++] = book;
  }
  return FG_OK;
}

static fg_status read_bound(fg_reconciliation *run, const char *key, int64_t low, int64_t high, int64_t *number) {
  const fg_json *value = fg_json_get(&run->document.root, key);
  return value == NULL ? FG_OK
                       : fg_within(run->error, fg_json_integer(value, low, high, number, run->error), "%s", key);
}

static fg_status read_invoice_month(fg_reconciliation *run, const fg_json *invoice, const char *key, fg_month *month) {
  const fg_json *value = fg_json_get(invoice, key);
  fg_string text = fg_json_string(value);
  *month = -1;
  bool is_none = value == NULL || fg_json_is(value, FG_JSON_NULL);
  bool is_month = text.text != NULL && fg_invoice_month(text, &run->whole->zone, month) == NULL;
  return is_none || is_month ? FG_OK : fg_fail(run->error, FG_INVALID, key, "expected a month, such as 2024-11");
}

/* Reads what the whole invoice says, as an earlier answer has told it, if the rows are only a part of it. */
static fg_status read_whole_invoice(fg_reconciliation *run, const fg_json *invoice) {
  static const char *const fields[] = {"first", "last", "kinds", "left_out", NULL};
  run->first = run->last = -1;
  run->is_part = invoice != NULL;
  if (!run->is_part) {
    return FG_OK;
  }
  FG_TRY(fg_within(run->error, fg_json_fields(invoice, fields, run->error), "invoice"));
  FG_TRY(fg_within(run->error, read_invoice_month(run, invoice, "first", &run->first), "invoice"));
  FG_TRY(fg_within(run->error, read_invoice_month(run, invoice, "last", &run->last), "invoice"));
  const fg_json *kinds = fg_json_get(invoice, "kinds");
  if (kinds != NULL && !fg_json_is(kinds, FG_JSON_LIST)) {
    return fg_within(run->error, fg_json_not_allowed(run->error, "kinds", kinds), "invoice");
  }
  for (FG_EACH_ELEMENT(kinds, name)) {
    for (int kind = 0; kind < FG_BILL_KIND_COUNT; kind++) {
      run->kinds |= (uint64_t)fg_string_is(fg_json_string(name), fg_bill_kinds[kind]) << kind;
    }
  }
  return FG_OK;
}

static fg_status read_document(fg_reconciliation *run) {
  static const char *const fields[] = {"ours",      "theirs", "form",     "books", "invoice",
                                       "set_aside", "causes", "commands", NULL};
  const fg_json *root = &run->document.root;
  const fg_json *ours = NULL;
  const fg_json *theirs = NULL;
  FG_TRY(fg_json_fields(root, fields, run->error));
  FG_TRY(fg_json_require(root, "ours", &ours, run->error));
  FG_TRY(fg_json_require(root, "theirs", &theirs, run->error));
  FG_TRY(read_bound(run, "causes", 0, 2, &run->most_causes));
  FG_TRY(read_bound(run, "commands", 0, INT64_MAX / 2, &run->commands_left));
  fg_status status = read_timeline(run, ours);
  if (status != FG_OK && status != FG_NO_MEMORY) {
    fg_error_prefix(run->error, "ours");
    return status;
  }
  FG_TRY(status);
  FG_TRY(join_books(run));
  FG_TRY(read_books(run, fg_json_get(root, "books")));
  FG_TRY(read_set_aside(run, fg_json_get(root, "set_aside")));
  sort_set_aside(run);
  find_items(run);
  FG_TRY(read_whole_invoice(run, fg_json_get(root, "invoice")));
  return fg_invoice_read(run, theirs, fg_json_get(root, "form"));
}

/* Sets until when accounts are replayed: by then everything that is compared is settled, in any reading of the
   guide. */
static fg_status find_end(fg_reconciliation *run) {
  fg_month last = run->last < 0 ? 0 : run->last;
  for (uint32_t i = 0; i < run->cells.count; i++) {
    last = run->cells.items[i].month > last ? run->cells.items[i].month : last;
  }
  if (last == 0 || last >= 9999 * 12 + 10) {
    return last == 0 ? FG_OK : fg_refuse(run->error, FG_OVERFLOW);
  }
  run->end = fg_date_begin(fg_month_first(last + 1) + 3, &run->book->zone);
  int64_t months = run->more == 0 ? 0 : (run->end - run->lived.items[0].command.at) / (28 * FG_DAY);
  run->world_cost = run->more + FG_WORLD_COST + FG_MONTH_COST * fg_max_i64(months, 0);
  run->world_cost += (int64_t)run->cells.count * run->cells.count / 64;
  return FG_OK;
}

static int compare_cells(const void *a, const void *b) {
  const fg_bill_cell *left = a;
  const fg_bill_cell *right = b;
  return left->month != right->month ? left->month - right->month
         : left->item != right->item ? (left->item < right->item ? -1 : 1)
                                     : left->kind - right->kind;
}

static fg_status live_as_it_was(fg_reconciliation *run) {
  fg_world none = {.count = 0};
  bool bills_elsewhere = false;
  FG_TRY(fg_world_live(run, &none, true, NULL, &bills_elsewhere));
  FG_ARRAY_SORT(&run->cells, compare_cells);
  run->is_equal = run->unread.count == 0 && (run->read > 0 || run->is_part);
  for (uint32_t i = 0; i < run->absent.count; i++) { /* another invoice has billed what came before this one */
    run->is_equal = run->is_equal && run->absent.items[i].month < run->first;
  }
  for (uint32_t i = 0; i < run->cells.count; i++) {
    const fg_bill_cell *cell = &run->cells.items[i];
    run->is_equal = run->is_equal && fg_cell_is_equal(cell, &cell->ours);
  }
  for (uint32_t i = 0; i < run->funds.count; i++) {
    run->is_equal = run->is_equal && fg_funds_are_equal(run, &run->funds.items[i]);
  }
  return FG_OK;
}

static fg_status name_order(fg_reconciliation *run, fg_lived *order, fg_command *command) {
  char stays[48];
  int length = snprintf(stays, sizeof stays, "order %.*s", (int)command->id.length, command->id.text);
  fg_string id = fg_string_copy(&run->arena, &run->allocator, (fg_string){stays, (size_t)length});
  FG_TRY(id.text == NULL ? FG_NO_MEMORY : FG_OK);
  order->command.id = command->id = id;
  return FG_OK;
}

/* Gives orders that later commands name a fixed id. An order that got its id from the account, say "#3" for the third,
   would get another one in a replay that leaves out an order before it. */
static fg_status name_orders(fg_reconciliation *run) {
  FG_ARRAY(uint32_t) orders = {NULL, 0, 0};
  fg_status status = FG_OK;
  for (uint32_t place = 0; place < run->more && status == FG_OK; place++) {
    fg_lived *lived = &run->lived.items[place];
    int64_t number = 0;
    fg_string id = lived->command.id;
    if (lived->is_accepted && fg_command_orders(lived->command.kind)) {
      status = FG_ARRAY_RESERVE(&run->allocator, &orders, 1);
      if (status == FG_OK) {
        orders.items[orders.count++] = place;
      }
    } else if (lived->is_accepted && id.length > 1 && id.length < 12 && id.text[0] == '#' &&
               fg_quantity_parse((fg_string){id.text + 1, id.length - 1}, &number) && number > 0 &&
               number <= orders.count) {
      fg_lived *order = &run->lived.items[orders.items[number - 1]];
      status = order->made_up.text == NULL ? FG_OK : name_order(run, order, &lived->command);
    }
  }
  FG_ARRAY_RELEASE(&run->allocator, &orders);
  return status;
}

static bool differs(const fg_reconciliation *run) {
  bool any = false;
  for (uint32_t i = 0; i < run->cells.count; i++) {
    any = any || !fg_cell_is_equal(&run->cells.items[i], &run->cells.items[i].ours);
  }
  return any;
}

static fg_status search_causes(fg_reconciliation *run) {
  FG_TRY(name_orders(run));
  FG_TRY(fg_causes_find(run));
  return fg_explanations_find(run);
}

static bool ask_of_reconciliation(const fg_watch *watch, int64_t elapsed) {
  const fg_reconciliation *run = watch->owner;
  const fg_reconcile_progress progress = {.elapsed_us = elapsed, .tried = run->tried, .found = run->explanations.count};
  return run->query->go_on(run->query->context, &progress);
}

/* The time limit is for the search alone: without a comparison there would be nothing to tell. */
static fg_status reconcile(fg_reconciliation *run) {
  const fg_reconcile_query *query = run->query;
  run->watch = (fg_watch){.owner = run, .lets_go_on = query->go_on == NULL ? NULL : ask_of_reconciliation};
  fg_watch_begin(&run->watch);
  FG_TRY(fg_json_parse_watched(query->document, &run->allocator, &run->watch, &run->document, run->error));
  FG_TRY(read_document(run));
  FG_TRY(find_end(run));
  FG_TRY(live_as_it_was(run));
  run->watch.limit_us = query->time_limit_us;
  fg_status status = differs(run) && run->most_causes > 0 ? search_causes(run) : FG_OK;
  run->is_complete = run->is_complete && status != FG_WATCH_OVER;
  return status == FG_WATCH_OVER ? FG_OK : status;
}

static void release_all(fg_reconciliation *run) {
  fg_account_free(run->head);
  fg_book_release(run->whole);
  for (uint32_t i = 0; i < run->held.count; i++) {
    fg_book_release(run->held.items[i]);
  }
  FG_ARRAY_RELEASE(&run->allocator, &run->held);
  FG_ARRAY_RELEASE(&run->allocator, &run->others);
  FG_ARRAY_RELEASE(&run->allocator, &run->lived);
  FG_ARRAY_RELEASE(&run->allocator, &run->cells);
  FG_ARRAY_RELEASE(&run->allocator, &run->funds);
  FG_ARRAY_RELEASE(&run->allocator, &run->unread);
  FG_ARRAY_RELEASE(&run->allocator, &run->absent);
  FG_ARRAY_RELEASE(&run->allocator, &run->left_out);
  FG_ARRAY_RELEASE(&run->allocator, &run->causes);
  FG_ARRAY_RELEASE(&run->allocator, &run->suggested);
  FG_ARRAY_RELEASE(&run->allocator, &run->results);
  FG_ARRAY_RELEASE(&run->allocator, &run->explanations);
  fg_arena_release(&run->arena, &run->allocator);
  fg_json_release(&run->document);
}

static fg_status write_answer(const fg_reconciliation *run, fg_text *text) {
  fg_json_writer writer = {.text = text, .minor_digits = run->book->minor_digits, .zone = &run->book->zone};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_status status = fg_reconciliation_tell(run, &visitor);
  return status == FG_STOPPED ? writer.status : status;
}

fg_status fg_reconcile(const fg_reconcile_query *query, const fg_allocator *allocator, fg_text *answer,
                       fg_error *error) {
  fg_reconciliation run = {.allocator = fg_allocator_or_default(allocator), .query = query};
  fg_text text = {.allocator = run.allocator};
  fg_error unsaid = {.status = FG_OK};
  run.error = &unsaid;
  run.is_complete = true;
  run.most_causes = 2;
  run.commands_left = COMMANDS_DEFAULT;
  fg_status status = reconcile(&run);
  status = status == FG_WATCH_OVER ? FG_STOPPED : status;
  status = status == FG_OK ? write_answer(&run, &text) : status;
  release_all(&run);
  if (status != FG_OK && unsaid.status != status) {
    fg_refuse(&unsaid, status);
  }
  if (status != FG_OK) {
    fg_text_release(&text);
    if (error != NULL) {
      *error = unsaid;
    }
    return status;
  }
  *answer = text;
  return FG_OK;
}
