#include "gate.h"

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

fg_status fg_gate_call(fg_account *account, const fg_command *command, fg_record *record) {
  fg_state *state = &account->state;
  fg_usage_room room;
  fg_hold hold = {.id = record->id};
  FG_TRY(fg_account_product(account, command, &hold.product));
  FG_TRY(fg_usage_allowed(account, state, hold.product));
  FG_TRY(fg_limiter_ask(account, state, hold.product, command->quantity, &account->retry_after_us));
  FG_TRY(fg_usage_fits(account, state, hold.product, command->quantity, true));
  FG_TRY(fg_limiter_reserve(account, &state->services[hold.product]));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &state->holds, 1));
  FG_TRY(fg_usage_make_room(account, hold.product, command->quantity, &room));
  if (command->owner.text != NULL) {
    hold.owner = fg_string_copy(&account->history->arena, &account->allocator, command->owner);
    if (hold.owner.text == NULL) {
      return FG_NO_MEMORY;
    }
  }
  fg_recorded recorded = fg_usage_record_in_room(account, command, hold.product, &room, record);
  hold_call(account, command, hold, &recorded, room.taken);
  return FG_OK;
}

fg_status fg_gate_end_call(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  fg_hold *hold = fg_holds_find(&account->state, command->id);
  if (hold == NULL) {
    const fg_record *record = fg_history_find(account->history, fg_key_of(command->id));
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
