#include "gate.h"

#include "budget.h"
#include "holds.h"
#include "lifecycle.h"
#include "limiter.h"
#include "usage.h"

static fg_time deadline_of(const fg_command *command) {
  int64_t length = 0;
  int64_t deadline = 0;
  bool has_end = command->timeout_ms > 0 && fg_multiply_i64(command->timeout_ms, FG_SECOND / 1000, &length) &&
                 fg_add_i64(command->at, length, &deadline);
  return has_end ? deadline : FG_NEVER;
}

/* The owner's name stands last in the command as it was recorded. */
static fg_string owner_in(const fg_record *record, const fg_command *command) {
  fg_string owner = {NULL, command->owner.length};
  if (command->owner.text != NULL) {
    owner.text = record->command.text + record->command.length - owner.length;
  }
  return owner;
}

/* Everything there is room for: cannot fail. */
static void hold_call(fg_account *account, const fg_command *command, uint32_t product, const fg_usage_room *room) {
  fg_state *state = &account->state;
  fg_recorded recorded = fg_usage_commit(account, command, product, room);
  for (uint32_t i = 0; i < recorded.taken_count; i++) {
    room->taken[i] = account->taken.items[i];
  }
  fg_hold *hold = &state->holds.items[state->holds.count++];
  *hold = (fg_hold){.id = room->record->id,
                    .owner = owner_in(room->record, command),
                    .product = product,
                    .slot = fg_limiter_admit(account, state, product, command->quantity),
                    .since = command->at,
                    .deadline = deadline_of(command),
                    .bucket = recorded.bucket,
                    .postpaid = recorded.postpaid,
                    .unbilled = recorded.unbilled,
                    .counted = recorded.counted,
                    .taken = room->taken,
                    .taken_count = recorded.taken_count};
  state->next_due = fg_min_i64(state->next_due, hold->deadline);
}

fg_status fg_gate_call(fg_account *account, const fg_command *command, fg_key key, fg_used *used) {
  fg_state *state = &account->state;
  fg_usage_room room;
  uint32_t product = 0;
  FG_TRY(fg_account_product(account, command, &product));
  FG_TRY(fg_usage_allowed(account, state, product));
  FG_TRY(fg_limiter_ask(account, state, product, command->quantity, &account->retry_after_us));
  FG_TRY(fg_usage_fits(account, state, product, command->quantity, true));
  FG_TRY(fg_budget_check(account, state, product, command->quantity, true));
  FG_TRY(fg_limiter_reserve(account, &state->services[product]));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &state->holds, 1));
  FG_TRY(fg_usage_prepare(account, command, product, key, &room));
  hold_call(account, command, product, &room);
  *used = *room.used;
  return FG_OK;
}

fg_status fg_gate_end_call(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  fg_hold *hold = fg_holds_find(&account->state, command->id);
  if (hold == NULL) {
    const fg_record *record = fg_account_record(account, fg_key_of(command->id));
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
