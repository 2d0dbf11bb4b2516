#include "recorded.h"

#include <stdio.h>

#include "budget.h"
#include "command.h"
#include "gate.h"
#include "orders.h"
#include "transaction.h"
#include "usage.h"

/* Ids that begin with # or with a product and a slash are the library's: orders and calls without an id have the ones,
   free grants the others (PRODUCT/GRANT/YYYY-MM). */
static FG_COLD bool names_product(const fg_account *account, fg_string id) {
  const char *slash = memchr(id.text, '/', id.length);
  fg_string before = {id.text, (size_t)(slash - id.text)};
  return fg_book_product(account->book, before) != FG_NONE;
}

static bool is_reserved(const fg_account *account, const fg_key *key) {
  bool is_made_up = key->id.text[0] == '#' && !account->may_reserve;
  return FG_UNLIKELY(is_made_up) || (FG_UNLIKELY(key->has_slash) && names_product(account, key->id));
}

/* Orders without an id are numbered, all orders counted: #1, #2, … */
static fg_key make_up_id(const fg_account *account, char text[32]) {
  int length = snprintf(text, 32, "#%lu", (unsigned long)account->state.orders + 1);
  return fg_key_of((fg_string){text, (size_t)length}, account->history->seed);
}

/* --------------------------------------------------------------------------------------------------- under a new id */

static fg_status encode(fg_account *account, const fg_command *command) {
  account->encoded.length = 0;
  return fg_command_encode(command, &account->encoded);
}

static fg_status order_on_draft(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                                fg_outcome *outcome) {
  uint32_t product = 0;
  FG_TRY(fg_account_product(account, command, &product));
  return command->kind == FG_DO_BUY_CAPACITY ? fg_order_capacity(account, draft, command, product, id, outcome)
                                             : fg_order_pack(account, draft, command, product, id, outcome);
}

/* The texts that last as long as the order, and all the room it needs. */
static fg_status prepare_order(fg_account *account, const fg_command *command, const fg_key *key, fg_order *order,
                               fg_entry_room *room) {
  fg_history *history = account->history;
  fg_string encoded = {account->encoded.text, account->encoded.length};
  order->kind = command->kind;
  order->id = fg_string_copy(&history->arena, &history->allocator, key->id);
  order->command = fg_string_copy(&history->arena, &history->allocator, encoded);
  if (order->id.text == NULL || order->command.text == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->orders, 1));
  return fg_history_prepare(history, key, FG_RECORD_ORDER_SIZE, room);
}

/* An order: done and recorded, or neither. */
static FG_COLD fg_status new_order(fg_account *account, const fg_command *command, const fg_key *key,
                                   fg_outcome *outcome) {
  fg_transaction change;
  fg_entry_room room;
  fg_order order;
  FG_TRY(encode(account, command));
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = prepare_order(account, command, key, &order, &room);
  if (status == FG_OK) {
    status = order_on_draft(account, &change.draft, command, order.id, outcome);
  }
  FG_TRY(fg_transaction_end(account, &change, status));
  order.answer = outcome->is.order;
  fg_record_add_order(account->history, &order, &room);
  return FG_OK;
}

/* Usage: done and recorded, or neither. */
static fg_status new_usage(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t product = 0;
  fg_entry_room room;
  FG_TRY(fg_account_product(account, command, &product));
  FG_TRY(account->state.services[product].terms.refusal);
  FG_TRY(fg_usage_fits(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(fg_budget_check(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(fg_usage_prepare(account, command, product, key, &room));
  fg_recorded recorded = fg_usage_commit(account, command, product, &room);
  *used = fg_usage_answer(account, &recorded);
  return FG_OK;
}

static fg_status run_new(fg_account *account, const fg_command *command, const fg_key *key, fg_outcome *outcome) {
  switch (command->kind) {
  case FG_DO_USE: return new_usage(account, command, key, &outcome->is.used);
  case FG_DO_CALL: return fg_gate_call(account, command, key, &outcome->is.used);
  default: return new_order(account, command, key, outcome);
  }
}

/* ------------------------------------------------------------------------------------------------- under a known id */

static bool is_same_usage(const fg_command *a, const fg_command *b) {
  return a->kind == b->kind && fg_string_equal(a->product, b->product) && a->quantity == b->quantity &&
         a->billable == b->billable && a->timeout_ms == b->timeout_ms && fg_string_equal(a->owner, b->owner) &&
         (a->owner.text == NULL) == (b->owner.text == NULL);
}

static FG_COLD fg_status usage_again(const fg_command *command, const fg_past_usage *past, fg_outcome *outcome) {
  if (!is_same_usage(command, &past->command)) {
    return FG_ID_CONFLICT;
  }
  outcome->is.used = past->used;
  return FG_OK;
}

static fg_status order_again(fg_account *account, const fg_command *command, const fg_order *order,
                             fg_outcome *outcome) {
  FG_TRY(encode(account, command));
  if (!fg_string_equal(order->command, (fg_string){account->encoded.text, account->encoded.length})) {
    return FG_ID_CONFLICT;
  }
  outcome->is.order = order->answer;
  return FG_OK;
}

/* What was used, from what was taken: the packs are told in account->draws. */
static fg_used used_of(const fg_account *account, const fg_kept_usage *usage) {
  fg_draw *draws = account->draws.items;
  fg_used used = {.packs = draws};
  int64_t left = usage->quantity;
  const unsigned char *at = usage->taken;
  for (uint32_t i = 0; i < usage->taken_count; i++) {
    fg_taken taken;
    at = fg_taken_read(at, &taken);
    const fg_grant *grant = &account->state.grants.items[taken.grant];
    if (grant->source == FG_SOURCE_FREE) {
      used.free += taken.units;
    } else {
      draws[used.pack_count++] = (fg_draw){grant->id, taken.units};
    }
    left -= taken.units;
  }
  *(usage->is_unbilled ? &used.unbilled : &used.postpaid) = left;
  return used;
}

static FG_COLD fg_status again(fg_account *account, const fg_command *command, fg_entry entry, fg_outcome *outcome) {
  const fg_order *order = fg_record_order(entry);
  if (order != NULL) {
    return order_again(account, command, order, outcome);
  }
  fg_kept_usage usage = fg_record_read(entry.bytes);
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, usage.taken_count));
  fg_past_usage past = {.used = used_of(account, &usage)};
  past.command = (fg_command){.kind = usage.kind,
                              .product = account->book->products[usage.product].id,
                              .quantity = usage.quantity,
                              .billable = usage.billable,
                              .timeout_ms = usage.timeout_ms,
                              .owner = usage.owner};
  return usage_again(command, &past, outcome);
}

FG_HOT fg_status fg_recorded_run(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated) {
  char made_up[32];
  if (command->id.text == NULL) {
    fg_key own = make_up_id(account, made_up);
    return new_order(account, command, &own, outcome);
  }
  fg_key key;
  fg_account_key(account, command->id, &key);
  if (is_reserved(account, &key)) {
    return FG_ID_RESERVED;
  }
  fg_entry entry = fg_history_find(account->history, &key);
  if (FG_UNLIKELY(entry.bytes != NULL)) {
    *repeated = true;
    return again(account, command, entry, outcome);
  }
  const fg_past_usage *past = fg_account_archived(account, command->id);
  if (FG_UNLIKELY(past != NULL)) {
    *repeated = true;
    return usage_again(command, past, outcome);
  }
  return run_new(account, command, &key, outcome);
}

/* -------------------------------------------------------------------------------------------- under the next name */

FG_HOT fg_status fg_recorded_call(fg_account *account, const fg_command *command, fg_used *used) {
  uint64_t number = account->names.next - account->named_before;
  const fg_key key = {.number = (uint32_t)number};
  if (FG_UNLIKELY(number > UINT32_MAX)) {
    return FG_OVERFLOW;
  }
  FG_TRY(fg_gate_call(account, command, &key, used));
  used->call = account->names.next++;
  return FG_OK;
}
