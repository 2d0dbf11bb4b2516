/* Checks that each pack and each capacity of a snapshot came from an order of its own, and what was paid for it. */
#include "snapshot_check.h"

#include "../state/command.h"
#include "../state/record.h"

static const fg_past_command *order_of(const fg_state_check *check, fg_string id) {
  fg_key key = fg_key_of(id, check->history->seed);
  fg_entry entry = fg_history_find(check->history, &key);
  return entry.bytes == NULL ? NULL : fg_record_command(entry);
}

static void check_payment(fg_state_check *check, const fg_ordered *answer) {
  fg_amount sum = 0;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(answer->paid.of[fund]);
    fg_require(check, fg_is_paid(part) && fg_amount_add(sum, part, &sum));
  }
  fg_require(check, sum == fg_amount_of(answer->amount));
}

/* The order that something came from; each may bring one thing alone. */
static void check_order(fg_state_check *check, fg_string id, fg_command_kind kind, bool *is_taken,
                        const fg_ordered *bought) {
  const fg_past_command *order = order_of(check, id);
  fg_require(check, order != NULL && order->kind == kind);
  if (!check->is_good) {
    return;
  }
  const fg_ordered *answer = &order->answer.is.order;
  bool *taken = &is_taken[order - check->history->commands.items];
  fg_require(check, !*taken && answer->units == bought->units && answer->from == bought->from &&
                        answer->until == bought->until);
  *taken = true;
  check_payment(check, answer);
}

/* A refund finds what was paid by the id of what was bought. */
static void match_orders(fg_state_check *check, bool *is_taken) {
  const fg_state *state = check->state;
  uint32_t count = 0;
  for (uint32_t i = 0; i < state->grants.count && check->is_good; i++) {
    const fg_grant *grant = &state->grants.items[i];
    const fg_ordered bought = {.units = grant->units / fg_book_parts(check->account->book, grant->owner),
                               .until = grant->expires};
    if (grant->source != FG_SOURCE_FREE) {
      check_order(check, grant->id, grant->source == FG_SOURCE_PAID ? FG_DO_BUY_PACK : FG_DO_GIVE_PACK, is_taken,
                  &bought);
      count++;
    }
  }
  for (uint32_t i = 0; i < state->capacity.count && check->is_good; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    const fg_ordered bought = {.from = order->from, .until = order->until};
    check_order(check, order->id, FG_DO_BUY_CAPACITY, is_taken, &bought);
    count++;
  }
  fg_require(check, count == check->history->commands.count && count == state->orders);
}

fg_status fg_snapshot_check_orders(fg_state_check *check) {
  const fg_allocator *allocator = &check->account->allocator;
  size_t size = (check->history->commands.count + 1) * sizeof(bool); /* there may be none */
  bool *is_taken = fg_allocate(allocator, size);
  if (is_taken == NULL) {
    return FG_NO_MEMORY;
  }
  match_orders(check, is_taken);
  fg_release(allocator, is_taken, size);
  return FG_OK;
}
