/* Checks that each pack and each capacity of a snapshot came from an order of its own, and that the payment is
   right. */
#include "snapshot_check.h"

#include "../rules/deduction.h"
#include "../state/command.h"
#include "../state/record.h"

static fg_past_command *order_of(const fg_state_check *check, fg_string id) {
  fg_key key = fg_key_of(id, check->ids->seed);
  fg_entry entry = fg_ids_find(check->ids, &key);
  return entry.bytes == NULL ? NULL : (fg_past_command *)(uintptr_t)fg_record_command(check->history, entry.bytes);
}

/* Checks that an order took at least 0 from each fund, and that these parts are its amount. */
static void check_payment(fg_state_check *check, fg_ordered *answer) {
  fg_amount sum = 0;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(answer->paid.of[fund]);
    fg_require(check, fg_is_paid(part) && fg_amount_add(sum, part, &sum));
  }
  if (check->is_told) {
    fg_require(check, sum == fg_amount_of(answer->amount));
  } else {
    answer->amount = fg_money_of(sum);
  }
}

/* Matches orders with what they brought. met[i] is the place, counted from 1, of the last pack, capacity or bundle that
   order i brought, in its list; 0: none was found yet. */
typedef struct order_check {
  fg_state_check *check;
  uint32_t *met;
  fg_spent *spent;
  uint32_t count; ///< orders that have brought something
} order_check;

static uint32_t *met_of(const order_check *of, const fg_past_command *order) {
  return &of->met[order - of->check->history->commands.items];
}

/* Checks the order that something came from. An order brings only one thing, unless it is of a bundle. */
static void check_order(order_check *of, fg_string id, fg_command_kind kind, const fg_ordered *bought, fg_amount *spent,
                        uint32_t place) {
  fg_state_check *check = of->check;
  fg_past_command *order = order_of(check, id);
  fg_require(check, order != NULL && order->kind == kind && *met_of(of, order) == 0);
  if (!check->is_good) {
    return;
  }
  fg_ordered *answer = &order->answer.is.order;
  FG_FOLLOWS(check, answer->units, bought->units);
  answer->fraction = bought->fraction; /* no format tells it */
  FG_FOLLOWS(check, answer->from, bought->from);
  FG_FOLLOWS(check, answer->until, bought->until);
  check_payment(check, answer);
  fg_amount amount = fg_amount_of(answer->amount);
  fg_require(check, kind == FG_DO_GIVE_PACK ? amount == 0 : fg_spend(of->spent, spent, amount));
  *met_of(of, order) = place + 1;
  of->count++;
}

/* Checks a later lot of a pack: it follows a lot of the same pack that ends where it begins. */
static void check_later_lot(fg_state_check *check, uint32_t place) {
  const fg_lot *lot = &check->state->lots.items[place];
  const fg_lot *before = NULL;
  for (uint32_t i = place; i > 0 && before == NULL; i--) {
    const fg_lot *other = &check->state->lots.items[i - 1];
    bool is_one = other->source == lot->source && other->owner == lot->owner && other->offer == lot->offer &&
                  other->expires == lot->issued && fg_string_equal(other->id, lot->id);
    before = is_one ? other : NULL;
  }
  fg_require(check, before != NULL && before->bought == lot->bought && before->units == lot->units);
}

static void match_first_lot(order_check *of, uint32_t place, fg_command_kind kind) {
  fg_state_check *check = of->check;
  fg_lot *lot = &check->state->lots.items[place];
  const int64_t parts = fg_book_parts(check->account->book, lot->owner);
  const fg_ordered bought = {
      .units = lot->units / parts, .fraction = fg_fraction_of_parts(lot->units, parts), .until = lot->expires};
  fg_amount *spent = fg_lot_is_of_materials(check->account, lot) ? &of->spent->materials : &of->spent->packs;
  fg_require(check, kind == FG_DO_BUY_PACK || kind == FG_DO_GIVE_PACK);
  FG_FOLLOWS(check, lot->bought, lot->issued);
  check_order(of, lot->id, kind, &bought, spent, place);
}

/* Derives whether a pack was bought or given, and when. The first lot of its order, or its bundle, says so. */
static void match_pack(order_check *of, uint32_t place) {
  fg_state_check *check = of->check;
  const fg_state *state = check->state;
  fg_lot *lot = &state->lots.items[place];
  const fg_past_command *order = order_of(check, lot->id);
  fg_require(check, order != NULL);
  if (!check->is_good) {
    return;
  }
  uint32_t met = *met_of(of, order);
  bool is_bundled = order->kind == FG_DO_BUY_BUNDLE;
  if (is_bundled && met == 0) {
    check->is_good = false;
    return;
  }
  FG_FOLLOWS(check, lot->source, order->kind == FG_DO_GIVE_PACK ? FG_SOURCE_GIVEN : FG_SOURCE_PAID);
  fg_require(check, !lot->refunded || lot->source == FG_SOURCE_PAID);
  if (!is_bundled && met == 0) {
    match_first_lot(of, place, order->kind);
    return;
  }
  FG_FOLLOWS(check, lot->bought, is_bundled ? state->bundles.items[met - 1].bought : state->lots.items[met - 1].bought);
  fg_require(check, !is_bundled || lot->refunded == state->bundles.items[met - 1].refunded);
  if (!is_bundled || lot->issued != lot->bought) {
    check_later_lot(check, place);
  }
}

static void match_bundles(order_check *of) {
  static const fg_ordered no_answer = {.units = 0};
  const fg_state *state = of->check->state;
  for (uint32_t i = 0; i < state->bundles.count && of->check->is_good; i++) {
    check_order(of, state->bundles.items[i].id, FG_DO_BUY_BUNDLE, &no_answer, &of->spent->packs, i);
  }
}

/* Adds what changes of an order have cost to what was spent on capacity. */
static void add_changes(order_check *of, const fg_capacity_order *order) {
  fg_amount amount = 0;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_require(of->check, fg_amount_fits(order->changed[fund]) && fg_amount_add(amount, order->changed[fund], &amount));
  }
  fg_require(of->check, fg_spend(of->spent, &of->spent->capacity, amount));
}

static void match_capacity(order_check *of, uint32_t place) {
  fg_state_check *check = of->check;
  const fg_capacity_order *order = &check->state->capacity.items[place];
  const fg_past_command *bought = order_of(check, order->id);
  if (bought != NULL && bought->kind == FG_DO_BUY_BUNDLE) {
    uint32_t met = *met_of(of, bought);
    fg_require(check, met > 0 && order->refunded == check->state->bundles.items[met - 1].refunded);
  } else {
    const fg_ordered answer = {.from = order->from, .until = order->until};
    check_order(of, order->id, FG_DO_BUY_CAPACITY, &answer, &of->spent->capacity, place);
  }
  add_changes(of, order);
}

/* Matches each order with what it brought, because a refund looks up the payment by the id of what was bought. */
static void match_orders(order_check *of) {
  fg_state_check *check = of->check;
  const fg_state *state = check->state;
  match_bundles(of);
  for (uint32_t i = 0; i < state->lots.count && check->is_good; i++) {
    fg_lot *lot = &state->lots.items[i];
    if (lot->source != FG_SOURCE_FREE) {
      match_pack(of, i);
    } else {
      FG_FOLLOWS(check, lot->bought, lot->issued);
      fg_require(check, !lot->refunded);
    }
  }
  for (uint32_t i = 0; i < state->capacity.count && check->is_good; i++) {
    match_capacity(of, i);
  }
  fg_require(check, of->count == check->history->commands.count);
  FG_FOLLOWS(check, check->state->orders, of->count);
}

fg_status fg_snapshot_check_orders(fg_state_check *check, fg_spent *spent) {
  const fg_allocator *allocator = &check->account->allocator;
  /* One more, because there may be no orders and an allocation of 0 bytes may fail. */
  size_t size = (check->history->commands.count + 1) * sizeof(uint32_t);
  uint32_t *met = fg_allocate(allocator, size);
  if (met == NULL) {
    return FG_NO_MEMORY;
  }
  match_orders(&(order_check){check, met, spent, 0});
  fg_release(allocator, met, size);
  return FG_OK;
}
