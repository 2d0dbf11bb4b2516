/* The end of calls: a call is committed or canceled, of one product or of all products of an event together. */
#include "gate.h"

#include "../state/call_names.h"
#include "../state/past.h"
#include "budget.h"
#include "forgetting.h"
#include "holds.h"
#include "transaction.h"
#include "usage.h"

/* The latest call, if it has this number. It is tried first, because most calls end before another one begins. */
static inline fg_hold *find_latest(const fg_state *state, uint64_t call) {
  fg_hold *latest = state->holds.count == 0 ? NULL : &state->holds.items[state->holds.count - 1];
  FG_ASSERT(call != 0);
  return latest != NULL && latest->number == call ? latest : NULL;
}

static inline fg_hold *find_held(const fg_account *account, const fg_command *command) {
  fg_hold *latest = command->id.text == NULL ? find_latest(&account->state, command->call) : NULL;
  return FG_LIKELY(latest != NULL) ? latest : fg_holds_find(account, command->id, command->call);
}

/* Answers the end of a call that has ended before. The same end gets the same answer; another end is refused. */
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

/* The attributes of a call with those that a commit names in their place. */
static fg_attributes attributes_again(const fg_kept_call *call, const fg_command *command,
                                      fg_attribute room[FG_ATTRIBUTES_MAX]) {
  fg_attribute made_with[FG_ATTRIBUTES_MAX];
  const fg_attributes before = fg_record_attributes(call->attributes, made_with);
  return fg_attributes_merge(&before, &command->attributes, room);
}

/* Rates a call by an edition, with these attributes and the quantity that a commit names. */
static fg_status rate_with(const fg_hold *hold, const fg_kept_call *call, const fg_command *command,
                           const fg_book *book, fg_attributes attributes, fg_rating *rating, fg_error *error) {
  int64_t quantity = command->quantity == FG_ALL ? call->quantity : command->quantity;
  return fg_usage_rate_as(book, hold->product, attributes, hold->attributes, hold->since, quantity, rating, error);
}

/* Rates a call by its own edition as if it had been made with the quantity and the attributes that a commit names. */
static fg_status rate_again(const fg_account *account, const fg_hold *hold, const fg_command *command,
                            fg_rating *rating, fg_error *error) {
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_kept_call call = fg_record_call((hold - hold->part)->entry);
  const fg_attributes attributes = attributes_again(&call, command, room);
  FG_TRY(fg_attributes_check_form(&attributes, error));
  const fg_book *edition = fg_account_edition(account, hold->cell.edition);
  return rate_with(hold, &call, command, edition, attributes, rating, error);
}

/* Leaves out what a product of an edition does not ask and the edition does not know, because it has no bearing on the
   price there. */
static void leave_out_unknown(const fg_book *book, uint32_t product, fg_attribute *items, size_t *count) {
  size_t kept = 0;
  for (size_t i = 0; i < *count; i++) {
    int place = fg_attribute_place(book, items[i].name);
    bool is_asked = place != FG_NONE && fg_asked_has(&book->products[product].asks, (uint32_t)place);
    if (is_asked || fg_attributes_check(book, (fg_attributes){&items[i], 1}, false, NULL) == FG_OK) {
      items[kept++] = items[i];
    }
  }
  *count = kept;
}

/* Rates what a commit adds to a call as usage of now, given the rating of the call's own edition. That one stays where
   the edition in force cannot price the call, because it does not sell the product, asks for more, or has no such value
   or no price for it: what has happened cannot be refused. */
static void rate_extra(const fg_account *account, const fg_hold *hold, const fg_command *command, fg_rating *rating) {
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_rating of_now;
  const uint16_t ago = (uint16_t)(fg_edition_in_force(account) - hold->cell.edition);
  fg_kept_call call = fg_record_call((hold - hold->part)->entry);
  fg_attributes attributes = attributes_again(&call, command, room);
  leave_out_unknown(account->book, hold->product, room, &attributes.count);
  bool is_sold = ago > 0 && !account->book->products[hold->product].withdrawn;
  if (is_sold && rate_with(hold, &call, command, account->book, attributes, &of_now, NULL) == FG_OK) {
    *rating = of_now;
  } else {
    rating->editions_ago = ago;
  }
}

/* How a call counted that an earlier version kept, which did not say by which mode: if a rule kept it from being
   billed, as usage does now. */
static FG_COLD fg_status kind_of_earlier(const fg_account *account, const fg_hold *hold, fg_usage_kind *kind) {
  const fg_command as_made = {.kind = FG_DO_COMMIT, .quantity = FG_ALL};
  fg_rating before;
  FG_TRY(rate_again(account, hold, &as_made, &before, NULL));
  *kind = before.billable ? (fg_usage_kind)hold->kind
                          : fg_kind_of_mode(&account->state.services[hold->product].in_force);
  return FG_OK;
}

/* How the usage of a call counts with its new rating: by the mode in which it was made (R17). */
static fg_status kind_again(const fg_account *account, const fg_hold *hold, const fg_rating *rating,
                            fg_usage_kind *kind) {
  bool is_known = hold->of_mode != FG_USAGE_KINDS && account->counting >= FG_COUNTING_SOLD;
  if (rating->billable && !is_known) {
    return kind_of_earlier(account, hold, kind);
  }
  *kind = rating->billable ? (fg_usage_kind)hold->of_mode : FG_USAGE_UNBILLED;
  return FG_OK;
}

/* How many of a call's held units it keeps. If an event that is priced by itself comes to more units, it keeps none and
   all are counted anew, as long as the call can be undone. */
static int64_t units_kept(const fg_hold *hold, const fg_rating *rating) {
  bool is_anew = rating->of_each != 0 && rating->units > hold->units && hold->regime != 0;
  return is_anew ? 0 : fg_min_i64(rating->units, hold->units);
}

/* Undoes a call for what the caps of budgets count, too. */
static fg_status undo_hold(const fg_account *account, fg_state *draft, const fg_hold *hold, fg_remade as,
                           int64_t *lost) {
  fg_cap_bases before;
  if (account->counting < FG_COUNTING_SOLD) {
    return fg_undo(account, draft, hold, as, lost);
  }
  FG_TRY(fg_budget_before_undo(account, draft, hold->since, &before));
  FG_TRY(fg_undo(account, draft, hold, as, lost));
  return fg_budget_after_undo(account, draft, &before);
}

/* Changes a hold into what it would be if the call had been made with what the commit names. Units above those held are
   counted apart (add_extra). */
static fg_status rate_hold(fg_account *account, fg_state *draft, const fg_hold *hold, const fg_command *command,
                           fg_new_ending *ending) {
  fg_rating rating;
  int64_t lost = 0;
  FG_TRY(rate_again(account, hold, command, &rating, NULL));
  int64_t kept = units_kept(hold, &rating);
  fg_remade as = {
      kept,
      {.edition = hold->cell.edition, .price = rating.price, .factor = rating.factor, .covers = rating.covers},
      FG_USAGE_BILLED,
      rating.of_each};
  FG_TRY(kind_again(account, hold, &rating, &as.kind));
  FG_TRY(undo_hold(account, draft, hold, as, &lost));
  ending->lost += lost;
  ending->returned += hold->units - kept - lost;
  ending->extra_count += rating.units > kept;
  return FG_OK;
}

static fg_status keep_hold(fg_account *account, fg_state *draft, const fg_hold *hold, bool is_billed,
                           fg_new_ending *ending) {
  int64_t lost = 0;
  int64_t kept = is_billed ? hold->units : 0;
  FG_TRY(undo_hold(account, draft, hold, fg_remade_for(hold, kept), &lost));
  ending->lost += lost;
  ending->returned += hold->units - kept - lost;
  return FG_OK;
}

/* Gives back the units of all holds that the end of a call does not need; `ending` counts the products that came to
   more. */
static fg_status settle_units(fg_account *account, fg_state *draft, const fg_hold *hold, fg_new_ending *ending) {
  const fg_command *command = ending->command;
  bool is_billed = fg_ending_billable(account->book, hold->product, command) == FG_BILLABLE_YES;
  bool is_rated = is_billed && fg_command_names_units(command);
  for (uint32_t i = 0; i < fg_hold_count(hold); i++) {
    FG_TRY(is_rated ? rate_hold(account, draft, hold + i, command, ending)
                    : keep_hold(account, draft, hold + i, is_billed, ending));
  }
  FG_ASSERT(ending->returned >= 0 && ending->lost >= 0);
  return FG_OK;
}

/* Records units above those held as usage of now, which nothing refuses, because they have happened. */
static fg_status add_extra(fg_account *account, fg_state *draft, const fg_hold *hold, const fg_command *command,
                           fg_entry_room *room, fg_used *extra) {
  fg_rating rating;
  fg_recorded recorded;
  FG_TRY(rate_again(account, hold, command, &rating, NULL));
  const int64_t units = rating.units - units_kept(hold, &rating);
  if (units <= 0) {
    return FG_OK;
  }
  rate_extra(account, hold, command, &rating);
  rating.units = units;
  rating.of_each = rating.of_each != 0 && units % rating.of_each != 0 ? units : rating.of_each;
  FG_TRY(fg_usage_happened(account, draft, hold->product, rating, &recorded));
  FG_TRY(fg_usage_answer_more(account, &recorded, extra));
  room->end = fg_record_write_part(room->end, &recorded, account->taken.items);
  return FG_OK;
}

fg_status fg_gate_explain_end(const fg_account *account, const fg_command *command, fg_error *error) {
  const fg_hold *hold = find_held(account, command);
  fg_rating rating;
  FG_TRY(hold == NULL ? FG_UNKNOWN_ID : FG_OK);
  for (uint32_t i = 0; i < fg_hold_count(hold); i++) {
    FG_TRY(rate_again(account, hold + i, command, &rating, error));
  }
  return FG_OK;
}

/* Makes room in the history for the end of a call. The entry has the full id, also where the history knows the call by
   a number. */
static fg_status prepare_ending(fg_account *account, const fg_hold *hold, const fg_new_ending *ending,
                                uint32_t taken_count, fg_entry_room *room) {
  char made[FG_CALL_NAME_MAX];
  fg_key name = fg_key_of(fg_hold_id(hold, made), account->ids.seed);
  FG_TRY(fg_ids_prepare(&account->ids, &name, fg_record_ending_size(ending, taken_count), room));
  room->end = fg_record_write_ending(room->kept, ending);
  return FG_OK;
}

static void answer_ending(const fg_account *account, const fg_hold *hold, const fg_new_ending *ending,
                          const fg_used *extra, int64_t extra_units, fg_outcome *outcome) {
  const fg_command *command = ending->command;
  int64_t kept = fg_hold_units(hold) - ending->returned - ending->lost;
  /* Not known to be billed are the units of a call that is undone, and of one whose outcome is unknown. */
  bool is_billed = fg_ending_billable(account->book, hold->product, command) == FG_BILLABLE_YES;
  outcome->is.ended.billed = is_billed ? kept + extra_units : 0;
  outcome->is.ended.returned = ending->returned;
  outcome->is.ended.lost = ending->lost;
  outcome->is.ended.has_outcome = command->outcome.text != NULL;
  outcome->is.ended.has_quantity = fg_command_names_units(command);
  outcome->is.ended.has_extra = ending->extra_count > 0;
  if (ending->extra_count > 0) {
    outcome->is.ended.extra = *extra;
  }
}

/* How many lots the units above those held may draw on at most. If a call's own edition prices them, these may be
   others than those that its product draws on now. */
static uint32_t drawable_count(const fg_account *account, const fg_state *draft, const fg_hold *hold) {
  bool is_earlier = hold->cell.edition != fg_edition_in_force(account);
  uint32_t count = 0;
  for (uint32_t i = 0; i < fg_hold_count(hold); i++) {
    count += is_earlier ? draft->lots.count : draft->services[hold[i].product].drawable.count;
  }
  return count;
}

static fg_status end_on_draft(fg_account *account, fg_state *draft, fg_hold *hold, const fg_command *command,
                              fg_entry_room *room, fg_outcome *outcome) {
  fg_new_ending ending = {.command = command, .entry = hold->entry, .attempt = hold->attempt};
  ending.is_undone = fg_ending_billable(account->book, hold->product, command) == FG_BILLABLE_NO;
  fg_used extra = {.free = 0};
  FG_TRY(settle_units(account, draft, hold, &ending));
  uint32_t drawable = ending.extra_count > 0 ? drawable_count(account, draft, hold) : 0;
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &account->draws, drawable));
  FG_TRY(prepare_ending(account, hold, &ending, drawable, room));
  for (uint32_t i = 0; ending.extra_count > 0 && i < fg_hold_count(hold); i++) {
    FG_TRY(add_extra(account, draft, hold + i, command, room, &extra));
  }
  int64_t kept = fg_hold_units(hold) - ending.returned - ending.lost;
  int64_t billed = 0; /* of all products of an event */
  FG_TRY(fg_add_i64(kept, fg_used_units(&extra), &billed) ? FG_OK : FG_OVERFLOW);
  answer_ending(account, hold, &ending, &extra, fg_used_units(&extra), outcome);
  fg_holds_end(account, draft, hold);
  return FG_OK;
}

/* Ends a call in another way than by a plain commit. It works on a draft, and the history keeps the end, so that it can
   be answered again. */
static fg_status end_with_units(fg_account *account, uint32_t place, const fg_command *command, fg_outcome *outcome) {
  fg_transaction change;
  fg_entry_room room;
  FG_TRY(fg_transaction_begin(account, &change));
  fg_status status = fg_state_own(account, &change.draft);
  fg_hold *hold = &change.draft.holds.items[place];
  status = status == FG_OK ? end_on_draft(account, &change.draft, hold, command, &room, outcome) : status;
  FG_TRY(fg_transaction_end(account, &change, status));
  fg_ids_commit(&account->ids, &room, room.end);
  return FG_OK;
}

/* Whether the host reports the same unknown outcome of a call again. */
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

/* R36: keeps a call in flight whose outcome leaves open whether it was billed. Its usage stays, a later command may end
   it, and it holds no slot, because the task itself is over. */
static fg_status stay_unknown(fg_account *account, fg_hold *hold, const fg_command *command, fg_outcome *outcome,
                              bool *repeated) {
  const fg_new_ending ending = {.command = command, .entry = hold->entry, .attempt = hold->attempt};
  FG_TRY(is_said_again(account, hold, command, repeated));
  if (!*repeated) {
    fg_entry_room room;
    FG_TRY(prepare_ending(account, hold, &ending, 0, &room));
    fg_ids_commit(&account->ids, &room, room.end);
    hold->entry = room.entry;
    for (uint32_t i = 0; i < fg_hold_count(hold); i++) {
      hold[i].unknown = true;
    }
    fg_hold_free_slot(account, &account->state, hold);
  }
  answer_ending(account, hold, &ending, NULL, 0, outcome);
  return FG_OK;
}

static FG_COLD fg_status end_otherwise(fg_account *account, fg_hold *hold, const fg_command *command,
                                       fg_outcome *outcome, bool *repeated) {
  return fg_ending_billable(account->book, hold->product, command) == FG_BILLABLE_UNKNOWN
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
                  command->ref.text == NULL && !hold->unknown; /* a plain commit leaves nothing in the history */
  if (FG_UNLIKELY(!is_plain)) {
    return end_otherwise(account, hold, command, outcome, repeated);
  }
  FG_TRY(FG_LIKELY(hold->since >= account->ids.begin) ? FG_OK : fg_forgetting_keep(account, hold));
  fg_holds_end(account, &account->state, hold);
  outcome->is.ended.has_quantity = outcome->is.ended.has_outcome = outcome->is.ended.has_extra = false;
  return FG_OK;
}
