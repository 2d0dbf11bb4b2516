#include "gate.h"

#include "budget.h"
#include "event_usage.h"
#include "holds.h"
#include "limiter.h"
#include "../state/call_names.h"
#include "../state/past.h"
#include "transaction.h"
#include "usage.h"

static fg_usage_kind kind_of(const fg_recorded *recorded) {
  return recorded->unbilled == 0 ? FG_USAGE_BILLED : recorded->counted > 0 ? FG_USAGE_COUNTED : FG_USAGE_UNBILLED;
}

/* Records the call and its hold. Cannot fail, because fg_gate_call has made room for everything. */
static inline fg_recorded hold_call(fg_account *account, const fg_command *command, uint32_t product, fg_usage_way way,
                                    fg_rating rating, const fg_asking *asking, uint32_t number,
                                    const fg_entry_room *room) {
  fg_state *state = &account->state;
  const fg_product *offered = &account->book->products[product];
  fg_recorded recorded = fg_usage_record(account, state, product, rating, rating.billable, way, account->taken.items);
  uint64_t attempt = ++state->calls;
  fg_history_commit(account->history, room,
                    fg_record_write_call(room->kept, command, product, fg_recorded_units(&recorded),
                                         attempt == number ? 0 : attempt));
  fg_product_group *group = &state->groups[offered->group];
  group->regime_over = group->regime_over || way == FG_BY_RULES; /* by rules, a call may end with another price */
  fg_undo_note(account, state, product, &recorded, account->taken.items);
  group->regime_over = way == FG_BY_RULES;
  group->undoable++;
  FG_ASSERT(state->holds.count < state->holds.room);
  fg_hold *hold = &state->holds.items[state->holds.count++];
  *hold = (fg_hold){.entry = room->entry,
                    .since = command->at,
                    .deadline = fg_hold_deadline(command->at, command->timeout_ms),
                    .units = rating.units,
                    .attempt = attempt,
                    .regime = group->regime,
                    .begin = recorded.bucket->begin,
                    .cell = recorded.bucket->cell,
                    .attributes = state->attributes,
                    .number = number,
                    .product = (uint16_t)product,
                    .kind = (uint8_t)kind_of(&recorded),
                    .slot = fg_limiter_admit(account, state, asking)};
  state->slots_until = fg_min_i64(state->slots_until, hold->deadline);
  return recorded;
}

/* Where no slot is free, calls whose deadline has passed give theirs back. It is done only now, because until somebody
   asks for a slot nobody can see whether it was done. */
static FG_COLD fg_status ask_for_a_slot(fg_account *account, const fg_asking *asking) {
  fg_state *state = &account->state;
  return fg_holds_abandon(account, state) ? fg_limiter_ask(account, state, asking) : FG_CONCURRENCY_LIMITED;
}

static inline fg_status ask_limiter(fg_account *account, const fg_asking *asking) {
  fg_status asked = fg_limiter_ask(account, &account->state, asking);
  return FG_UNLIKELY(asked == FG_CONCURRENCY_LIMITED) ? ask_for_a_slot(account, asking) : asked;
}

/* Whether usage or a call may be counted now, asked in the order of the timeline contract, and room for it. */
static inline fg_status admit(fg_account *account, const fg_command *command, bool is_call, uint32_t product,
                              fg_usage_way way, fg_rating *rating, fg_asking *asking) {
  fg_state *state = &account->state;
  FG_TRY(way == FG_USUAL ? FG_OK : (fg_status)state->services[product].in_force.refusal);
  FG_TRY(fg_usage_rate_on_way(account, product, command, way, rating));
  bool billable = rating->billable && (is_call || way == FG_USUAL || command->billable);
  if (is_call) {
    FG_TRY(fg_limiter_begin(account, &account->book->products[product], command, rating->units, asking));
    FG_TRY(ask_limiter(account, asking));
  }
  FG_TRY(fg_usage_fits(account, state, product, *rating, billable, way));
  FG_TRY(fg_budget_check(account, state, product, *rating, billable));
  return fg_usage_reserve(account, state, product, way);
}

static inline fg_status use_as(fg_account *account, const fg_command *command, uint32_t product, fg_usage_way way,
                               const fg_key *key, fg_used *used) {
  fg_state *state = &account->state;
  fg_entry_room room;
  fg_rating rating;
  FG_TRY(admit(account, command, false, product, way, &rating, NULL));
  if (key != NULL) {
    uint32_t most = (uint32_t)fg_min_i64(state->services[product].drawable.count, rating.units);
    FG_TRY(fg_history_own(&account->history));
    FG_TRY(fg_history_prepare(account->history, key, fg_record_use_size(command, most), &room));
  }
  fg_recorded recorded = fg_usage_take(account, state, product, rating,
                                       rating.billable && (way == FG_USUAL || command->billable), way);
  if (key != NULL) {
    unsigned char *end = fg_record_write_use(room.kept, command, product, &recorded, account->taken.items);
    fg_history_commit(account->history, &room, end);
  }
  fg_usage_answer(account, &recorded, used);
  return FG_OK;
}

/* The way of a command's usage, if it is usual and billable; finds its product then. */
static inline fg_usage_way usual_way(const fg_account *account, const fg_command *command, uint32_t *product) {
  int place = fg_book_place(account->book, command->product);
  *product = (uint32_t)place;
  if (FG_UNLIKELY(place == FG_NONE)) {
    return FG_BY_RULES;
  }
  const fg_in_force *now = &account->state.services[place].in_force;
  return FG_LIKELY(now->usual && command->attributes.count == 0) ? FG_USUAL
         : now->usual_by_rules                                   ? FG_USUAL_BY_RULES
                                                                 : FG_BY_RULES;
}

/* What is not usual is apart, so that usual usage does not pay for it. */
static FG_COLD fg_status use_otherwise(fg_account *account, const fg_command *command, const fg_key *key,
                                       fg_used *used) {
  uint32_t product = 0;
  if (fg_account_product(account, command, &product) != FG_OK) {
    return fg_event_use(account, command, key, used);
  }
  return fg_usage_is_plain(account, product, command) ? use_as(account, command, product, FG_PLAIN, key, used)
                                                      : use_as(account, command, product, FG_BY_RULES, key, used);
}

/* Usage with rules is as frequent as other usage, where a book has them. */
static FG_HOT_APART fg_status use_by_rules(fg_account *account, const fg_command *command, uint32_t product,
                                           const fg_key *key, fg_used *used) {
  return use_as(account, command, product, FG_USUAL_BY_RULES, key, used);
}

FG_HOT fg_status fg_gate_use(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t product = 0;
  fg_usage_way way = usual_way(account, command, &product);
  if (FG_LIKELY(way == FG_USUAL && command->billable)) {
    return use_as(account, command, product, FG_USUAL, key, used);
  }
  return way == FG_USUAL_BY_RULES && command->billable ? use_by_rules(account, command, product, key, used)
                                                       : use_otherwise(account, command, key, used);
}

static inline fg_status call_as(fg_account *account, const fg_command *command, uint32_t product, fg_usage_way way,
                                const fg_key *key, fg_used *used) {
  fg_state *state = &account->state;
  fg_entry_room room;
  fg_rating rating;
  fg_asking asking;
  FG_TRY(admit(account, command, true, product, way, &rating, &asking));
  fg_service *service = &state->services[product];
  FG_TRY(state->holds.count < FG_CALLS_MAX ? FG_ARRAY_RESERVE(&account->allocator, &state->holds, 1) : FG_OVERFLOW);
  FG_TRY(fg_undo_reserve(account, state, product, service->drawable.count));
  FG_TRY(fg_history_own(&account->history));
  FG_TRY(fg_history_prepare(account->history, key, fg_record_call_size(command), &room));
  fg_recorded recorded = hold_call(account, command, product, way, rating, &asking, key->number, &room);
  fg_usage_answer(account, &recorded, used);
  used->attempt = state->calls;
  return FG_OK;
}

static FG_COLD fg_status call_otherwise(fg_account *account, const fg_command *command, const fg_key *key,
                                        fg_used *used) {
  uint32_t product = 0;
  FG_TRY(fg_account_product(account, command, &product));
  return fg_usage_is_plain(account, product, command) ? call_as(account, command, product, FG_PLAIN, key, used)
                                                      : call_as(account, command, product, FG_BY_RULES, key, used);
}

fg_status fg_gate_call(fg_account *account, const fg_command *command, const fg_key *key, fg_used *used) {
  uint32_t product = 0;
  bool is_usual = usual_way(account, command, &product) == FG_USUAL;
  return FG_LIKELY(is_usual) ? call_as(account, command, product, FG_USUAL, key, used)
                             : call_otherwise(account, command, key, used);
}

/* -------------------------------------------------------------------------------------------------------- endings */

/* The call that began last, if it has this number: most calls end before another one begins. */
static inline fg_hold *find_latest(const fg_state *state, uint64_t call) {
  fg_hold *latest = state->holds.count == 0 ? NULL : &state->holds.items[state->holds.count - 1];
  FG_ASSERT(call != 0);
  return latest != NULL && latest->number == call ? latest : NULL;
}

static inline fg_hold *find_held(const fg_account *account, const fg_command *command) {
  fg_hold *latest = command->id.text == NULL ? find_latest(&account->state, command->call) : NULL;
  return FG_LIKELY(latest != NULL) ? latest : fg_holds_find(account, command->id, command->call);
}

/* Ends a call that has ended already: the same ending answers as it did, another is refused. */
static FG_COLD fg_status answer_again(fg_account *account, const fg_command *command, fg_outcome *outcome,
                                      bool *repeated) {
  char made[FG_CALL_NAME_MAX];
  fg_past past;
  fg_past_room room;
  fg_string id = command->id.text != NULL ? command->id : fg_call_id(0, command->call, made);
  FG_TRY(fg_past_find(account, id, &past, &room));
  if (past.command.kind != FG_DO_CALL) {
    return FG_UNKNOWN_ID;
  }
  bool is_latest = command->attempt == 0 || command->attempt == past.attempt;
  bool is_same = false;
  FG_TRY(fg_past_ended_by(account, &past, command, &is_same));
  if (!is_latest || !is_same) {
    return FG_ALREADY_FINISHED;
  }
  *outcome = past.ended;
  *repeated = true;
  return FG_OK;
}

fg_status fg_gate_find(fg_account *account, fg_string id, fg_hold **hold) {
  fg_past past;
  fg_past_room room;
  *hold = fg_holds_find(account, id, 0);
  if (*hold != NULL) {
    return FG_OK;
  }
  FG_TRY(fg_past_find(account, id, &past, &room));
  return past.command.kind == FG_DO_CALL ? FG_ALREADY_FINISHED : FG_UNKNOWN_ID;
}

/* What a call would have come to in an edition, had it been made with the quantity and the attributes that a commit names. */
static fg_status rate_again(const fg_hold *hold, const fg_command *command, const fg_book *book, fg_rating *rating,
                            fg_error *error) {
  fg_attribute made_with[FG_ATTRIBUTES_MAX];
  fg_attribute room[FG_ATTRIBUTES_MAX];
  const fg_attributes none = {NULL, 0};
  fg_kept_call call = fg_record_call(hold->entry);
  const fg_attributes before = fg_record_attributes(call.attributes, made_with);
  const fg_attributes after = fg_attributes_merge(&before, &command->attributes, room);
  FG_TRY(fg_attributes_check_form(&after, error));
  int64_t quantity = command->quantity == FG_ALL ? call.quantity : command->quantity;
  return fg_usage_rate_as(book, hold->product, after, hold->attributes == NULL ? none : *hold->attributes, hold->since,
                          quantity, rating, error);
}

/* How a call would have been counted. One that a rule had not billed is as calls are now. */
static fg_status kind_again(const fg_account *account, const fg_hold *hold, const fg_rating *rating,
                            fg_usage_kind *kind) {
  const fg_command as_made = {.kind = FG_DO_COMMIT, .quantity = FG_ALL};
  const fg_in_force *now = &account->state.services[hold->product].in_force;
  fg_rating before = {.billable = true};
  if (hold->kind == FG_USAGE_UNBILLED) {
    FG_TRY(rate_again(hold, &as_made, fg_account_edition(account, hold->cell.edition), &before, NULL));
  }
  *kind = !rating->billable ? FG_USAGE_UNBILLED
          : before.billable ? (fg_usage_kind)hold->kind
          : now->is_billed  ? FG_USAGE_BILLED
          : now->counts     ? FG_USAGE_COUNTED
                            : FG_USAGE_UNBILLED;
  return FG_OK;
}

/* Records now what a call came to above what was held, as usage does, but unasked. */
static fg_status add_extra(fg_account *account, fg_state *draft, const fg_hold *hold, const fg_command *command,
                           fg_rating rating, fg_recorded *extra) {
  const int64_t units = rating.units - hold->units;
  if (hold->cell.edition != fg_edition_in_force(account)) {
    FG_TRY(rate_again(hold, command, account->book, &rating, NULL));
  }
  rating.units = units;
  return fg_usage_happened(account, draft, hold->product, rating, extra);
}

/* As if the call had been made with what a commit names; what is above what was held is recorded now. */
static fg_status rate_units(fg_account *account, fg_state *draft, const fg_hold *hold, const fg_command *command,
                            fg_new_ending *ending, fg_recorded *extra) {
  fg_rating rating;
  FG_TRY(rate_again(hold, command, fg_account_edition(account, hold->cell.edition), &rating, NULL));
  int64_t kept = fg_min_i64(rating.units, hold->units);
  fg_remade as = {kept, {hold->cell.edition, rating.price, rating.factor}, FG_USAGE_BILLED};
  FG_TRY(kind_again(account, hold, &rating, &as.kind));
  FG_TRY(fg_undo(account, draft, hold, as, &ending->lost));
  ending->returned = hold->units - kept - ending->lost;
  if (rating.units > kept) {
    ending->extra = extra;
    return add_extra(account, draft, hold, command, rating, extra);
  }
  return FG_OK;
}

/* Gives units back, or records more, where a call ends with others than it was let through with. */
static fg_status settle_units(fg_account *account, fg_state *draft, const fg_hold *hold, const fg_command *command,
                              fg_new_ending *ending, fg_recorded *extra) {
  bool is_billed = fg_ending_billable(&account->book->products[hold->product], command) == FG_BILLABLE_YES;
  if (is_billed && fg_command_names_units(command)) {
    return rate_units(account, draft, hold, command, ending, extra);
  }
  int64_t kept = is_billed ? hold->units : 0;
  FG_TRY(fg_undo(account, draft, hold, fg_remade_for(hold, kept), &ending->lost));
  ending->returned = hold->units - kept - ending->lost;
  FG_ASSERT(ending->returned >= 0 && ending->lost >= 0);
  return FG_OK;
}

fg_status fg_gate_explain_end(const fg_account *account, const fg_command *command, fg_error *error) {
  const fg_hold *hold = find_held(account, command);
  fg_rating rating;
  return hold == NULL ? FG_UNKNOWN_ID
                      : rate_again(hold, command, fg_account_edition(account, hold->cell.edition), &rating, error);
}

/* The entry is kept under the name in full, also where the history knows the call by a number. */
static fg_status prepare_ending(fg_account *account, const fg_hold *hold, const fg_new_ending *ending,
                                uint32_t taken_count, fg_entry_room *room) {
  char made[FG_CALL_NAME_MAX];
  fg_key name = fg_key_of(fg_hold_id(hold, made), account->history->seed);
  FG_TRY(fg_history_prepare(account->history, &name, fg_record_ending_size(ending, taken_count), room));
  room->end = fg_record_write_ending(room->kept, ending);
  return FG_OK;
}

static void answer_ending(const fg_account *account, const fg_hold *hold, const fg_new_ending *ending,
                          fg_outcome *outcome) {
  const fg_command *command = ending->command;
  int64_t kept = hold->units - ending->returned - ending->lost;
  int64_t extra = ending->extra == NULL ? 0 : fg_recorded_units(ending->extra);
  outcome->is.ended.billed = fg_units_billed(account, hold->product, kept, extra, command);
  outcome->is.ended.returned = ending->returned;
  outcome->is.ended.lost = ending->lost;
  outcome->is.ended.has_outcome = command->outcome.text != NULL;
  outcome->is.ended.has_quantity = fg_command_names_units(command);
  outcome->is.ended.has_extra = ending->extra != NULL;
}

static fg_status end_on_draft(fg_account *account, fg_state *draft, fg_hold *hold, const fg_command *command,
                              fg_entry_room *room, fg_outcome *outcome) {
  fg_recorded extra = {.taken_count = 0};
  fg_new_ending ending = {.command = command, .entry = hold->entry, .attempt = hold->attempt};
  FG_TRY(settle_units(account, draft, hold, command, &ending, &extra));
  ending.taken = account->taken.items;
  FG_TRY(prepare_ending(account, hold, &ending, extra.taken_count, room));
  answer_ending(account, hold, &ending, outcome);
  if (ending.extra != NULL) {
    fg_usage_answer(account, &extra, &outcome->is.ended.extra);
  }
  fg_holds_end(account, draft, hold);
  return FG_OK;
}

/* An ending that does more than a plain commit works on a draft and is kept, so that it can be answered again. */
static fg_status end_with_units(fg_account *account, uint32_t place, const fg_command *command, fg_outcome *outcome) {
  fg_transaction change;
  fg_entry_room room;
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = fg_state_own(account, &change.draft);
  fg_hold *hold = &change.draft.holds.items[place];
  status = status == FG_OK ? end_on_draft(account, &change.draft, hold, command, &room, outcome) : status;
  FG_TRY(fg_transaction_end(account, &change, status));
  fg_history_commit(account->history, &room, room.end);
  return FG_OK;
}

/* Whether what a call is said to have ended in is what it was last said to have ended in. */
static fg_status is_said_again(fg_account *account, const fg_hold *hold, const fg_command *command, bool *is_same) {
  *is_same = false;
  if (!hold->unknown) {
    return FG_OK;
  }
  fg_kept_ending said = fg_record_ending(hold->entry);
  fg_command before = {.kind = FG_DO_COMMIT, .quantity = said.quantity, .outcome = said.outcome, .ref = said.ref};
  fg_attribute room[FG_ATTRIBUTES_MAX];
  before.attributes = fg_record_attributes(said.attributes, room);
  return fg_command_is_same(&before, command, &account->encoded, is_same);
}

/* R36: nobody knows whether the call was billed. It stays used, to be ended later, and holds no slot, for it is over. */
static fg_status stay_unknown(fg_account *account, fg_hold *hold, const fg_command *command, fg_outcome *outcome,
                              bool *repeated) {
  const fg_new_ending ending = {.command = command, .entry = hold->entry, .attempt = hold->attempt};
  FG_TRY(is_said_again(account, hold, command, repeated));
  if (!*repeated) {
    fg_entry_room room;
    FG_TRY(fg_history_own(&account->history));
    FG_TRY(prepare_ending(account, hold, &ending, 0, &room));
    fg_history_commit(account->history, &room, room.end);
    hold->entry = room.entry;
    hold->unknown = true;
    fg_hold_free_slot(account, &account->state, hold);
  }
  answer_ending(account, hold, &ending, outcome);
  return FG_OK;
}

static FG_COLD fg_status end_otherwise(fg_account *account, fg_hold *hold, const fg_command *command,
                                       fg_outcome *outcome, bool *repeated) {
  const fg_product *product = &account->book->products[hold->product];
  return fg_ending_billable(product, command) == FG_BILLABLE_UNKNOWN
             ? stay_unknown(account, hold, command, outcome, repeated)
             : end_with_units(account, (uint32_t)(hold - account->state.holds.items), command, outcome);
}

FG_HOT fg_status fg_gate_end(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated) {
  fg_hold *hold = find_held(account, command);
  if (FG_UNLIKELY(hold == NULL)) {
    return answer_again(account, command, outcome, repeated);
  }
  if (FG_UNLIKELY(command->attempt != 0 && command->attempt != hold->attempt)) {
    return FG_ALREADY_FINISHED;
  }
  bool is_plain = command->kind == FG_DO_COMMIT && !fg_command_names_units(command) && command->outcome.text == NULL &&
                  command->ref.text == NULL && !hold->unknown; /* which leaves nothing behind */
  if (FG_UNLIKELY(!is_plain)) {
    return end_otherwise(account, hold, command, outcome, repeated);
  }
  fg_holds_end(account, &account->state, hold);
  outcome->is.ended.has_quantity = outcome->is.ended.has_outcome = outcome->is.ended.has_extra = false;
  return FG_OK;
}
