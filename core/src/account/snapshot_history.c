/* Writes and reads the invoices, adjustments and orders of a snapshot. */
#include "snapshot_walk.h"

#include "../rules/invoice.h"
#include "../state/command.h"
#include "../state/record.h"

void fg_walk_adjustment(fg_walk *walk, fg_adjustment *adjustment) {
  FG_WALK(walk, adjustment->at);
  FG_WALK(walk, adjustment->units);
  fg_walk_string(walk, &adjustment->reason);
  FG_WALK(walk, adjustment->product);
}

static void walk_line(fg_walk *walk, fg_invoice_line *line) {
  FG_WALK(walk, line->product);
  FG_WALK(walk, line->day);
  FG_WALK(walk, line->total);
  FG_WALK(walk, line->free);
  FG_WALK(walk, line->packs);
  FG_WALK(walk, line->unbilled);
  FG_WALK(walk, line->tier_quantity);
  FG_WALK(walk, line->slice.units);
  fg_walk_amount(walk, &line->slice.unit_price);
  FG_WALK(walk, line->slice.tier);
  fg_walk_amount(walk, &line->slice.amount);
  FG_WALK(walk, line->slice.unpriced);
  FG_WALK(walk, line->slice_count);
  fg_walk_cell(walk, &line->cell);
  if (walk->format > 3) {
    FG_WALK(walk, line->is_exact);
    FG_WALK(walk, line->is_running);
    FG_WALK(walk, line->charged);
    fg_walk_amount(walk, &line->invoiced);
    const fg_book *book = walk->account->book;
    if (line->product < book->product_count && book->products[line->product].aggregate != NULL) {
      fg_walk_made(walk, &line->made);
    }
    FG_WALK(walk, line->first_part);
    FG_WALK(walk, line->part_count);
    FG_WALK(walk, line->kind);
    FG_WALK(walk, line->fee);
  }
}

static void walk_invoice_part(fg_walk *walk, fg_invoice_part *part) {
  FG_WALK(walk, part->begin);
  fg_walk_cell(walk, &part->cell);
  FG_WALK(walk, part->units);
  FG_WALK(walk, part->tier);
  fg_walk_amount(walk, &part->unit_price);
  fg_walk_amount(walk, &part->fee);
  FG_WALK(walk, part->unpriced);
}

/* Up to format 3 the lines of an invoice have no parts. */
static void walk_invoice_parts(fg_walk *walk, fg_invoice *invoice) {
  uint32_t count = walk->format > 3 ? fg_walk_count(walk, invoice->part_count) : 0;
  fg_invoice_part *parts = fg_walk_block(walk, invoice->parts, count, sizeof *parts);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    walk_invoice_part(walk, &parts[i]);
  }
  if (fg_walk_is_reading(walk)) {
    invoice->parts = parts;
    invoice->part_count = count;
  }
}

/* Up to format 3 each invoice is of a month. */
static void walk_invoice_period(fg_walk *walk, fg_invoice *invoice) {
  fg_month month = 0;
  if (walk->format > 3) {
    FG_WALK(walk, invoice->settle.unit);
    FG_WALK(walk, invoice->settle.count);
    FG_WALK(walk, invoice->period.begin);
    FG_WALK(walk, invoice->period.end);
    return;
  }
  FG_WALK(walk, month);
  bool is_one = month >= 0 && month < walk->state->month;
  fg_walk_stop(walk, is_one ? FG_OK : FG_INVALID);
  invoice->period.begin = is_one ? fg_account_begin(walk->account, fg_month_first(month)) : 0;
  invoice->period.end = is_one ? fg_account_begin(walk->account, fg_month_first(month + 1)) : 0;
}

static void walk_invoice(fg_walk *walk, fg_invoice *invoice) {
  walk_invoice_period(walk, invoice);
  FG_WALK(walk, invoice->issued);
  fg_walk_amount_told(walk, &invoice->total);
  if (walk->format > 3) {
    fg_walk_amount(walk, &invoice->by_bounds);
  }
  FG_WALK_TOLD(walk, invoice->limited);
  fg_walk_amount(walk, &invoice->balance_after);
  uint32_t count = fg_walk_count(walk, invoice->line_count);
  fg_invoice_line *lines = fg_walk_block(walk, invoice->lines, count, sizeof *lines);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    walk_line(walk, &lines[i]);
  }
  walk_invoice_parts(walk, invoice);
  uint32_t more = fg_walk_count(walk, invoice->adjustment_count);
  fg_adjustment *adjustments = fg_walk_block(walk, invoice->adjustments, more, sizeof *adjustments);
  for (uint32_t i = 0; i < more && walk->status == FG_OK; i++) {
    fg_walk_adjustment(walk, &adjustments[i]);
  }
  if (fg_walk_is_reading(walk)) {
    invoice->lines = lines;
    invoice->line_count = count;
    invoice->adjustments = adjustments;
    invoice->adjustment_count = more;
    invoice->only = FG_ALL_PRODUCTS;
  }
}

static void walk_order(fg_walk *walk, fg_past_command *order) {
  fg_ordered *answer = &order->answer.is.order;
  FG_WALK(walk, order->kind);
  fg_walk_string(walk, &order->id);
  fg_walk_string(walk, &order->command);
  if (fg_walk_tells_all(walk)) {
    fg_walk_money(walk, &answer->amount);
  }
  fg_walk_funds(walk, &answer->paid);
  FG_WALK_TOLD(walk, answer->units);
  FG_WALK_TOLD(walk, answer->from);
  FG_WALK_TOLD(walk, answer->until);
  bool is_whole = order->id.text != NULL && order->id.length > 0 && order->command.text != NULL &&
                  (unsigned)order->kind < FG_COMMAND_COUNT && fg_command_orders(order->kind);
  fg_walk_stop(walk, is_whole ? FG_OK : FG_INVALID);
  if (fg_walk_is_reading(walk)) {
    order->answer.kind = order->kind;
    answer->id = order->id;
  }
}

static bool write_invoice(void *context, const fg_invoice *invoice) {
  fg_walk *walk = context;
  fg_invoice copy = *invoice;
  fg_walk_integer(walk, 1);
  walk_invoice(walk, &copy);
  return walk->status == FG_OK;
}

static int compare_orders(const void *a, const void *b) {
  return fg_string_compare((*(const fg_past_command *const *)a)->id, (*(const fg_past_command *const *)b)->id);
}

static uint32_t find_orders(const fg_history *history, const fg_past_command **orders) {
  uint32_t count = 0;
  for (const fg_history *segment = history; segment != NULL; segment = segment->parent) {
    for (uint32_t i = 0; i < segment->commands.count; i++) {
      if (fg_command_orders(segment->commands.items[i].kind)) {
        if (orders != NULL) {
          orders[count] = &segment->commands.items[i];
        }
        count++;
      }
    }
  }
  return count;
}

/* Writes the orders sorted by id, because their places in the history depend on which forks the account has. */
static void write_orders(fg_walk *walk) {
  const fg_allocator *allocator = &walk->history->allocator;
  uint32_t count = find_orders(walk->history, NULL);
  /* One more, because there may be no orders and an allocation of 0 bytes may fail. */
  size_t size = (count + 1) * sizeof(const fg_past_command *);
  const fg_past_command **orders = fg_allocate(allocator, size);
  if (orders == NULL) {
    fg_walk_stop(walk, FG_NO_MEMORY);
    return;
  }
  find_orders(walk->history, orders);
  fg_sort(orders, count, sizeof(const fg_past_command *), compare_orders);
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    fg_past_command order = *orders[i];
    fg_walk_integer(walk, 1);
    walk_order(walk, &order);
  }
  fg_release(allocator, orders, size);
}

void fg_walk_write_history(fg_walk *walk) {
  if (fg_history_each_invoice(walk->history, write_invoice, walk) == FG_NO_MEMORY) {
    fg_walk_stop(walk, FG_NO_MEMORY);
  }
  fg_walk_integer(walk, 0);
  write_orders(walk);
  fg_walk_integer(walk, 0);
}

static void read_past_order(fg_walk *walk) {
  fg_history *history = walk->history;
  fg_entry_room room;
  fg_past_command order;
  memset(&order, 0, sizeof order);
  walk_order(walk, &order);
  if (walk->status == FG_OK) {
    fg_walk_stop(walk, FG_ARRAY_RESERVE(&history->allocator, &history->commands, 1));
  }
  if (walk->status == FG_OK) {
    fg_walk_prepare_entry(walk, order.id, FG_RECORD_COMMAND_SIZE, true, &room);
  }
  if (walk->status == FG_OK) {
    fg_record_add_command(history, walk->ids, &order, &room);
  }
}

void fg_walk_read_history(fg_walk *walk) {
  while (fg_walk_integer(walk, 0) == 1) {
    fg_invoice invoice;
    memset(&invoice, 0, sizeof invoice);
    walk_invoice(walk, &invoice);
    if (walk->status == FG_OK) {
      fg_walk_stop(walk, fg_history_add_invoice(walk->history, &invoice));
    }
  }
  while (fg_walk_integer(walk, 0) == 1) {
    read_past_order(walk);
  }
}
