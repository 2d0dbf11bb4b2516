#include "recorded.h"

#include <stdio.h>

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
  } while (fg_history_find(account->history, key) != NULL);
  return key;
}

static fg_status record_use(fg_account *account, const fg_command *command, fg_record *record) {
  uint32_t product = 0;
  fg_usage_room room;
  FG_TRY(fg_account_product(account, command, &product));
  FG_TRY(fg_usage_allowed(account, &account->state, product));
  FG_TRY(fg_usage_fits(account, &account->state, product, command->quantity, command->billable));
  FG_TRY(fg_usage_make_room(account, product, command->quantity, &room));
  fg_usage_record_in_room(account, command, product, &room, record);
  return FG_OK;
}

static fg_status order_on_draft(fg_account *account, fg_state *draft, const fg_command *command, fg_string id,
                                fg_outcome *outcome) {
  uint32_t product = 0;
  FG_TRY(fg_account_product(account, command, &product));
  return command->kind == FG_DO_BUY_CAPACITY ? fg_order_capacity(account, draft, command, product, id, outcome)
                                             : fg_order_pack(account, draft, command, product, id, outcome);
}

static fg_status record_order(fg_account *account, const fg_command *command, fg_record *record) {
  fg_transaction change;
  fg_outcome outcome;
  fg_ordered *order = fg_history_allocate(account->history, sizeof *order);
  if (order == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = order_on_draft(account, &change.draft, command, record->id, &outcome);
  FG_TRY(fg_transaction_end(account, &change, status));
  *order = outcome.is.order;
  record->answer.order = order;
  return FG_OK;
}

static fg_status record_command(fg_account *account, const fg_command *command, fg_record *record) {
  switch (command->kind) {
  case FG_DO_USE: return record_use(account, command, record);
  case FG_DO_CALL: return fg_gate_call(account, command, record);
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
static fg_status run_recorded(fg_account *account, const fg_command *command, fg_key key, fg_outcome *outcome) {
  fg_record *record = NULL;
  FG_TRY(fg_history_own(&account->history));
  fg_history_mark mark = fg_history_mark_of(account->history);
  fg_string encoded = {account->encoded.text, account->encoded.length};
  fg_status status = fg_history_prepare(account->history, key, encoded, &record);
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

fg_status fg_recorded_run(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  char made_up[32];
  account->encoded.length = 0;
  FG_TRY(fg_command_encode(command, &account->encoded));
  if (command->id.text == NULL) {
    return run_recorded(account, command, make_up_id(account, made_up), outcome);
  }
  fg_key key = fg_key_of(command->id);
  const fg_record *known = fg_history_find(account->history, key);
  fg_string encoded = {account->encoded.text, account->encoded.length};
  if (known == NULL && !is_of_grant(account, command->id)) {
    return run_recorded(account, command, key, outcome);
  }
  if (known == NULL || !fg_string_equal(known->command, encoded)) {
    return FG_ID_CONFLICT;
  }
  answer_from(known, outcome);
  outcome->repeated = true;
  return FG_OK;
}
