#include "recorded.h"

#include <stdio.h>

#include "budget.h"
#include "command.h"
#include "gate.h"
#include "orders.h"
#include "transaction.h"
#include "usage.h"

/* Free grants have ids of a form with slashes (PRODUCT/GRANT/YYYY-MM). */
static bool is_of_grant(const fg_account *account, fg_string id) {
  return memchr(id.text, '/', id.length) != NULL && fg_state_grant(&account->state, id) != NULL;
}

/* Orders without an id are numbered: order-1, order-2, … */
static fg_key make_up_id(const fg_account *account, char text[32]) {
  uint32_t number = account->state.orders;
  fg_key key;
  do {
    number++;
    int length = snprintf(text, 32, "order-%lu", (unsigned long)number);
    key = fg_key_of((fg_string){text, (size_t)length});
  } while (fg_account_record(account, key) != NULL);
  return key;
}

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

/* An order under a new id: done and recorded, or neither. */
static fg_status order_under_id(fg_account *account, const fg_command *command, fg_key key, fg_outcome *outcome) {
  fg_transaction change;
  fg_record *record = NULL;
  char *block = NULL;
  FG_TRY(encode(account, command));
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = fg_history_prepare(account->history, key, sizeof(fg_ordered) + account->encoded.length, &record,
                                        &block);
  if (status == FG_OK) {
    status = order_on_draft(account, &change.draft, command, record->id, outcome);
  }
  FG_TRY(fg_transaction_end(account, &change, status));
  char *encoded = block + sizeof(fg_ordered);
  memcpy(block, &outcome->is.order, sizeof(fg_ordered));
  memcpy(encoded, account->encoded.text, account->encoded.length);
  record->kind = command->kind;
  record->answer.order = (const fg_ordered *)(const void *)block;
  record->command = (fg_string){encoded, account->encoded.length};
  fg_history_commit(account->history);
  return FG_OK;
}

/* Usage under a new id, done and recorded, or neither. */
static fg_status usage_under_id(fg_account *account, const fg_command *command, fg_key key, fg_used *used) {
  uint32_t product = 0;
  fg_usage_room room;
  FG_TRY(fg_account_product(account, command, &product));
  FG_TRY(fg_usage_allowed(account, &account->state, product));
  FG_TRY(fg_usage_fits(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(fg_budget_check(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(fg_usage_prepare(account, command, product, key, &room));
  fg_usage_commit(account, command, product, &room);
  *used = *room.used;
  return FG_OK;
}

static fg_status run_new(fg_account *account, const fg_command *command, fg_key key, fg_outcome *outcome) {
  switch (command->kind) {
  case FG_DO_USE: return usage_under_id(account, command, key, &outcome->is.used);
  case FG_DO_CALL: return fg_gate_call(account, command, key, &outcome->is.used);
  default: return order_under_id(account, command, key, outcome);
  }
}

static fg_status run_again(fg_account *account, const fg_command *command, const fg_record *known,
                           fg_outcome *outcome) {
  FG_TRY(encode(account, command));
  if (!fg_string_equal(known->command, (fg_string){account->encoded.text, account->encoded.length})) {
    return FG_ID_CONFLICT;
  }
  if (known->kind == FG_DO_USE || known->kind == FG_DO_CALL) {
    outcome->is.used = *known->answer.used;
  } else {
    outcome->is.order = *known->answer.order;
  }
  outcome->repeated = true;
  return FG_OK;
}

fg_status fg_recorded_run(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  char made_up[32];
  if (command->id.text == NULL) {
    return order_under_id(account, command, make_up_id(account, made_up), outcome);
  }
  fg_key key = fg_key_of(command->id);
  const fg_record *known = fg_account_record(account, key);
  if (known != NULL) {
    return run_again(account, command, known, outcome);
  }
  return is_of_grant(account, command->id) ? FG_ID_CONFLICT : run_new(account, command, key, outcome);
}
