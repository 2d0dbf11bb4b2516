/* Replays an account as causes have it, and adds up what the rows of the comparison then come to. */
#include "reconcile.h"

#include "../account/account_json.h"
#include "../state/command.h"

/* What becomes of a command in a world: it happens as it did, it does not happen, or it happens as the vendor counts
   it. */
typedef enum fate { FATE_HAPPENS, FATE_DROPPED, FATE_COUNTED } fate;

typedef struct due_command {
  fg_time at;
  uint32_t place;
} due_command;

typedef struct life {
  fg_reconciliation *run;
  const fg_world *world;
  fg_account *account;
  fg_period_uses uses;
  uint8_t *fates;     ///< what became of each command, by its index
  due_command *order; ///< the commands in the order of time; NULL: they happen in their own order
  uint32_t count;     ///< how many commands `order` has
  bool notes;
  fg_measured *measured;
  bool bills_elsewhere;
} life;

/* Notes an amount of a month without rows. Months after the invoice's last are left out, because the next invoice bills
   them. */
static fg_status note_absent(fg_reconciliation *run, fg_month month, fg_amount amount) {
  uint32_t place = 0;
  while (place < run->absent.count && run->absent.items[place].month < month) {
    place++;
  }
  bool is_there = place < run->absent.count && run->absent.items[place].month == month;
  if (month > run->last) {
    return FG_OK;
  }
  FG_TRY(is_there ? FG_OK : FG_ARRAY_RESERVE(&run->allocator, &run->absent, 1));
  if (!is_there) {
    memmove(run->absent.items + place + 1, run->absent.items + place,
            (run->absent.count - place) * sizeof *run->absent.items);
    run->absent.items[place] = (fg_absent_month){.month = month};
    run->absent.count++;
  }
  run->absent.items[place].amount += amount;
  FG_ASSERT(fg_amount_fits(run->absent.items[place].amount)); /* because the account's state holds the sum */
  return FG_OK;
}

/* Adds to a cell what was bought or billed. In the replay without causes a missing cell is added. */
static fg_status add_to(life *of, fg_month month, uint32_t item, fg_bill_kind kind, const fg_int128 *units,
                        fg_amount amount) {
  fg_reconciliation *run = of->run;
  bool is_compared = (run->kinds >> kind & 1) != 0 && fg_bill_has_month(run, month);
  bool is_nothing = amount == 0 && (units == NULL || units[FG_ALL_UNITS] == 0);
  if (!is_compared || is_nothing) {
    bool is_absent = of->notes && amount != 0 && (run->kinds >> kind & 1) != 0 && !is_compared;
    return is_absent ? note_absent(run, month, amount) : FG_OK;
  }
  fg_bill_cell *cell = item == UINT32_MAX ? NULL : fg_bill_find_cell(run, month, item, (uint8_t)kind, of->notes);
  if (cell == NULL) {
    of->bills_elsewhere = of->bills_elsewhere || amount != 0 || units[FG_CHARGED_UNITS] != 0;
    return of->notes && item != UINT32_MAX ? FG_NO_MEMORY : FG_OK;
  }
  fg_measured *sum = of->notes ? &cell->ours : &of->measured[cell - run->cells.items];
  for (int i = 0; i < FG_AMOUNT && units != NULL; i++) {
    sum->of[i] += units[i];
  }
  sum->of[FG_AMOUNT] += amount;
  FG_ASSERT(fg_amount_fits(sum->of[FG_AMOUNT])); /* because the account's state holds the sum of these amounts */
  return FG_OK;
}

static fg_month month_of(const life *of, fg_time at) { return fg_account_month(of->account, at); }

static uint32_t item_here(const life *of, fg_string name) { return fg_bill_find_item(of->run->whole, name); }

static fg_status add_bought(life *of, const fg_command *command, fg_bill_kind kind, int64_t count, fg_money money) {
  fg_string name = kind == FG_BILL_BUNDLE ? command->bundle : command->product;
  fg_int128 units[FG_AMOUNT] = {[FG_ALL_UNITS] = count, [FG_CHARGED_UNITS] = count};
  return add_to(of, month_of(of, command->at), item_here(of, name), kind, units, fg_amount_of(money));
}

/* The product or bundle that an order is of. */
static fg_string name_of_order(const life *of, fg_string id) {
  const fg_state *state = &of->account->state;
  const fg_bundle_order *bundle = fg_state_bundle(state, id);
  if (bundle != NULL) {
    return of->account->book->bundles[bundle->bundle].id;
  }
  const fg_lot *lot = fg_state_lot(state, id);
  const fg_capacity_order *order = fg_state_capacity_order(state, id);
  return lot != NULL     ? fg_book_owner(of->account->book, lot->owner)->id
         : order != NULL ? of->account->book->products[of->account->book->capacities[order->place].product].id
                         : (fg_string){NULL, 0};
}

static fg_status add_order(life *of, const fg_command *command, const fg_outcome *outcome) {
  fg_string name = name_of_order(of, command->id);
  fg_month month = month_of(of, command->at);
  switch (command->kind) {
  case FG_DO_BUY_PACK: return add_bought(of, command, FG_BILL_PACK, command->quantity, outcome->is.order.amount);
  case FG_DO_BUY_CAPACITY: return add_bought(of, command, FG_BILL_CAPACITY, 1, outcome->is.order.amount);
  case FG_DO_BUY_BUNDLE: return add_bought(of, command, FG_BILL_BUNDLE, 1, outcome->is.order.amount);
  case FG_DO_CHANGE_CAPACITY:
    return add_to(of, month, item_here(of, name), FG_BILL_CAPACITY, NULL, fg_amount_of(outcome->is.changed.amount));
  case FG_DO_REFUND:
    return add_to(of, month, item_here(of, name), FG_BILL_REFUND, NULL, -fg_amount_of(outcome->is.refund.amount));
  default: return FG_OK;
  }
}

static bool add_invoice(void *context, const fg_invoice *invoice) {
  life *of = context;
  const fg_account *account = of->account;
  fg_month month = fg_account_month(account, invoice->period.begin);
  fg_status status = FG_OK;
  for (uint32_t i = 0; i < invoice->line_count && status == FG_OK; i++) {
    const fg_invoice_line *line = &invoice->lines[i];
    fg_bill_kind kind = line->kind == FG_LINE_FEE ? FG_BILL_FEE : FG_BILL_USAGE;
    fg_string name = fg_account_edition(account, line->cell.edition)->products[line->product].id;
    status = add_to(of, month, item_here(of, name), kind, NULL, line->slice.amount);
  }
  return status == FG_OK;
}

static fg_status add_what_settled(life *of) {
  for (uint32_t i = 0; i < of->uses.count; i++) {
    const fg_period_use *use = &of->uses.items[i];
    const fg_usage *usage = &use->usage;
    fg_int128 units[FG_AMOUNT] = {[FG_ALL_UNITS] = fg_usage_billed(usage),
                                  [FG_FREE_UNITS] = usage->free,
                                  [FG_PACK_UNITS] = usage->packs,
                                  [FG_DEDUCTED_UNITS] = usage->free + usage->packs,
                                  [FG_CHARGED_UNITS] = usage->postpaid};
    uint32_t item = item_here(of, of->account->book->products[use->product].id);
    FG_TRY(add_to(of, month_of(of, use->period.begin), item, FG_BILL_USAGE, units, 0));
  }
  return fg_history_each_invoice(of->account->history, add_invoice, of);
}

/* When a world lets the pack of an order end; FG_NO_TIME: as its terms say. A pack that the vendor never drew on ends
   at once. */
static fg_time void_at(const life *of, uint32_t place, fg_time bought) {
  for (uint32_t i = 0; i < of->world->count; i++) {
    const fg_cause *cause = of->world->causes[i];
    if (cause->kind == FG_CAUSE_EXPIRY && cause->members[0] == place) {
      return cause->instant == FG_NO_TIME ? bought + 1 : fg_max_i64(cause->instant, bought + 1);
    }
  }
  return FG_NO_TIME;
}

static bool is_usage(fg_command_kind kind) {
  return kind == FG_DO_USE || kind == FG_DO_CALL || kind == FG_DO_COMMIT || kind == FG_DO_CANCEL ||
         kind == FG_DO_ADJUST;
}

/* Applies a command that happened at the vendor's even if the rules refuse it: a product is opened for it, and usage
   that is refused is added as a correction. */
static fg_status apply_unasked(life *of, fg_command *command, fg_outcome *outcome) {
  static const char reason[] = "counted by the vendor";
  fg_account *account = of->account;
  int product = fg_book_product(account->book, command->product);
  if (product != FG_NONE && !account->state.services[product].was_open) {
    fg_command open;
    fg_command_begin(&open, FG_DO_OPEN, command->at);
    open.product = command->product;
    fg_status opened = fg_account_apply(account, &open, NULL, NULL);
    FG_TRY(opened == FG_NO_MEMORY ? opened : FG_OK);
  }
  fg_status status = fg_account_apply(account, command, outcome, NULL);
  if (command->kind == FG_DO_USE && fg_status_is_refusal(status)) {
    command->kind = FG_DO_ADJUST;
    command->reason = (fg_string){reason, sizeof reason - 1};
    status = fg_account_apply(account, command, outcome, NULL);
  }
  return status;
}

/* Notes what became of a command in the replay without causes. */
static fg_status note_outcome(life *of, fg_lived *lived, const fg_outcome *outcome) {
  fg_command_kind kind = lived->command.kind;
  bool ends_call = kind == FG_DO_CANCEL ||
                   (kind == FG_DO_COMMIT && (outcome->is.ended.has_outcome || outcome->is.ended.has_quantity));
  lived->is_accepted = !outcome->repeated;
  lived->given_back = ends_call ? outcome->is.ended.returned + outcome->is.ended.lost : 0;
  if (fg_command_orders(kind) && lived->command.id.text == NULL) {
    lived->made_up = fg_string_copy(&of->run->arena, &of->run->allocator, outcome->is.order.id);
    FG_TRY(lived->made_up.text == NULL ? FG_NO_MEMORY : FG_OK);
  }
  return FG_OK;
}

/* Replays a command at an instant. The answer is FG_OK too if the rules refuse the command, which then does not
   happen. */
static fg_status live_one(life *of, uint32_t place, fg_time at) {
  fg_lived *lived = &of->run->lived.items[place];
  fg_command command = lived->command;
  fg_outcome outcome;
  command.at = at;
  bool is_counted = of->fates[place] == FATE_COUNTED;
  if (is_counted) {
    command.kind = command.kind == FG_DO_CALL ? FG_DO_USE : command.kind;
    command.id = is_usage(command.kind) ? (fg_string){NULL, 0} : command.id;
    command.billable = true;
  }
  FG_TRY(fg_watch_goes_on(&of->run->watch));
  FG_TRY(of->notes ? fg_funds_add_settled(of->run, of->account, at) : FG_OK);
  of->account->void_at = void_at(of, place, at);
  fg_status status = is_counted ? apply_unasked(of, &command, &outcome)
                                : fg_account_apply(of->account, &command, &outcome, NULL);
  if (status != FG_OK) {
    return status == FG_NO_MEMORY ? status : FG_OK;
  }
  FG_TRY(outcome.repeated || is_usage(command.kind) ? FG_OK : add_order(of, &command, &outcome));
  FG_TRY(of->notes && !outcome.repeated ? fg_funds_add_order(of->run, of->account, &command, &outcome) : FG_OK);
  return of->notes ? note_outcome(of, lived, &outcome) : FG_OK;
}

static void set_fates(life *of, const fg_cause *cause) {
  static const uint8_t fates[FG_CAUSE_KIND_COUNT] = {
      [FG_CAUSE_UNCERTAIN] = FATE_DROPPED, [FG_CAUSE_CANCELED] = FATE_COUNTED, [FG_CAUSE_ASIDE] = FATE_COUNTED,
      [FG_CAUSE_LACKS] = FATE_DROPPED,     [FG_CAUSE_HAS] = FATE_COUNTED,
  };
  for (uint32_t i = 0; i < cause->member_count && fates[cause->kind] != FATE_HAPPENS; i++) {
    of->fates[cause->members[i]] = fates[cause->kind];
  }
}

/* What becomes of a command. The end of a call that does not happen, or that the vendor counts in full, does not happen
   either. */
static uint8_t fate_of(const life *of, uint32_t place) {
  const fg_lived *lived = &of->run->lived.items[place];
  return lived->call > 0 && of->fates[lived->call - 1] != FATE_HAPPENS ? FATE_DROPPED : of->fates[place];
}

static bool moves(const fg_world *world) {
  bool any = false;
  for (uint32_t i = 0; i < world->count; i++) {
    fg_cause_kind kind = world->causes[i]->kind;
    any = any || kind == FG_CAUSE_EDGE || kind == FG_CAUSE_CLOCK || kind == FG_CAUSE_ASIDE || kind == FG_CAUSE_HAS;
  }
  return any;
}

/* When the clocks of the book show what those of the vendor's zone show at an instant. */
static fg_time shown_in_zone(const fg_reconciliation *run, fg_time at, int64_t shift) {
  const fg_zone *zone = &run->book->zone;
  return fg_zone_instant(zone, at + fg_zone_offset(zone, run->end) + shift);
}

/* When a command happens in a world. The end of a call is never before the call. Commands that the vendor alone has are
   told by his clock already. */
static fg_time lived_at(const life *of, uint32_t place) {
  const fg_lived *lived = &of->run->lived.items[place];
  fg_time at = lived->command.at;
  for (uint32_t i = 0; i < of->world->count; i++) {
    const fg_cause *cause = of->world->causes[i];
    bool is_shifted = cause->kind == FG_CAUSE_CLOCK && !(lived->is_more && lived->what.text == NULL) &&
                      (cause->shifts_all || is_usage(lived->command.kind) || lived->command.kind == FG_DO_OPEN);
    if (is_shifted) {
      at = cause->shifts_all ? shown_in_zone(of->run, at, cause->shift) : at + cause->shift;
    }
    if (cause->kind == FG_CAUSE_EDGE && fg_cause_has(cause, place)) {
      at = cause->instant;
    } else if (cause->kind == FG_CAUSE_EDGE && lived->call > 0 && fg_cause_has(cause, lived->call - 1)) {
      at = fg_max_i64(at, cause->instant);
    }
  }
  return at;
}

static int compare_due(const void *a, const void *b) {
  const due_command *left = a;
  const due_command *right = b;
  int order = fg_compare_i64(left->at, right->at);
  return order != 0 ? order : fg_compare_i64(left->place, right->place);
}

/* Sorts the commands of a world by time. Those that were set aside are in it only if a cause counts them. */
static fg_status order_commands(life *of) {
  uint32_t all = of->run->lived.count;
  bool is_sorted = true;
  of->order = fg_allocate(&of->run->allocator, all * sizeof *of->order);
  FG_TRY(of->order == NULL && all > 0 ? FG_NO_MEMORY : FG_OK);
  for (uint32_t place = 0; place < all; place++) {
    bool happens = place < of->run->more || of->fates[place] == FATE_COUNTED;
    if (happens && fate_of(of, place) != FATE_DROPPED) {
      of->order[of->count] = (due_command){lived_at(of, place), place};
      is_sorted = is_sorted && (of->count == 0 || of->order[of->count - 1].at <= of->order[of->count].at);
      of->count++;
    }
  }
  if (!is_sorted) {
    fg_sort(of->order, of->count, sizeof *of->order, compare_due);
  }
  return FG_OK;
}

static fg_status begin_account(life *of) {
  fg_reconciliation *run = of->run;
  const fg_json *timeline = fg_json_get(&run->document.root, "ours");
  fg_book *book = run->book;
  for (uint32_t i = 0; i < of->world->count; i++) {
    book = of->world->causes[i]->book == NULL ? book : of->world->causes[i]->book;
  }
  FG_TRY(fg_account_read(fg_account_head_of(timeline), book, &run->allocator, &of->account, NULL));
  for (uint32_t i = 0; i < of->world->count; i++) {
    const fg_cause *cause = of->world->causes[i];
    if (cause->kind == FG_CAUSE_SWITCH) {
      of->account->policy.value[cause->which] = cause->value;
    }
  }
  of->account->uses = &of->uses;
  return FG_OK;
}

static fg_status live_commands(life *of) {
  fg_reconciliation *run = of->run;
  if (of->order != NULL) {
    for (uint32_t i = 0; i < of->count && of->order[i].at <= run->end; i++) {
      FG_TRY(live_one(of, of->order[i].place, of->order[i].at));
    }
    return FG_OK;
  }
  for (uint32_t place = 0; place < run->more; place++) {
    const fg_lived *lived = &run->lived.items[place];
    if (fate_of(of, place) != FATE_DROPPED && (of->notes || lived->command.at <= run->end)) {
      FG_TRY(live_one(of, place, lived->command.at));
    }
  }
  return FG_OK;
}

static fg_status live_to_the_end(life *of) {
  fg_command advance;
  FG_TRY(moves(of->world) ? order_commands(of) : FG_OK);
  FG_TRY(live_commands(of));
  if (of->account->state.now == FG_NO_TIME) {
    return FG_OK; /* no command has happened */
  }
  FG_TRY(of->notes ? fg_funds_add_settled(of->run, of->account, of->run->end) : FG_OK);
  if (of->account->state.now < of->run->end) {
    fg_command_begin(&advance, FG_DO_ADVANCE, of->run->end);
    fg_status status = fg_account_apply(of->account, &advance, NULL, NULL);
    FG_TRY(status == FG_NO_MEMORY ? status : FG_OK);
  }
  return add_what_settled(of);
}

/* Rounds the amounts as a vendor does, if a cause says that he rounds. */
static void round_amounts(const life *of) {
  for (uint32_t i = 0; i < of->world->count; i++) {
    for (uint32_t k = 0; k < of->run->cells.count && of->world->causes[i]->kind == FG_CAUSE_ROUNDING; k++) {
      fg_int128 *amount = &of->measured[k].of[FG_AMOUNT];
      *amount = fg_amount_rounded_to(*amount, fg_book_step(of->run->whole));
    }
  }
}

fg_status fg_world_live(fg_reconciliation *run, const fg_world *world, bool notes, fg_measured *measured,
                        bool *bills_elsewhere) {
  life of = {.run = run, .world = world, .notes = notes, .measured = measured};
  uint32_t all = run->lived.count;
  run->tried++;
  run->commands_left -= run->world_cost;
  of.fates = fg_allocate(&run->allocator, all);
  fg_status status = of.fates == NULL && all > 0 ? FG_NO_MEMORY : FG_OK;
  for (uint32_t i = 0; i < world->count && status == FG_OK; i++) {
    set_fates(&of, world->causes[i]);
  }
  status = status == FG_OK ? begin_account(&of) : status;
  if (status == FG_INVALID && !notes) { /* the account cannot have this book */
    of.bills_elsewhere = true;
    status = FG_OK;
  } else if (status == FG_OK) {
    status = live_to_the_end(&of);
    round_amounts(&of);
  }
  *bills_elsewhere = of.bills_elsewhere;
  fg_account_free(of.account);
  FG_ARRAY_RELEASE(&run->allocator, &of.uses);
  fg_release(&run->allocator, of.order, of.order == NULL ? 0 : all * sizeof *of.order);
  fg_release(&run->allocator, of.fates, all);
  return status;
}
