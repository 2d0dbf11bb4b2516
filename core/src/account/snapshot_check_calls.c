/* Checks the calls in flight of a snapshot. */
#include "snapshot_check.h"

#include "../book/terms.h"
#include "../rules/cells.h"
#include "../rules/holds.h"
#include "../rules/slots.h"

static const fg_regime *regime_of(const fg_product_group *group, uint64_t number) {
  bool is_there = number <= group->regime && group->regime - number < group->regimes.count;
  return is_there ? &group->regimes.items[group->regimes.count - 1 - (group->regime - number)] : NULL;
}

/* Checks the period and the regime in which the units of a call were counted and drawn. */
static void check_place(fg_state_check *check, fg_hold *hold) {
  const fg_service *service = &check->state->services[hold->product];
  fg_product_group *group = fg_checked_group(check, hold->product);
  FG_FOLLOWS(check, hold->begin, fg_stretch_at(check->account, check->state, hold->product, hold->since).begin);
  const fg_bucket *bucket = fg_state_bucket(service, hold->begin, hold->cell);
  const fg_regime *regime = regime_of(group, hold->regime);
  if (hold->begin < service->settled) {
    fg_require(check, hold->regime == 0);
    return;
  }
  fg_require(check, bucket != NULL);
  fg_require(check, hold->regime != 0 && regime != NULL && regime->kind == FG_REGIME_DRAWS &&
                        regime->product == hold->product && regime->begin == hold->begin &&
                        fg_cell_is_same(regime->cell, hold->cell) && regime->at <= hold->since);
  group->undoable++;
}

/* Whether the call was reported to have ended with an outcome of which the book did not say whether it is billed (R36).
   When it was reported is not kept, so any edition since the call may have been asked. */
static bool is_unknown(const fg_state_check *check, const fg_hold *hold) {
  fg_kept_ending ending = fg_record_ending(hold->entry);
  bool was_unknown = false;
  for (uint32_t i = hold->cell.edition; i <= fg_edition_in_force(check->account) && !was_unknown; i++) {
    const fg_book *edition = fg_account_edition(check->account, (uint16_t)i);
    was_unknown = fg_outcome_billable(&edition->products[hold->product], ending.outcome) == FG_BILLABLE_UNKNOWN;
  }
  return ending.call.attempt == hold->attempt && was_unknown;
}

/* Finds the event of a call in the edition in which the call was made; NULL: there is none with as many products. */
static const fg_event *event_of_call(const fg_state_check *check, const fg_hold *hold, fg_string name) {
  if (hold->cell.edition > fg_edition_in_force(check->account)) {
    return NULL;
  }
  const fg_book *edition = fg_account_edition(check->account, hold->cell.edition);
  int found = fg_book_event(edition, name);
  bool is_one = found != FG_NONE && edition->events[found].product_count == fg_hold_count(hold);
  return is_one ? &edition->events[found] : NULL;
}

/* Checks the mode that a hold says its call was made in. One that a snapshot before format 7 does not say is that of
   the usage, of a product whose usage no rule can keep from being billed. */
static void check_mode(fg_state_check *check, fg_hold *hold) {
  fg_require(check, hold->kind < FG_USAGE_KINDS && hold->of_mode <= FG_USAGE_KINDS);
  if (check->is_good && hold->of_mode == FG_USAGE_KINDS &&
      fg_account_edition(check->account, hold->cell.edition)->products[hold->product].plain) {
    hold->of_mode = hold->kind;
  }
}

/* Checks that each hold of a call is of the product that the call or its event says. */
static void check_products(fg_state_check *check, fg_hold *hold, const fg_kept_call *call) {
  const fg_event *event = call->event.text == NULL ? NULL : event_of_call(check, hold, call->event);
  fg_require(check, call->event.text == NULL ? hold->parts == 0 : event != NULL);
  for (uint32_t i = 0; i < fg_hold_count(hold) && check->is_good; i++) {
    FG_FOLLOWS(check, hold[i].product, event == NULL ? call->product : event->products[i]);
    fg_require(check, hold[i].product < check->account->book->product_count);
    fg_require(check, check->is_good && fg_cell_exists(check->account, hold[i].product, hold[i].cell));
    check_mode(check, &hold[i]);
  }
  fg_require(check, call->product == hold->product);
}

/* Checks that a hold agrees with the first hold of its call in what they share. */
static void check_beside(fg_state_check *check, fg_hold *hold, const fg_hold *first) {
  FG_FOLLOWS(check, hold->since, first->since);
  FG_FOLLOWS(check, hold->deadline, first->deadline);
  FG_FOLLOWS(check, hold->attempt, first->attempt);
  fg_require(check, hold->cell.edition == first->cell.edition && !hold->slot);
}

/* Checks the units of a call's holds: those that no other hold has are the first one's. */
static void check_units(fg_state_check *check, fg_hold *hold, const fg_kept_call *call) {
  int64_t others = 0;
  for (uint32_t i = 1; i < fg_hold_count(hold); i++) {
    fg_require_count(check, hold[i].units, &others);
  }
  fg_require(check, others <= call->units);
  if (check->is_good) {
    FG_FOLLOWS(check, hold->units, call->units - others);
  }
}

/* Checks all holds of a call; `place` is that of the first. */
static void check_call(fg_state_check *check, uint32_t place) {
  const fg_state *state = check->state;
  fg_hold *hold = &state->holds.items[place];
  const fg_kept_call call = fg_record_call(hold->entry);
  check_products(check, hold, &call);
  check_units(check, hold, &call);
  FG_FOLLOWS(check, hold->deadline, fg_hold_deadline(hold->since, call.timeout_ms));
  FG_FOLLOWS(check, hold->attempt, fg_hold_attempt(hold->entry, 0));
  for (uint32_t i = 1; i < fg_hold_count(hold) && check->is_good; i++) {
    check_beside(check, hold + i, hold);
  }
  fg_require(check, fg_has_passed(check, hold->since) && hold->attempt > 0 && hold->attempt <= state->calls);
  fg_require(check, place == 0 || (hold->attempt > hold[-1].attempt && hold->since >= hold[-1].since));
  if (!check->is_good) {
    return;
  }
  fg_require(check, !hold->unknown || (!hold->slot && is_unknown(check, hold)));
  fg_require(check, !hold->slot || fg_slots_take(check->account, check->state, hold));
  for (uint32_t i = 0; i < fg_hold_count(hold) && check->is_good; i++) {
    check_place(check, hold + i);
  }
}

void fg_snapshot_check_holds(fg_state_check *check) {
  fg_require(check, fg_is_count(check->state->calls));
  for (uint32_t group = 0; group < check->account->book->group_count; group++) {
    check->state->groups[group].undoable = 0;
  }
  for (uint32_t i = 0; i < check->state->holds.count && check->is_good;) {
    check_call(check, i);
    i += fg_hold_count(&check->state->holds.items[i]);
  }
}
