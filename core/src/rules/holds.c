#include "holds.h"

#include "../state/call_names.h"
#include "../state/record.h"

fg_time fg_hold_deadline(fg_time since, int64_t timeout_ms) {
  int64_t length = 0;
  int64_t deadline = 0;
  bool has_end = timeout_ms > 0 && fg_multiply_i64(timeout_ms, FG_SECOND / 1000, &length) &&
                 fg_add_i64(since, length, &deadline);
  return has_end ? deadline : FG_NEVER;
}

uint64_t fg_hold_attempt(const unsigned char *entry, uint64_t number) {
  uint64_t kept = fg_record_call(entry).attempt;
  return kept != 0 ? kept : number != 0 ? number : fg_call_number(fg_entry_id(entry));
}

enum { FEW = 8 };

/* Finds an older call by the number of its attempt, which the history knows for an id. Calls in flight are in the order
   of these numbers. */
static FG_COLD fg_hold *find_older(const fg_account *account, uint64_t number, fg_string id) {
  const fg_state *state = &account->state;
  char made[FG_CALL_NAME_MAX];
  fg_key key = {.number = number};
  if (number == 0) {
    fg_key_make(&key, id, account->ids.seed);
  }
  fg_entry entry = fg_ids_find(&account->ids, &key);
  if (entry.bytes == NULL && number != 0) { /* its stretch was forgotten, and the call was kept under its full id */
    key.id = fg_call_id(0, number, made);
    entry = fg_ids_find(&account->ids, &key);
  }
  fg_kept_kind kind = entry.bytes == NULL ? FG_KEPT_COMMAND : fg_kept_kind_of(entry.bytes);
  if (kind != FG_KEPT_CALL && kind != FG_KEPT_ENDING) {
    return NULL;
  }
  uint64_t attempt = fg_hold_attempt(entry.bytes, number);
  uint32_t low = 0;
  uint32_t high = state->holds.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    bool is_before = state->holds.items[middle].attempt < attempt;
    low = is_before ? middle + 1 : low;
    high = is_before ? high : middle;
  }
  bool is_held = low < state->holds.count && state->holds.items[low].attempt == attempt;
  return is_held ? &state->holds.items[low] : NULL;
}

/* The latest calls are searched first, because most calls end soon after they began. */
fg_hold *fg_holds_find(const fg_account *account, fg_string id, uint64_t call) {
  const fg_state *state = &account->state;
  uint64_t number = fg_ids_number(&account->ids, id.text != NULL ? fg_call_number(id) : call);
  if (FG_UNLIKELY(number == 0 && id.text == NULL)) {
    return NULL;
  }
  uint32_t count = state->holds.count;
  for (uint32_t i = count; i > 0 && i + FEW > count; i--) {
    fg_hold *hold = &state->holds.items[i - 1];
    bool is_it = number != 0 ? hold->number == number
                             : hold->number == 0 && fg_string_equal(fg_entry_id(hold->entry), id);
    if (FG_LIKELY(is_it)) {
      return hold;
    }
  }
  return count > FEW ? find_older(account, number, id) : NULL;
}

fg_string fg_hold_id(const fg_hold *hold, char made[FG_CALL_NAME_MAX]) {
  hold -= hold->part;
  return hold->number != 0 ? fg_call_id(0, hold->number, made) : fg_entry_id(hold->entry);
}

/* Removes all holds of a call that is not the last in the list. */
static FG_COLD void end_older(const fg_account *account, fg_state *state, fg_hold *hold) {
  for (uint32_t part = fg_hold_count(hold); part > 0; part--) {
    fg_hold *of_part = hold + part - 1;
    const fg_hold ended = *of_part;
    fg_hold *last = &state->holds.items[--state->holds.count];
    memmove(of_part, of_part + 1, (size_t)(last - of_part) * sizeof *hold);
    if (ended.regime != 0) {
      fg_undo_forget(account, state, ended.product, ended.regime);
    }
  }
}

void fg_holds_end(const fg_account *account, fg_state *state, fg_hold *hold) {
  FG_ASSERT(hold >= state->holds.items && hold < state->holds.items + state->holds.count && hold->part == 0);
  fg_hold_free_slot(account, state, hold);
  if (FG_UNLIKELY(hold != &state->holds.items[state->holds.count - 1])) {
    end_older(account, state, hold);
    return;
  }
  FG_ASSERT(hold->parts <= 1);
  state->holds.count--;
  if (FG_LIKELY(hold->regime != 0)) {
    fg_undo_forget(account, state, hold->product, hold->regime);
  }
}

int64_t fg_holds_uncertain(const fg_account *account, uint32_t product) {
  const fg_state *state = &account->state;
  int64_t units = 0;
  for (uint32_t i = 0; i < state->holds.count; i++) {
    const fg_hold *hold = &state->holds.items[i];
    units += hold->product == product && fg_account_month(account, hold->begin) == state->month ? hold->units : 0;
  }
  return units;
}

bool fg_holds_abandon(const fg_account *account, fg_state *state) {
  bool any = false;
  if (state->now < state->slots_until) {
    return false;
  }
  state->slots_until = FG_NEVER;
  for (uint32_t i = 0; i < state->holds.count; i++) {
    fg_hold *hold = &state->holds.items[i];
    if (hold->slot && hold->deadline <= state->now) {
      fg_hold_free_slot(account, state, hold);
      any = true;
    } else if (hold->slot) {
      state->slots_until = fg_min_i64(state->slots_until, hold->deadline);
    }
  }
  return any;
}

void fg_holds_unabandon(const fg_account *account, fg_state *state, fg_time until) {
  for (uint32_t i = 0; i < state->holds.count; i++) {
    fg_hold *hold = &state->holds.items[i];
    bool was_found = hold->part == 0 && !hold->slot && fg_hold_is_in_flight(hold, state->now) &&
                     hold->deadline <= until;
    if (was_found && fg_slots_take(account, state, hold)) {
      hold->slot = true;
      state->slots_until = fg_min_i64(state->slots_until, hold->deadline);
    }
  }
}
