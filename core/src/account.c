#include <stdio.h>

#include "budget.h"
#include "capacity.h"
#include "command.h"
#include "grants.h"
#include "holds.h"
#include "lifecycle.h"
#include "limiter.h"
#include "orders.h"
#include "refund.h"
#include "service.h"
#include "settlement.h"
#include "usage.h"
#include "wallet.h"

/* ---------------------------------------------------------------------------------------------- birth and death */

static fg_status read_wallet(fg_wallet *wallet, const fg_funds *funds, fg_error *error) {
  wallet->limited = funds != NULL;
  for (int fund = 0; fund < FG_FUND_COUNT && funds != NULL; fund++) {
    fg_amount there = fg_amount_of(funds->of[fund]);
    if (there < 0 || fg_wallet_add(wallet, (fg_fund)fund, there) != FG_OK) {
      return fg_fail(error, FG_INVALID, fg_fund_name((fg_fund)fund), "expected an amount from 0 to below 10^26");
    }
  }
  return FG_OK;
}

static fg_status read_options(fg_account *account, const fg_account_options *options, fg_error *error) {
  if (read_wallet(&account->state.wallet, options->wallet, error) != FG_OK) {
    fg_error_prefix(error, "wallet");
    return FG_INVALID;
  }
  for (size_t i = 0; i < options->policy_count; i++) {
    fg_string key = options->policy[2 * i];
    if (fg_policy_set(&account->policy, key, options->policy[2 * i + 1], error) != FG_OK) {
      fg_error_prefix(error, "policy");
      return FG_INVALID;
    }
  }
  return FG_OK;
}

/* The parts every account has; what fails leaves it fit for fg_account_free. */
static fg_status furnish(fg_account *account) {
  const fg_allocator *allocator = &account->allocator;
  account->state.services = fg_allocate(allocator, account->book->product_count * sizeof *account->state.services);
  account->state.issued = fg_allocate(allocator, account->offer_count * sizeof *account->state.issued);
  account->history = fg_history_new(allocator);
  bool complete = account->state.services != NULL && account->state.issued != NULL && account->history != NULL;
  return complete ? FG_OK : FG_NO_MEMORY;
}

static fg_account *allocate_account(const fg_allocator *allocator, fg_book *book) {
  fg_account *account = fg_allocate(allocator, sizeof *account);
  if (account != NULL) {
    account->allocator = *allocator;
    account->encoded.allocator = *allocator;
    account->book = fg_book_retain(book);
    account->policy = book->policy;
    account->offer_count = fg_offer_slot(book, book->product_count, 0) + 1;
  }
  return account;
}

fg_status fg_account_new(fg_book *book, const fg_account_options *options, fg_account **account, fg_error *error) {
  static const fg_account_options none = {NULL, NULL, 0, NULL};
  const fg_account_options *chosen = options == NULL ? &none : options;
  fg_allocator allocator = fg_allocator_or_default(chosen->allocator);
  fg_account *fresh = allocate_account(&allocator, book);
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fresh->state.now = FG_NO_TIME;
  fresh->state.next_due = FG_NO_TIME;
  fresh->state.arrears_since = FG_NO_TIME;
  fg_status status = furnish(fresh);
  status = status != FG_OK ? fg_refuse(error, status) : read_options(fresh, chosen, error);
  if (status != FG_OK) {
    fg_account_free(fresh);
    return status;
  }
  *account = fresh;
  return FG_OK;
}

void fg_account_free(fg_account *account) {
  if (account == NULL) {
    return;
  }
  fg_allocator allocator = account->allocator;
  fg_state_release(account, &account->state);
  fg_history_release(account->history);
  FG_ARRAY_RELEASE(&allocator, &account->draws);
  FG_ARRAY_RELEASE(&allocator, &account->taken);
  FG_ARRAY_RELEASE(&allocator, &account->lines);
  fg_text_release(&account->encoded);
  fg_book_release(account->book);
  fg_release(&allocator, account, sizeof *account);
}

fg_status fg_account_fork(fg_account *account, fg_account **copy) {
  fg_account *fork = allocate_account(&account->allocator, account->book);
  if (fork == NULL) {
    return FG_NO_MEMORY;
  }
  fork->policy = account->policy;
  fg_status status = fg_state_copy(account, &account->state, &fork->state);
  if (status != FG_OK) {
    fg_account_free(fork);
    return status;
  }
  fork->history = fg_history_retain(account->history);
  *copy = fork;
  return FG_OK;
}

fg_book *fg_account_book(const fg_account *account) { return account->book; }

fg_time fg_account_now(const fg_account *account) { return account->state.now; }

size_t fg_account_bytes(const fg_account *account) {
  return sizeof *account + fg_state_bytes(account, &account->state) +
         account->draws.capacity * sizeof *account->draws.items +
         account->taken.capacity * sizeof *account->taken.items +
         account->lines.capacity * sizeof *account->lines.items + account->encoded.capacity;
}

/* ------------------------------------------------------------------------------------------------ drafts and time */

/* What a command or the passing of time changes, kept aside until it has succeeded as a whole. */
typedef struct transaction {
  fg_state draft;
  fg_history_mark mark;
} transaction;

static fg_status begin(fg_account *account, transaction *change) {
  FG_TRY(fg_history_own(&account->history));
  change->mark = fg_history_mark_of(account->history);
  return fg_state_copy(account, &account->state, &change->draft);
}

/* Puts the draft in the state's place, or drops it and what was written to the history. */
static fg_status end(fg_account *account, transaction *change, fg_status status) {
  if (status == FG_OK) {
    fg_lifecycle_plan(account, &change->draft);
    fg_state_release(account, &account->state);
    account->state = change->draft;
  } else {
    fg_state_release(account, &change->draft);
    fg_history_rewind(account->history, change->mark);
  }
  return status;
}

static fg_status pass_time(fg_account *account, fg_time at) {
  if (FG_LIKELY(at < account->state.next_due)) {
    account->state.now = at;
    return FG_OK;
  }
  transaction change;
  FG_TRY(begin(account, &change));
  bool first = account->state.now == FG_NO_TIME;
  fg_status status = first ? fg_lifecycle_start(account, &change.draft, at)
                           : fg_lifecycle_run(account, &change.draft, at);
  change.draft.now = at;
  return end(account, &change, status);
}

/* ------------------------------------------------------------------------------------------------------- commands */

/* The product a command names, if its kind has one. */
static fg_status find_product(const fg_account *account, const fg_command *command, uint32_t *product) {
  if (command->product.text == NULL) {
    return FG_OK;
  }
  int found = fg_book_product(account->book, command->product);
  *product = found == FG_NONE ? 0 : (uint32_t)found;
  return found == FG_NONE ? FG_UNKNOWN_PRODUCT : FG_OK;
}

static fg_status top_up(fg_account *account, fg_state *draft, const fg_command *command, fg_outcome *outcome) {
  FG_TRY(fg_wallet_add(&draft->wallet, command->fund, fg_amount_of(command->amount)));
  FG_TRY(fg_lifecycle_resume(account, draft, command->at));
  outcome->is.wallet.limited = draft->wallet.limited;
  outcome->is.wallet.balance = fg_money_of(fg_wallet_balance(&draft->wallet));
  return FG_OK;
}

/* Works on a draft of its own that nobody keeps. */
static fg_status preview(fg_account *account, const fg_command *command) {
  uint32_t product = 0;
  FG_TRY(find_product(account, command, &product));
  return fg_settlement_preview(account, command->product.text == NULL ? FG_ALL_PRODUCTS : (int)product);
}

static fg_status run_on_draft(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                              fg_outcome *outcome) {
  uint32_t product = 0;
  FG_TRY(find_product(account, command, &product));
  switch (command->kind) {
  case FG_DO_OPEN: return fg_service_open(account, draft, command, product, outcome);
  case FG_DO_CLOSE: return fg_service_close(draft, product);
  case FG_DO_CLAIM: return fg_service_claim(account, draft, command, product, outcome);
  case FG_DO_SET_MODE: return fg_service_set_mode(account, draft, command, product, outcome);
  case FG_DO_BUY_PACK:
  case FG_DO_GIVE_PACK: return fg_order_pack(account, draft, command, product, id, outcome);
  case FG_DO_BUY_CAPACITY: return fg_order_capacity(account, draft, command, product, id, outcome);
  case FG_DO_ADD_MATERIALS: return fg_service_add_materials(draft, command, product, outcome);
  case FG_DO_REMOVE_MATERIALS: return fg_service_remove_materials(draft, command, product, outcome);
  case FG_DO_TOP_UP: return top_up(account, draft, command, outcome);
  case FG_DO_REFUND: return fg_refund(account, draft, command, outcome);
  case FG_DO_ANNOUNCE: return fg_service_announce(account, draft, command, product);
  case FG_DO_SUSPEND: draft->violation = true; return FG_OK;    /* R35 */
  case FG_DO_REINSTATE: draft->violation = false; return FG_OK; /* R35 */
  case FG_DO_SET_BUDGET: return fg_budget_set(account, draft, command);
  case FG_DO_PREVIEW:
  case FG_DO_USE:
  case FG_DO_CALL:
  case FG_DO_COMMIT:
  case FG_DO_CANCEL:
  case FG_DO_STATEMENT:
  case FG_DO_ADVANCE:
  case FG_COMMAND_COUNT: break;
  }
  return FG_OK;
}

/* Commands without an id of their own. */
static fg_status run_plain(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  transaction change;
  FG_TRY(begin(account, &change));
  fg_string no_id = {NULL, 0};
  return end(account, &change, run_on_draft(account, &change.draft, command, no_id, outcome));
}

/* The packs drawn on, as an answer names them; `draws` has room for them. */
static fg_used answer_used(const fg_account *account, const fg_recorded *recorded, fg_draw *draws) {
  fg_used used = {recorded->free, recorded->postpaid, recorded->unbilled, draws, 0};
  for (uint32_t i = recorded->free_count; i < recorded->taken_count; i++) {
    const fg_taken *taken = &account->taken.items[i];
    draws[used.pack_count++] = (fg_draw){account->state.grants.items[taken->grant].id, taken->units};
  }
  return used;
}

static fg_status reserve_taken(fg_account *account, uint32_t product) {
  uint32_t most = account->state.services[product].burn.count;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->taken, most));
  return FG_ARRAY_RESERVE(&account->allocator, &account->draws, most);
}

/* The hot path: nothing is copied, nothing allocated. */
static fg_status run_use(fg_account *account, const fg_command *command, fg_used *used) {
  uint32_t product = 0;
  FG_TRY(find_product(account, command, &product));
  FG_TRY(fg_usage_allowed(account, &account->state, product));
  FG_TRY(fg_usage_fits(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(reserve_taken(account, product));
  fg_recorded recorded = fg_usage_record(account, &account->state, product, command->quantity, command->billable,
                                         account->taken.items);
  *used = answer_used(account, &recorded, account->draws.items);
  return FG_OK;
}

/* ------------------------------------------------------------------------------------------------ calls in flight */

static fg_status end_call(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  fg_hold *hold = fg_holds_find(&account->state, command->id);
  if (hold == NULL) {
    const fg_record *record = fg_history_find(account->history, command->id);
    return record != NULL && record->kind == FG_DO_CALL ? FG_ALREADY_FINISHED : FG_UNKNOWN_ID;
  }
  if (command->kind == FG_DO_COMMIT) {
    fg_holds_commit(&account->state, hold);
    return FG_OK;
  }
  FG_TRY(fg_holds_cancel(account, &account->state, hold, &outcome->is.canceled.returned, &outcome->is.canceled.lost));
  fg_lifecycle_plan(account, &account->state); /* a grant may be back that expires */
  return FG_OK;
}

static fg_time deadline_of(const fg_command *command) {
  int64_t length = 0;
  int64_t deadline = 0;
  bool has_end = command->timeout_ms > 0 && fg_multiply_i64(command->timeout_ms, FG_SECOND / 1000, &length) &&
                 fg_add_i64(command->at, length, &deadline);
  return has_end ? deadline : FG_NEVER;
}

/* ------------------------------------------------------------------------------------------------ commands with ids */

static bool is_taken(const fg_account *account, fg_string id) {
  bool may_be_grant = memchr(id.text, '/', id.length) != NULL;
  return fg_history_find(account->history, id) != NULL ||
         (may_be_grant && fg_state_grant(&account->state, id) != NULL);
}

/* Orders without an id are numbered: order-1, order-2, … */
static fg_string make_up_id(const fg_account *account, char text[32]) {
  uint32_t number = account->state.orders;
  fg_string id = {text, 0};
  do {
    number++;
    id.length = (size_t)snprintf(text, 32, "order-%lu", (unsigned long)number);
  } while (is_taken(account, id));
  return id;
}

/* What a record of usage keeps, in one block: the answer, its draws, and for a call what it took from each grant. */
typedef struct usage_room {
  fg_used *used;
  fg_draw *draws;
  fg_taken *taken;
} usage_room;

static fg_status reserve_usage_room(fg_account *account, uint32_t product, int64_t quantity, usage_room *room) {
  fg_drawn drawn = fg_grants_would_draw(&account->state, &account->state.services[product], quantity);
  size_t draws_size = (drawn.taken_count - drawn.free_count) * sizeof *room->draws;
  char *block = fg_history_allocate(account->history, sizeof *room->used + draws_size +
                                                          drawn.taken_count * sizeof *room->taken);
  if (block == NULL) {
    return FG_NO_MEMORY;
  }
  room->used = (fg_used *)(void *)block;
  room->draws = (fg_draw *)(void *)(block + sizeof *room->used);
  room->taken = (fg_taken *)(void *)(block + sizeof *room->used + draws_size);
  return reserve_taken(account, product);
}

/* Room for everything was made before: from here on nothing fails. */
static fg_recorded record_in_room(fg_account *account, const fg_command *command, uint32_t product,
                                  const usage_room *room, fg_record *record) {
  fg_recorded recorded = fg_usage_record(account, &account->state, product, command->quantity, command->billable,
                                         account->taken.items);
  *room->used = answer_used(account, &recorded, room->draws);
  record->answer.used = room->used;
  return recorded;
}

static fg_status record_use(fg_account *account, const fg_command *command, fg_record *record) {
  uint32_t product = 0;
  usage_room room;
  FG_TRY(find_product(account, command, &product));
  FG_TRY(fg_usage_allowed(account, &account->state, product));
  FG_TRY(fg_usage_fits(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(reserve_usage_room(account, product, command->quantity, &room));
  record_in_room(account, command, product, &room, record);
  return FG_OK;
}

static void hold_call(fg_account *account, const fg_command *command, fg_hold hold, const fg_recorded *recorded,
                      fg_taken *taken) {
  fg_state *state = &account->state;
  hold.slot = fg_limiter_admit(account, state, hold.product, command->quantity);
  hold.since = command->at;
  hold.deadline = deadline_of(command);
  hold.bucket = recorded->bucket;
  hold.postpaid = recorded->postpaid;
  hold.unbilled = recorded->unbilled;
  hold.counted = recorded->counted;
  hold.taken = taken;
  hold.taken_count = recorded->taken_count;
  if (hold.taken_count > 0) {
    memcpy(taken, account->taken.items, hold.taken_count * sizeof *taken);
  }
  state->holds.items[state->holds.count++] = hold;
  state->next_due = fg_min_i64(state->next_due, hold.deadline);
}

/* The gate: one step asks and deducts, so that nobody else can spend the same unit in between. */
static fg_status record_call(fg_account *account, const fg_command *command, fg_record *record) {
  fg_state *state = &account->state;
  usage_room room;
  fg_hold hold = {.id = record->id};
  FG_TRY(find_product(account, command, &hold.product));
  FG_TRY(fg_usage_allowed(account, state, hold.product));
  FG_TRY(fg_limiter_ask(account, state, hold.product, command->quantity, &account->retry_after_us));
  FG_TRY(fg_usage_fits(account, state, hold.product, command->quantity, true));
  FG_TRY(fg_limiter_reserve(account, &state->services[hold.product]));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &state->holds, 1));
  FG_TRY(reserve_usage_room(account, hold.product, command->quantity, &room));
  if (command->owner.text != NULL) {
    hold.owner = fg_string_copy(&account->history->arena, &account->allocator, command->owner);
    if (hold.owner.text == NULL) {
      return FG_NO_MEMORY;
    }
  }
  fg_recorded recorded = record_in_room(account, command, hold.product, &room, record);
  hold_call(account, command, hold, &recorded, room.taken);
  return FG_OK;
}

static fg_status record_order(fg_account *account, const fg_command *command, fg_record *record) {
  transaction change;
  fg_outcome outcome;
  fg_ordered *order = fg_history_allocate(account->history, sizeof *order);
  if (order == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(begin(account, &change));
  FG_TRY(end(account, &change, run_on_draft(account, &change.draft, command, record->id, &outcome)));
  *order = outcome.is.order;
  record->answer.order = order;
  return FG_OK;
}

static fg_status record_command(fg_account *account, const fg_command *command, fg_record *record) {
  switch (command->kind) {
  case FG_DO_USE: return record_use(account, command, record);
  case FG_DO_CALL: return record_call(account, command, record);
  default: return record_order(account, command, record);
  }
}

static void answer_from(const fg_record *record, fg_outcome *outcome) {
  if (record->kind == FG_DO_USE || record->kind == FG_DO_CALL) {
    outcome->is.used = *record->answer.used;
  } else {
    outcome->is.order = *record->answer.order;
  }
}

/* A command under a new id: done and recorded, or neither. */
static fg_status run_recorded(fg_account *account, const fg_command *command, fg_string id, fg_outcome *outcome) {
  fg_record *record = NULL;
  FG_TRY(fg_history_own(&account->history));
  fg_history_mark mark = fg_history_mark_of(account->history);
  fg_string encoded = {account->encoded.text, account->encoded.length};
  fg_status status = fg_history_prepare(account->history, id, encoded, &record);
  if (status == FG_OK) {
    record->kind = command->kind;
    status = record_command(account, command, record);
  }
  if (status != FG_OK) {
    fg_history_rewind(account->history, mark);
    return status;
  }
  answer_from(record, outcome);
  fg_history_commit(account->history);
  return FG_OK;
}

static fg_status run_with_id(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  char made_up[32];
  account->encoded.length = 0;
  FG_TRY(fg_command_encode(command, &account->encoded));
  if (command->id.text == NULL) {
    return run_recorded(account, command, make_up_id(account, made_up), outcome);
  }
  const fg_record *known = fg_history_find(account->history, command->id);
  fg_string encoded = {account->encoded.text, account->encoded.length};
  if (known != NULL && fg_string_equal(known->command, encoded)) {
    answer_from(known, outcome);
    outcome->repeated = true;
    return FG_OK;
  }
  if (is_taken(account, command->id)) {
    return FG_ID_CONFLICT;
  }
  return run_recorded(account, command, command->id, outcome);
}

static fg_status run(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  if (command->kind == FG_DO_USE && command->id.text == NULL) {
    return run_use(account, command, &outcome->is.used);
  }
  if (command->kind == FG_DO_PREVIEW) {
    return preview(account, command);
  }
  if (command->kind == FG_DO_COMMIT || command->kind == FG_DO_CANCEL) {
    return end_call(account, command, outcome);
  }
  if (command->kind == FG_DO_ADVANCE || command->kind == FG_DO_STATEMENT) {
    return FG_OK;
  }
  return fg_command_owns_id(command->kind) ? run_with_id(account, command, outcome)
                                           : run_plain(account, command, outcome);
}

fg_status fg_account_apply(fg_account *account, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  fg_outcome answer;
  answer.kind = command->kind;
  answer.repeated = false;
  FG_TRY(fg_command_check(command, error));
  if (FG_UNLIKELY(command->at < account->state.now)) { /* before the first command, now is before all times */
    return fg_refuse(error, FG_TIME_REVERSAL);
  }
  fg_status status = pass_time(account, command->at);
  status = status == FG_OK ? run(account, command, &answer) : status;
  if (FG_UNLIKELY(status != FG_OK)) {
    fg_refuse(error, status);
    if (error != NULL && status == FG_RATE_LIMITED) {
      error->retry_after_us = account->retry_after_us;
    }
    return status;
  }
  if (outcome != NULL) {
    *outcome = answer;
  }
  return FG_OK;
}
