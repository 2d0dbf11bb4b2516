/* Checks what a snapshot says of grants, packs, bought capacity and announced amendments. */
#include "snapshot_check.h"

#include "../rules/deduction.h"

static bool is_offered(const fg_state_check *check, const fg_lot *lot) {
  if (lot->owner >= fg_book_owner_count(check->account->book) || lot->source > FG_SOURCE_GIVEN) {
    return false;
  }
  const fg_product *owner = fg_book_owner(check->account->book, lot->owner);
  return lot->offer < (lot->source == FG_SOURCE_FREE ? owner->grant_count : owner->pack_count);
}

/* Checks that units which rolled over came from an earlier issue of the same grant. */
static void check_rollover(fg_state_check *check, uint32_t place) {
  const fg_lot *lot = &check->state->lots.items[place];
  const fg_lot *before = lot->rolls_from == 0 ? NULL : &check->state->lots.items[lot->rolls_from - 1];
  fg_require(check, lot->rolls_from <= place && lot->rolled >= 0 && lot->rolled <= lot->units);
  if (check->is_good && before != NULL) {
    fg_require(check, lot->source == FG_SOURCE_FREE && before->source == FG_SOURCE_FREE &&
                          before->owner == lot->owner && before->offer == lot->offer &&
                          before->expires <= lot->issued && lot->rolled <= before->units - before->left);
  }
  fg_require(check, before != NULL || lot->rolled == 0);
}

static void check_lot(fg_state_check *check, uint32_t place) {
  const fg_lot *lot = &check->state->lots.items[place];
  fg_require(check, is_offered(check, lot));
  if (!check->is_good) {
    return;
  }
  const fg_product_group *group = fg_checked_group(check, lot->owner);
  check_rollover(check, place);
  fg_require(check, fg_is_id(lot->id) && lot->units >= 0 && lot->left >= 0 && lot->left <= lot->units);
  fg_require(check, fg_has_passed(check, lot->issued) && fg_is_end(lot->issued, lot->expires));
  fg_require(check, place == 0 || lot->issued >= lot[-1].issued);
  fg_require(check, lot->refund <= FG_REFUND_LIST_PRICE && (!lot->refunded || lot->left == 0));
  fg_require(check, lot->regime <= group->regime + 1);
  fg_require(check, !fg_lot_is_of_materials(check->account, lot) || lot->refunded ||
                        (lot->left == lot->units && lot->given_back == 0));
}

/* Checks an order of packs that recur: another lot follows when the current one ends. */
static void check_lot_order(fg_state_check *check, uint32_t place) {
  const fg_recurring_pack *order = &check->state->recurring.items[place];
  fg_require(check, fg_is_period(order->every) && order->lot < check->state->lots.count);
  fg_require(check, place == 0 || order[-1].lot < order->lot);
  if (!check->is_good) {
    return;
  }
  const fg_lot *lot = &check->state->lots.items[order->lot];
  fg_require(check, lot->source != FG_SOURCE_FREE && !lot->refunded && lot->expires > check->state->now &&
                        lot->expires < order->until && lot->expires < FG_NEVER);
}

static void check_bundles(fg_state_check *check) {
  for (uint32_t i = 0; i < check->state->bundles.count && check->is_good; i++) {
    const fg_bundle_order *order = &check->state->bundles.items[i];
    fg_require(check, fg_is_id(order->id) && order->bundle < check->account->book->bundle_count &&
                          fg_has_passed(check, order->bought));
  }
}

/* Checks all lots. Grants stand in the order of the regimes that may draw on them first, because a search for these
   walks the list. */
void fg_snapshot_check_lots(fg_state_check *check) {
  const fg_state *state = check->state;
  for (uint32_t i = 0; i < state->lots.count && check->is_good; i++) {
    check_lot(check, i);
  }
  for (uint32_t i = 0; i < state->recurring.count && check->is_good; i++) {
    check_lot_order(check, i);
  }
  check_bundles(check);
  for (uint32_t group = 0; group < check->account->book->group_count && check->is_good; group++) {
    uint64_t regime = 0;
    for (uint32_t i = 0; i < state->lots.count; i++) {
      const fg_lot *lot = &state->lots.items[i];
      bool is_its = fg_owner_is_of_group(check, lot->owner, group);
      fg_require(check, !is_its || lot->regime >= regime);
      regime = is_its ? lot->regime : regime;
    }
  }
}

void fg_snapshot_check_capacity_orders(fg_state_check *check) {
  uint32_t count = check->account->book->capacity_count;
  for (uint32_t place = 0; place < fg_max_i64(count, 1); place++) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < check->state->capacity.count && check->is_good; i++) {
      const fg_capacity_order *order = &check->state->capacity.items[i];
      fg_require(check, order->place < count);
      fg_require(check, fg_is_id(order->id) && order->quantity > 0 && order->price >= 0);
      fg_require(check,
                 fg_time_is_civil(order->from) && fg_is_end(order->from, order->until) && order->until != FG_NEVER);
      fg_require_count(check, order->place == place ? order->quantity : 0, &sum);
    }
  }
}

void fg_snapshot_check_amendments(fg_state_check *check) {
  for (uint32_t i = 0; i < check->state->amendments.count && check->is_good; i++) {
    const fg_amendment *amendment = &check->state->amendments.items[i];
    fg_require(check, amendment->product < check->account->book->product_count &&
                          amendment->grant < fg_checked_product(check, amendment->product)->grant_count);
    fg_require(check, fg_is_date(amendment->announced) && fg_is_date(amendment->effective) && amendment->quantity >= 0);
  }
}

fg_status fg_snapshot_check_issues(fg_state_check *check) {
  const fg_account *account = check->account;
  const fg_state *state = check->state;
  const size_t size = account->offer_count * sizeof *state->issued;
  fg_month *issued = fg_allocate(&account->allocator, size);
  if (issued == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    if (lot->source == FG_SOURCE_FREE) {
      issued[fg_offer_slot(account->book, lot->owner, lot->offer)] = fg_account_month(account, lot->issued);
    }
  }
  for (uint32_t slot = 0; slot < account->offer_count; slot++) {
    FG_FOLLOWS(check, state->issued[slot], issued[slot]);
  }
  fg_release(&account->allocator, issued, size);
  return FG_OK;
}
