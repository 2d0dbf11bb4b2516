#include "adjust.h"

#include "aggregate.h"
#include "take_off.h"
#include "usage.h"

static fg_status add_units(fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                           fg_outcome *outcome) {
  fg_recorded recorded;
  FG_TRY(fg_usage_happened(account, draft, product, rating, &recorded));
  fg_usage_answer(account, &recorded, &outcome->is.adjusted.used);
  return FG_OK;
}

/* Takes units off, and tells how many of each source. The answer names no pack, because a correction takes units off a
   source and not off single usages. */
static fg_status take_units_off(const fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                                fg_attributes attributes, fg_outcome *outcome) {
  fg_usage off = {.free = 0};
  FG_TRY(fg_undo_take_off(account, draft, product, rating, attributes, &off, &outcome->is.adjusted.lost));
  outcome->is.adjusted.takes_off = true;
  outcome->is.adjusted.used = (fg_used){.free = off.free, .postpaid = off.postpaid, .unbilled = off.unbilled};
  outcome->is.adjusted.packs = off.packs;
  return FG_OK;
}

static fg_status adjust_aggregate(const fg_account *account, fg_state *draft, const fg_command *command,
                                  uint32_t product, fg_outcome *outcome) {
  fg_recorded recorded;
  FG_TRY(fg_aggregate_adjust(account, draft, product, command, &recorded));
  outcome->is.adjusted.takes_off = command->quantity < 0;
  outcome->is.adjusted.used.unbilled = recorded.unbilled;
  return FG_OK;
}

static fg_status note_reason(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product) {
  fg_history *history = account->history;
  fg_adjustment adjustment = {.at = command->at, .units = command->quantity, .product = product};
  adjustment.reason = fg_string_copy(&history->arena, &history->allocator, command->reason);
  if (adjustment.reason.text == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &draft->adjustments, 1));
  draft->adjustments.items[draft->adjustments.count++] = adjustment;
  return FG_OK;
}

fg_status fg_adjust(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                    fg_outcome *outcome) {
  fg_command amount = *command;
  fg_rating rating;
  amount.quantity = fg_max_i64(command->quantity, -command->quantity);
  FG_TRY(fg_state_own(account, draft));
  memset(&outcome->is.adjusted, 0, sizeof outcome->is.adjusted);
  if (!draft->services[product].was_open) {
    return FG_NOT_OPEN;
  }
  if (fg_aggregate_of(account, product) != NULL) {
    FG_TRY(adjust_aggregate(account, draft, command, product, outcome));
    return note_reason(account, draft, command, product);
  }
  FG_TRY(fg_usage_rate(account, product, &amount, &rating, NULL));
  FG_TRY(command->quantity > 0 ? add_units(account, draft, product, rating, outcome)
                               : take_units_off(account, draft, product, rating, command->attributes, outcome));
  return note_reason(account, draft, command, product);
}
