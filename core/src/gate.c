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

/* Everything there is room for: cannot fail. */
static fg_recorded hold_call(fg_account *account, const fg_command *command, uint32_t product, uint32_t number,
                             const fg_entry_room *room) {
  fg_state *state = &account->state;
  fg_recorded recorded = fg_usage_commit(account, command, product, room);
  fg_hold *hold = &state->holds.items[state->holds.count++];
  *hold = (fg_hold){.entry = room->entry,
                    .since = command->at,
                    .deadline = deadline_of(command),
                    .bucket = recorded.bucket,
                    .product = product,
                    .number = number,
                    .attempt = ++state->calls,
                    .slot = fg_limiter_admit(account, &state->services[product], state->now, command->quantity)};
  state->next_due = fg_min_i64(state->next_due, hold->deadline);
  return recorded;
}

fg_status fg_gate_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  fg_state *state = &account->state;
  fg_entry_room room;
  uint32_t product = 0;
  FG_TRY(fg_account_product(account, command, &product));
  fg_service *service = &state->services[product];
  FG_TRY(service->terms.refusal);
  FG_TRY(fg_limiter_ask(service, state->now, command->quantity, &account->retry_after_us));
  FG_TRY(fg_usage_fits(account, state, product, command->quantity, true));
  FG_TRY(fg_budget_check(account, state, product, command->quantity, true));
  FG_TRY(fg_limiter_reserve(account, service));
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &state->holds, 1));
  FG_TRY(fg_usage_prepare(account, command, product, key, &room));
  fg_recorded recorded = hold_call(account, command, product, key->number, &room);
  *used = fg_usage_answer(account, &recorded);
  used->attempt = state->calls;
  return FG_OK;
}

/* The id that a command names a call by, also where it has a number instead. */
static fg_string id_of(const fg_account *account, const fg_command *command, char made[FG_CALL_NAME_MAX]) {
  return command->id.text != NULL ? command->id : fg_call_names_of(&account->names, command->call, made);
}

static fg_hold *find_held(const fg_account *account, const fg_command *command) {
  bool is_named = command->id.text != NULL;
  uint64_t name = is_named ? fg_call_names_number(&account->names, command->id) : command->call;
  uint32_t number = fg_account_number(account, name);
  if (FG_LIKELY(is_named || number != 0)) {
    return fg_holds_find(account, number, command->id);
  }
  char made[FG_CALL_NAME_MAX];
  return fg_holds_find(account, 0, fg_call_names_of(&account->names, name, made));
}

/* A call that is not in flight: it was ended, or never was. */
static FG_COLD fg_status why_not_held(const fg_account *account, const fg_command *command) {
  char made[FG_CALL_NAME_MAX];
  fg_string id = id_of(account, command, made);
  fg_key key;
  fg_account_key(account, id, &key);
  fg_entry entry = fg_history_find(account->history, &key);
  bool was_call = false;
  if (entry.bytes != NULL) {
    was_call = fg_record_order(entry) == NULL && fg_record_read(entry.bytes).kind == FG_DO_CALL;
  } else {
    const fg_past_usage *past = fg_account_archived(account, id);
    was_call = past != NULL && past->command.kind == FG_DO_CALL;
  }
  return was_call ? FG_ALREADY_FINISHED : FG_UNKNOWN_ID;
}

fg_status fg_gate_find(const fg_account *account, fg_string id, fg_hold **hold) {
  const fg_command named = {.kind = FG_DO_COMMIT, .id = id};
  *hold = find_held(account, &named);
  return *hold != NULL ? FG_OK : why_not_held(account, &named);
}

FG_HOT fg_status fg_gate_commit(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  fg_hold *hold = find_held(account, command);
  if (FG_UNLIKELY(hold == NULL)) {
    return why_not_held(account, command);
  }
  fg_holds_end(&account->state, hold);
  outcome->is.ended.has_quantity = outcome->is.ended.has_extra = false;
  return FG_OK;
}

fg_status fg_gate_cancel(fg_account *account, const fg_command *command, fg_outcome *outcome) {
  fg_state *state = &account->state;
  fg_hold *hold = find_held(account, command);
  if (hold == NULL) {
    return why_not_held(account, command);
  }
  outcome->is.ended.has_quantity = outcome->is.ended.has_extra = false;
  FG_TRY(fg_holds_cancel(account, state, hold, &outcome->is.ended.returned, &outcome->is.ended.lost));
  fg_lifecycle_plan(account, state); /* a grant may be back that expires */
  return FG_OK;
}
