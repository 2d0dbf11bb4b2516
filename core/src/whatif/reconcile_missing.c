/* Causes in what one side alone has: commands of ours that the vendor does not have, and what he has that was set aside
   here or is not known here. */
#include "reconcile_groups.h"

#include "../base/civil.h"

static bool is_plain_usage(const fg_lived *lived) {
  return lived->command.kind == FG_DO_USE || lived->command.kind == FG_DO_CALL;
}

/* Whether a command is one that a vendor may not have, besides usage, and that changes a bill. */
static bool is_decision(const fg_lived *lived) {
  switch (lived->command.kind) {
  case FG_DO_OPEN:
  case FG_DO_CLOSE:
  case FG_DO_USE:
  case FG_DO_CALL:
  case FG_DO_COMMIT:
  case FG_DO_CANCEL:
  case FG_DO_SET_BUDGET:
  case FG_DO_TOP_UP:
  case FG_DO_WITHDRAW:
  case FG_DO_PREVIEW:
  case FG_DO_STATEMENT:
  case FG_DO_ADVANCE: return false;
  default: return true;
  }
}

static fg_status add_lacking(fg_reconciliation *run) {
  fg_group_list usage = {.items = NULL};
  fg_group_list decisions = {.items = NULL};
  for (uint32_t place = 0; place < run->more; place++) {
    const fg_lived *lived = &run->lived.items[place];
    if (lived->is_accepted && lived->command.at <= run->end) {
      FG_TRY(is_decision(lived) ? fg_group_append(run, &decisions, place) : FG_OK);
      FG_TRY(is_plain_usage(lived) ? fg_group_append(run, &usage, place) : FG_OK);
    }
  }
  fg_cause cause = {.kind = FG_CAUSE_LACKS, .weight = 55, .month = -1, .item = UINT32_MAX};
  FG_TRY(fg_groups_add(run, &cause, &decisions));
  cause.weight = 60;
  return fg_groups_add(run, &cause, &usage);
}

/* Adds causes of commands that were set aside for the same reason: all of them, and parts of them. */
static fg_status add_of_reason(fg_reconciliation *run, fg_string reason) {
  fg_group_list same = {.items = NULL};
  for (uint32_t place = run->more; place < run->lived.count; place++) {
    bool is_same = fg_string_equal(run->lived.items[place].what, reason);
    FG_TRY(is_same ? fg_group_append(run, &same, place) : FG_OK);
  }
  fg_cause cause = {.kind = FG_CAUSE_ASIDE, .weight = 20, .month = -1, .item = UINT32_MAX, .code = reason};
  FG_TRY(fg_group_cause(run, &cause, same.items, same.count));
  return fg_groups_add(run, &cause, &same);
}

static fg_status add_set_aside(fg_reconciliation *run) {
  fg_string reasons[FG_CODES_MAX];
  uint32_t count = 0;
  for (uint32_t place = run->more; place < run->lived.count && count < FG_CODES_MAX; place++) {
    bool is_new = true;
    for (uint32_t i = 0; i < count && is_new; i++) {
      is_new = !fg_string_equal(reasons[i], run->lived.items[place].what);
    }
    reasons[count] = run->lived.items[place].what;
    count += is_new;
  }
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(add_of_reason(run, reasons[i]));
  }
  return FG_OK;
}

/* Finds the cause that adds a command; the number of causes if there is none. */
static uint32_t find_unknown(const fg_reconciliation *run, const fg_command *command) {
  for (uint32_t i = 0; i < run->causes.count; i++) {
    const fg_cause *cause = &run->causes.items[i];
    const fg_command *other = cause->member_count == 0 ? NULL : &run->lived.items[cause->members[0]].command;
    if (cause->kind == FG_CAUSE_HAS && other->at == command->at && other->quantity == command->quantity &&
        other->kind == command->kind && fg_string_equal(other->product, command->product) &&
        fg_string_equal(other->pack, command->pack)) {
      return i;
    }
  }
  return run->causes.count;
}

/* Adds a command that happens only if a cause says so, and the cause. */
static fg_status add_unknown(fg_reconciliation *run, const fg_command *command, const fg_bill_cell *cell, int weight) {
  uint32_t cause_of = find_unknown(run, command);
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->suggested, 1));
  run->suggested.items[run->suggested.count++] = cause_of;
  if (cause_of < run->causes.count) {
    return FG_OK;
  }
  uint32_t *member = fg_arena_allocate(&run->arena, &run->allocator, sizeof *member);
  FG_TRY(member == NULL ? FG_NO_MEMORY : FG_OK);
  FG_TRY(FG_ARRAY_RESERVE(&run->allocator, &run->lived, 1));
  *member = run->lived.count;
  run->lived.items[run->lived.count++] = (fg_lived){.command = *command, .is_more = true, .item = cell->item};
  fg_cause cause = {.kind = FG_CAUSE_HAS, .weight = weight, .month = cell->month, .item = cell->item};
  return fg_group_cause(run, &cause, member, 1);
}

/* Adds usage of these units at the end of the month, and as another cause at its beginning. */
static fg_status add_unknown_usage(fg_reconciliation *run, const fg_bill_cell *cell, int64_t units) {
  fg_command command;
  fg_time begin = fg_date_begin(fg_month_first(cell->month), &run->book->zone);
  fg_command_begin(&command, FG_DO_USE, fg_date_begin(fg_month_first(cell->month + 1), &run->book->zone) - 1);
  command.product = fg_bill_item_name(run->whole, cell->item);
  command.quantity = units;
  FG_TRY(add_unknown(run, &command, cell, 80));
  command.at = fg_max_i64(begin, run->more == 0 ? begin : run->lived.items[0].command.at);
  return command.at < fg_date_begin(fg_month_first(cell->month + 1), &run->book->zone)
             ? add_unknown(run, &command, cell, 81)
             : FG_OK;
}

/* Adds usage in the month or in an earlier one. Usage that packs covered in one month shows in the bill of a later one,
   so each earlier month is tried for which the vendor does not say the units. */
static fg_status add_unknown_before(fg_reconciliation *run, const fg_bill_cell *cell, int64_t units) {
  FG_TRY(add_unknown_usage(run, cell, units));
  for (uint32_t i = 0; i < run->cells.count; i++) {
    const fg_bill_cell before = run->cells.items[i];
    bool is_before = before.item == cell->item && before.kind == FG_BILL_USAGE && before.month < cell->month;
    FG_TRY(is_before && !fg_cell_knows(&before, FG_ALL_UNITS) ? add_unknown_usage(run, &before, units) : FG_OK);
  }
  return FG_OK;
}

/* Adds the usage that the vendor has more: as many units as he says or, if he says none, as many as lead to the charge
   at any price. */
static fg_status add_usage_beyond(fg_reconciliation *run, const fg_bill_cell *cell) {
  fg_int128 more = cell->theirs.of[FG_ALL_UNITS] - cell->ours.of[FG_ALL_UNITS];
  fg_int128 charged = cell->theirs.of[FG_CHARGED_UNITS] - cell->ours.of[FG_CHARGED_UNITS];
  if (cell->rows > 0 && (fg_cell_knows(cell, FG_ALL_UNITS) || fg_cell_knows(cell, FG_CHARGED_UNITS))) {
    more = fg_cell_knows(cell, FG_ALL_UNITS) ? more : charged;
    return more > 0 && more <= INT64_MAX ? add_unknown_before(run, cell, (int64_t)more) : FG_OK;
  }
  fg_time begin = fg_date_begin(fg_month_first(cell->month), &run->book->zone);
  const fg_product *product = &fg_book_at(run->whole, begin)->products[cell->item];
  for (uint32_t i = 0; i < product->schedule.tier_count; i++) {
    fg_amount price = product->schedule.tiers[i].price;
    fg_int128 amount = 0;
    bool is_whole = price > 0 && fg_multiply_i128(cell->theirs.of[FG_AMOUNT], product->schedule.per, &amount) &&
                    amount % price == 0;
    more = is_whole ? amount / price - cell->ours.of[FG_CHARGED_UNITS] : 0;
    FG_TRY(is_whole && more > 0 && more <= INT64_MAX ? add_unknown_before(run, cell, (int64_t)more) : FG_OK);
  }
  return FG_OK;
}

/* Adds orders of packs that cost what the vendor charges more, at the beginning of the month and at its end. */
static fg_status add_packs_beyond(fg_reconciliation *run, const fg_bill_cell *cell) {
  fg_time begin = fg_date_begin(fg_month_first(cell->month), &run->book->zone);
  fg_time end = fg_date_begin(fg_month_first(cell->month + 1), &run->book->zone) - 1;
  const fg_book *book = fg_book_at(run->whole, begin);
  const fg_product *owner = fg_book_owner(book, cell->item);
  fg_int128 more = cell->theirs.of[FG_AMOUNT] - cell->ours.of[FG_AMOUNT];
  for (uint32_t i = 0; i < owner->pack_count && more > 0; i++) {
    const fg_pack_offer *offer = &owner->packs[i];
    bool fits = !offer->withdrawn && offer->price > 0 && more % offer->price == 0 && more / offer->price <= 1000;
    fg_command command;
    fg_command_begin(&command, FG_DO_BUY_PACK, begin);
    command.product = owner->id;
    command.pack = offer->id;
    command.quantity = fits ? (int64_t)(more / offer->price) : 0;
    FG_TRY(fits ? add_unknown(run, &command, cell, 70) : FG_OK);
    command.at = end;
    FG_TRY(fits ? add_unknown(run, &command, cell, 71) : FG_OK);
  }
  return FG_OK;
}

static fg_status add_beyond(fg_reconciliation *run) {
  uint32_t count = run->cells.count;
  for (uint32_t i = 0; i < count; i++) {
    const fg_bill_cell cell = run->cells.items[i];
    bool differs = !fg_cell_is_equal(&cell, &cell.ours);
    bool is_product = cell.item < run->whole->product_count;
    if (differs && cell.kind == FG_BILL_USAGE && is_product) {
      FG_TRY(add_usage_beyond(run, &cell));
    }
    if (differs && cell.kind == FG_BILL_PACK && cell.item < fg_book_owner_count(run->whole)) {
      FG_TRY(add_packs_beyond(run, &cell));
    }
  }
  return FG_OK;
}

/* Only the first month that differs is used, because what is missing in it may also show in later months. */
fg_status fg_causes_of_rest(fg_reconciliation *run, const fg_measured *measured) {
  for (uint32_t i = 0; i < run->cells.count; i++) {
    fg_bill_cell cell = run->cells.items[i];
    cell.ours = measured[i];
    if (cell.kind == FG_BILL_USAGE && cell.item < run->whole->product_count && !fg_cell_is_equal(&cell, &cell.ours)) {
      return add_usage_beyond(run, &cell);
    }
  }
  return FG_OK;
}

fg_status fg_causes_of_missing(fg_reconciliation *run) {
  FG_TRY(add_set_aside(run));
  FG_TRY(add_lacking(run));
  return add_beyond(run);
}
