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

/* Which orders have been met. */
typedef struct order_check {
  fg_state_check *check;
  bool *is_taken;
  uint32_t count;
} order_check;

/* The order that something came from; each brings one thing alone, but for bundles. */
static void check_order(order_check *of, fg_string id, fg_command_kind kind, const fg_ordered *bought) {
  fg_state_check *check = of->check;
  const fg_past_command *order = order_of(check, id);
  fg_require(check, order != NULL && order->kind == kind);
  if (!check->is_good) {
    return;
  }
  const fg_ordered *answer = &order->answer.is.order;
  bool *taken = &of->is_taken[order - check->history->commands.items];
  fg_require(check, !*taken && answer->units == bought->units && answer->from == bought->from &&
                        answer->until == bought->until);
  *taken = true;
  of->count++;
  check_payment(check, answer);
}

/* Whether something is of a bundle, which was met before. */
static bool is_of_bundle(const fg_state_check *check, fg_string id) {
  const fg_past_command *order = order_of(check, id);
  return order != NULL && order->kind == FG_DO_BUY_BUNDLE;
}

/* A later lot of a pack follows one that ends where it begins. */
static void check_later_lot(fg_state_check *check, uint32_t place) {
  const fg_grant *lot = &check->state->grants.items[place];
  const fg_grant *before = NULL;
  for (uint32_t i = place; i > 0 && before == NULL; i--) {
    const fg_grant *other = &check->state->grants.items[i - 1];
    bool is_one = other->source == lot->source && other->owner == lot->owner && other->offer == lot->offer &&
                  other->expires == lot->issued && fg_string_equal(other->id, lot->id);
    before = is_one ? other : NULL;
  }
  fg_require(check, before != NULL && before->bought == lot->bought && before->units == lot->units);
}

static void match_pack(order_check *of, uint32_t place) {
  const fg_account *account = of->check->account;
  const fg_grant *grant = &of->check->state->grants.items[place];
  const fg_ordered bought = {.units = grant->units / fg_book_parts(account->book, grant->owner),
                             .until = grant->expires};
  if (grant->bought < grant->issued) {
    check_later_lot(of->check, place);
  } else if (!is_of_bundle(of->check, grant->id)) {
    check_order(of, grant->id, grant->source == FG_SOURCE_PAID ? FG_DO_BUY_PACK : FG_DO_GIVE_PACK, &bought);
  } else {
    fg_require(of->check, grant->source == FG_SOURCE_PAID);
  }
}

/* A refund finds what was paid by the id of what was bought. */
static void match_orders(order_check *of) {
  fg_state_check *check = of->check;
  const fg_state *state = check->state;
  static const fg_ordered no_answer = {.units = 0};
  for (uint32_t i = 0; i < state->bundles.count && check->is_good; i++) {
    check_order(of, state->bundles.items[i].id, FG_DO_BUY_BUNDLE, &no_answer);
  }
  for (uint32_t i = 0; i < state->grants.count && check->is_good; i++) {
    if (state->grants.items[i].source != FG_SOURCE_FREE) {
      match_pack(of, i);
    }
  }
  for (uint32_t i = 0; i < state->capacity.count && check->is_good; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    const fg_ordered bought = {.from = order->from, .until = order->until};
    if (!is_of_bundle(check, order->id)) {
      check_order(of, order->id, FG_DO_BUY_CAPACITY, &bought);
    }
  }
  fg_require(check, of->count == check->history->commands.count && of->count == state->orders);
}

fg_status fg_snapshot_check_orders(fg_state_check *check) {
  const fg_allocator *allocator = &check->account->allocator;
  size_t size = (check->history->commands.count + 1) * sizeof(bool); /* there may be none */
  bool *is_taken = fg_allocate(allocator, size);
  if (is_taken == NULL) {
    return FG_NO_MEMORY;
  }
  match_orders(&(order_check){check, is_taken, 0});
  fg_release(allocator, is_taken, size);
  return FG_OK;
}
