/* Bytes with a right checksum may still be no state, and then some later command would read what is not there, or count
   what was never used. Every condition here is one that all commands keep. */
#include "snapshot.h"

#include "../book/attributes.h"
#include "../state/attribute_list.h"
#include "../book/terms.h"
#include "../rules/capacity.h"
#include "../rules/cells.h"
#include "../rules/due.h"
#include "../rules/grants.h"
#include "../rules/holds.h"
#include "../rules/limiter.h"
#include "../rules/undo.h"
#include "../rules/wallet.h"

typedef struct state_check {
  const fg_account *account;
  fg_state *state;
  const fg_history *history;
  bool is_good;
} state_check;

static void require(state_check *check, bool holds) { check->is_good = check->is_good && holds; }

static const fg_product *offered_of(const state_check *check, uint32_t product) {
  return &check->account->book->products[product];
}

static fg_product_group *group_checked(const state_check *check, uint32_t owner) {
  return &check->state->groups[fg_book_owner(check->account->book, owner)->group];
}

static bool is_of_group(const state_check *check, uint32_t owner, uint32_t group) {
  return fg_book_owner(check->account->book, owner)->group == group;
}

/* Nothing happens after now. */
static bool is_past(const state_check *check, fg_time time) {
  return fg_time_is_civil(time) && time <= check->state->now;
}

/* An end lies after the beginning, and at most at the end of the calendar. */
static bool is_end(fg_time begin, fg_time end) { return end > begin && (end == FG_NEVER || end <= FG_TIME_MAX); }

/* A number from which commands are counted on. It cannot reach its end by commands. */
static bool is_count(uint64_t number) { return number < INT64_MAX; }

static bool is_text(fg_string text) { return text.text != NULL && fg_string_is_text(text); }

static bool is_id(fg_string id) { return is_text(id) && id.length > 0; }

/* Adds a count, which must not be below 0, to a sum that must not overflow. */
static void add_count(state_check *check, int64_t count, int64_t *sum) {
  require(check, count >= 0 && fg_add_i64(*sum, count, sum));
}

/* ------------------------------------------------------------------------------------------------- money and time */

static bool is_paid(fg_amount amount) { return amount >= 0; }

static void check_money(state_check *check) {
  const fg_wallet *wallet = &check->state->wallet;
  const fg_spent *spent = &check->state->spent;
  const fg_caps *caps = &check->state->caps;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    require(check, fund == FG_CASH || is_paid(wallet->of[fund])); /* R34: cash alone may be below zero */
    require(check, wallet->limited || wallet->of[fund] == 0);
  }
  require(check, fg_amount_fits(fg_wallet_balance(wallet)));
  require(check, is_paid(spent->packs) && is_paid(spent->materials) && is_paid(spent->capacity) &&
                     is_paid(spent->postpaid) && is_paid(spent->refunded));
  require(check, spent->gross == spent->packs + spent->materials + spent->capacity + spent->postpaid);
  require(check, is_paid(caps->day) && is_paid(caps->month));
}

/* Whether the state is that of an account that has seen no instant. */
static bool is_untouched(const state_check *check) {
  const fg_state *state = check->state;
  bool is_empty = state->month == 0 && state->settled == 0 && state->arrears_since == FG_NO_TIME && !state->suspended &&
                  !state->violation && state->orders == 0 && state->calls == 0 && state->grants.count == 0 &&
                  state->capacity.count == 0 && state->amendments.count == 0 && state->holds.count == 0 &&
                  state->adjustments.count == 0 && check->history->commands.count == 0 &&
                  check->history->invoices.count == 0;
  for (uint32_t product = 0; product < check->account->book->product_count && is_empty; product++) {
    const fg_service *service = &state->services[product];
    is_empty = !service->open && !service->was_open && service->materials_held == 0 && service->buckets.count == 0;
  }
  for (uint32_t group = 0; group < check->account->book->group_count && is_empty; group++) {
    is_empty = state->groups[group].regimes.count == 0 && state->groups[group].parts.count == 0;
  }
  for (uint32_t i = 0; i < check->account->book->window_count && is_empty; i++) {
    is_empty = state->windows[i].admissions.count == 0 && state->windows[i].units == 0;
  }
  return is_empty;
}

/* The month before may still wait for its settlement, none before that. */
static void check_calendar(state_check *check) {
  const fg_state *state = check->state;
  require(check, fg_time_is_civil(state->now));
  if (!check->is_good) {
    return;
  }
  require(check, state->month == fg_month_of(fg_account_date(check->account, state->now)));
  bool waits = check->is_good && state->settled == state->month - 2 &&
               fg_settlement_time(check->account->book, &check->account->policy, state->month - 1) > state->now;
  require(check, state->settled == state->month - 1 || waits);
  require(check, state->arrears_since == FG_NO_TIME || (is_past(check, state->arrears_since) && state->wallet.limited));
  require(check, !state->suspended || state->arrears_since != FG_NO_TIME);
}

/* ---------------------------------------------------------------------------------------------- grants and orders */

static bool is_offered(const state_check *check, const fg_grant *grant) {
  if (grant->owner >= fg_book_owner_count(check->account->book) || grant->source > FG_SOURCE_GIVEN) {
    return false;
  }
  const fg_product *owner = fg_book_owner(check->account->book, grant->owner);
  return grant->offer < (grant->source == FG_SOURCE_FREE ? owner->grant_count : owner->pack_count);
}

/* What rolled over came from an earlier issue of the same grant. */
static void check_rollover(state_check *check, uint32_t place) {
  const fg_grant *grant = &check->state->grants.items[place];
  const fg_grant *before = grant->rolls_from == 0 ? NULL : &check->state->grants.items[grant->rolls_from - 1];
  require(check, grant->rolls_from <= place && grant->rolled >= 0 && grant->rolled <= grant->units);
  if (check->is_good && before != NULL) {
    require(check, grant->source == FG_SOURCE_FREE && before->source == FG_SOURCE_FREE &&
                       before->owner == grant->owner && before->offer == grant->offer &&
                       before->expires <= grant->issued && grant->rolled <= before->units - before->left);
  }
  require(check, before != NULL || grant->rolled == 0);
}

static void check_grant(state_check *check, uint32_t place) {
  const fg_grant *grant = &check->state->grants.items[place];
  require(check, is_offered(check, grant));
  if (!check->is_good) {
    return;
  }
  const fg_product_group *group = group_checked(check, grant->owner);
  check_rollover(check, place);
  require(check, is_id(grant->id) && grant->units >= 0 && grant->left >= 0 && grant->left <= grant->units);
  require(check, is_past(check, grant->issued) && is_end(grant->issued, grant->expires));
  require(check, place == 0 || grant->issued >= grant[-1].issued);
  require(check, !grant->refunded || (grant->source == FG_SOURCE_PAID && grant->left == 0));
  require(check, grant->regime <= group->regime + 1);
  require(check, !fg_grant_is_of_materials(check->account, grant) || grant->refunded ||
                     (grant->left == grant->units && grant->given_back == 0));
}

/* Grants stand in the order of the regimes that may draw on them first, because a search for these walks the list. */
static void check_grants(state_check *check) {
  const fg_state *state = check->state;
  for (uint32_t i = 0; i < state->grants.count && check->is_good; i++) {
    check_grant(check, i);
  }
  for (uint32_t group = 0; group < check->account->book->group_count && check->is_good; group++) {
    uint64_t regime = 0;
    for (uint32_t i = 0; i < state->grants.count; i++) {
      const fg_grant *grant = &state->grants.items[i];
      bool is_its = is_of_group(check, grant->owner, group);
      require(check, !is_its || grant->regime >= regime);
      regime = is_its ? grant->regime : regime;
    }
  }
}

static void check_capacity_orders(state_check *check) {
  uint32_t count = check->account->book->capacity_count;
  for (uint32_t place = 0; place < fg_max_i64(count, 1); place++) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < check->state->capacity.count && check->is_good; i++) {
      const fg_capacity_order *order = &check->state->capacity.items[i];
      require(check, order->place < count);
      require(check, is_id(order->id) && order->quantity > 0 && order->price >= 0);
      require(check, fg_time_is_civil(order->from) && is_end(order->from, order->until) && order->until != FG_NEVER);
      add_count(check, order->place == place ? order->quantity : 0, &sum);
    }
  }
}

static const fg_past_command *order_of(const state_check *check, fg_string id) {
  fg_key key = fg_key_of(id, check->history->seed);
  fg_entry entry = fg_history_find(check->history, &key);
  return entry.bytes == NULL ? NULL : fg_record_command(entry);
}

static void check_payment(state_check *check, const fg_ordered *answer) {
  fg_amount sum = 0;
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(answer->paid.of[fund]);
    require(check, is_paid(part) && fg_amount_add(sum, part, &sum));
  }
  require(check, sum == fg_amount_of(answer->amount));
}

/* The order that something came from; each may bring one thing alone. */
static void check_order(state_check *check, fg_string id, fg_command_kind kind, bool *is_taken,
                        const fg_ordered *bought) {
  const fg_past_command *order = order_of(check, id);
  require(check, order != NULL && order->kind == kind);
  if (!check->is_good) {
    return;
  }
  const fg_ordered *answer = &order->answer.is.order;
  bool *taken = &is_taken[order - check->history->commands.items];
  require(check,
          !*taken && answer->units == bought->units && answer->from == bought->from && answer->until == bought->until);
  *taken = true;
  check_payment(check, answer);
}

/* A refund finds what was paid by the id of what was bought. */
static void match_orders(state_check *check, bool *is_taken) {
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
  require(check, count == check->history->commands.count && count == state->orders);
}

static fg_status check_orders(state_check *check) {
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

static bool is_date(fg_date date) { return date >= 0 && date <= fg_date_of(9999, 12, 31); }

static void check_amendments(state_check *check) {
  for (uint32_t i = 0; i < check->state->amendments.count && check->is_good; i++) {
    const fg_amendment *amendment = &check->state->amendments.items[i];
    require(check, amendment->product < check->account->book->product_count &&
                       amendment->grant < offered_of(check, amendment->product)->grant_count);
    require(check, is_date(amendment->announced) && is_date(amendment->effective) && amendment->quantity >= 0);
  }
  for (uint32_t slot = 0; slot < check->account->offer_count; slot++) {
    require(check, check->state->issued[slot] >= 0 && check->state->issued[slot] <= check->state->month);
  }
}

/* Of a month after `after`, up to `last`. */
static bool is_adjustment(const state_check *check, const fg_adjustment *adjustment, fg_month after, fg_month last) {
  if (!is_past(check, adjustment->at)) {
    return false;
  }
  fg_month month = fg_month_of(fg_account_date(check->account, adjustment->at));
  return month > after && month <= last && adjustment->units != 0 && adjustment->units >= -INT64_MAX &&
         is_text(adjustment->reason) && adjustment->product < check->account->book->product_count;
}

static void check_adjustments(state_check *check) {
  const fg_state *state = check->state;
  for (uint32_t i = 0; i < state->adjustments.count && check->is_good; i++) {
    const fg_adjustment *adjustment = &state->adjustments.items[i];
    require(check, is_adjustment(check, adjustment, state->settled, state->month));
    require(check, i == 0 || adjustment->at >= adjustment[-1].at);
  }
}

/* ------------------------------------------------------------------------------------------------------- services */

static void check_account_attributes(state_check *check) {
  const fg_attributes attributes = fg_state_attributes(check->state);
  require(check, fg_attributes_check_form(&attributes, NULL) == FG_OK &&
                     fg_attributes_check(check->account->book, attributes, true, NULL) == FG_OK);
}

static void check_materials(state_check *check, uint32_t product) {
  fg_service *service = &check->state->services[product];
  const fg_materials_offer *materials = offered_of(check, product)->materials;
  int64_t limit = service->was_open && materials != NULL ? materials->free : 0;
  for (uint32_t i = 0; i < check->state->grants.count; i++) {
    const fg_grant *grant = &check->state->grants.items[i];
    bool counts = grant->owner == product && !grant->refunded && fg_grant_is_of_materials(check->account, grant);
    add_count(check, counts ? grant->units : 0, &limit);
  }
  service->materials_limit = limit;
  require(check, service->materials_held >= 0 && service->materials_held <= limit);
}

static fg_month month_of(const state_check *check, fg_time at) { return fg_account_month(check->account, at); }

/* Whether a period of the product's tiers that is not settled begins then. */
static bool is_period(const state_check *check, const fg_product *offered, fg_time begin) {
  fg_date date = fg_account_date(check->account, begin);
  return fg_month_of(date) > check->state->settled &&
         begin == fg_account_begin(check->account, fg_period_begin(offered, date));
}

static bool is_bucket_before(const fg_bucket *a, const fg_bucket *b) {
  return a->begin < b->begin || (a->begin == b->begin && fg_cell_compare(a->cell, b->cell) < 0);
}

/* Units by tier, of a cell that is kept so, are all of its postpaid ones. */
static void check_slices(state_check *check, uint32_t product, fg_cell cell, const fg_slices *slices, uint32_t first,
                         int64_t postpaid) {
  int64_t sum = 0;
  if (!check->is_good || !fg_cell_is_sliced(check->account, product, cell)) {
    return;
  }
  for (uint32_t i = 0; i < fg_cell_schedule(check->account, product, cell)->tier_count; i++) {
    add_count(check, slices->items[first + i], &sum);
  }
  require(check, sum == postpaid);
}

/* A bucket for each period that is not settled, oldest first; the last is the current one. */
static void check_buckets(state_check *check, uint32_t product) {
  const fg_state *state = check->state;
  fg_service *service = &check->state->services[product];
  const fg_product *offered = offered_of(check, product);
  fg_time current = fg_account_begin(check->account,
                                     fg_period_begin(offered, fg_account_date(check->account, state->now)));
  int64_t total = 0;
  require(check, service->buckets.count > 0);
  for (uint32_t i = 0; i < service->buckets.count && check->is_good; i++) {
    const fg_bucket *bucket = &service->buckets.items[i];
    int64_t sum = 0;
    require(check, is_past(check, bucket->begin) && (i == 0 || is_bucket_before(&bucket[-1], bucket)));
    require(check, check->is_good && is_period(check, offered, bucket->begin));
    add_count(check, bucket->usage.free, &sum);
    add_count(check, bucket->usage.packs, &sum);
    add_count(check, bucket->usage.postpaid, &sum);
    add_count(check, bucket->usage.unbilled, &sum);
    require(check, bucket->counted >= 0 && bucket->counted <= bucket->usage.unbilled);
    check_slices(check, product, bucket->cell, &service->slices, bucket->slices, bucket->usage.postpaid);
    add_count(check, check->is_good && month_of(check, bucket->begin) == state->month ? sum : 0, &total);
  }
  uint32_t count = service->buckets.count;
  const fg_bucket *last = count == 0 ? NULL : &service->buckets.items[count - 1];
  require(check, check->is_good && last != NULL && last->begin == current &&
                     last->cell.edition == fg_edition_in_force(check->account));
  service->month_total = total;
}

/* The latest that units let through now leave a window. */
static fg_time window_end(const fg_limit *limit, fg_time now) {
  fg_time length = limit->length;
  return now + length + (limit->in_cells ? length / FG_WINDOW_CELLS + 1 : 0);
}

static void check_bucket(state_check *check, const fg_limit *limit, const fg_window *window) {
  require(check, window->admissions.count <= 1 && window->first == 0 && window->units >= 0);
  if (check->is_good && window->admissions.count == 1) {
    const fg_admission *then = &window->admissions.items[0];
    require(check, is_past(check, then->leaves) && then->units >= 0 && then->units < limit->length);
  } else {
    require(check, window->units == 0);
  }
}

/* The window has the oldest admission first, and none stays longer than its length. */
static void check_admissions(state_check *check, const fg_limit *limit, fg_window *window) {
  require(check, window->first <= window->admissions.count);
  require(check, limit->seconds > 0 || window->admissions.count == 0);
  window->units = 0;
  for (uint32_t i = window->first; i < window->admissions.count && check->is_good; i++) {
    const fg_admission *admission = &window->admissions.items[i];
    require(check, admission->units > 0 && admission->leaves > FG_TIME_MIN &&
                       admission->leaves <= window_end(limit, check->state->now));
    require(check, i == window->first || admission->leaves > admission[-1].leaves);
    add_count(check, admission->units, &window->units);
  }
}

static void check_switch(state_check *check, uint32_t choice) {
  const fg_switch_pending *pending = &check->state->switches[choice];
  const fg_book *book = check->account->book;
  bool is_one = pending->at == FG_NO_TIME ||
                (pending->at > check->state->now && fg_time_is_civil(pending->at) &&
                 pending->product < book->product_count &&
                 fg_names_have(&book->choices[choice].products, book->products[pending->product].id));
  require(check, is_one);
}

static void check_window(state_check *check, uint32_t place) {
  const fg_limit *limit = check->account->book->windows[place];
  fg_window *window = &check->state->windows[place];
  if (fg_limit_kind_of(limit, &check->account->policy) == FG_LIMIT_BUCKET) {
    check_bucket(check, limit, window);
  } else {
    check_admissions(check, limit, window);
  }
}

static void check_service(state_check *check, uint32_t product) {
  const fg_service *service = &check->state->services[product];
  const fg_product *offered = offered_of(check, product);
  require(check, !service->open || service->was_open);
  require(check, !service->was_open || is_past(check, service->opened));
  require(check, service->mode <= offered->capacity_count);
  require(check, service->mode == 0 || !check->is_good ||
                     check->account->book->capacities[offered->first_capacity + service->mode - 1].offer->mode ==
                         FG_CAPACITY_MANUAL);
  check_materials(check, product);
  check_buckets(check, product);
}

/* ---------------------------------------------------------------------------------------------------------- calls */

static const fg_regime *regime_of(const fg_product_group *group, uint64_t number) {
  bool is_there = number <= group->regime && group->regime - number < group->regimes.count;
  return is_there ? &group->regimes.items[group->regimes.count - 1 - (group->regime - number)] : NULL;
}

/* Checks the period and the regime in which the units of a call were counted and drawn. */
static void check_place(state_check *check, const fg_hold *hold) {
  const fg_service *service = &check->state->services[hold->product];
  fg_product_group *group = group_checked(check, hold->product);
  fg_date day = fg_account_date(check->account, hold->since);
  fg_date begin = fg_period_begin(offered_of(check, hold->product), day);
  const fg_bucket *bucket = fg_state_bucket(service, hold->begin, hold->cell);
  const fg_regime *regime = regime_of(group, hold->regime);
  require(check, hold->begin == fg_account_begin(check->account, begin));
  require(check, (bucket != NULL) == (fg_month_of(day) > check->state->settled));
  if (bucket == NULL) {
    require(check, hold->regime == 0);
    return;
  }
  require(check, hold->regime != 0 && regime != NULL && regime->kind == FG_REGIME_DRAWS &&
                     regime->product == hold->product && regime->begin == hold->begin &&
                     fg_cell_compare(regime->cell, hold->cell) == 0 && regime->at <= hold->since);
  group->undoable++;
}

/* Whether the book says of what it was told to have ended in that it is not known to be billed (R36). */
static bool is_unknown(const state_check *check, const fg_hold *hold) {
  fg_kept_ending ending = fg_record_ending(hold->entry);
  return ending.call.attempt == hold->attempt &&
         fg_outcome_billable(offered_of(check, hold->product), ending.outcome) == FG_BILLABLE_UNKNOWN;
}

/* Counts a call where tasks at once are; false if no limit of its product does. */
static bool take_slots(state_check *check, uint32_t product) {
  const fg_product *offered = offered_of(check, product);
  bool any = false;
  for (uint32_t i = 0; i < offered->asked_count; i++) {
    bool is_of_slots = check->account->book->windows[offered->asked[i]]->seconds == 0;
    check->state->windows[offered->asked[i]].units += is_of_slots;
    any = any || is_of_slots;
  }
  return any;
}

static void check_hold(state_check *check, uint32_t place) {
  const fg_state *state = check->state;
  const fg_hold *hold = &state->holds.items[place];
  fg_kept_call call = fg_record_call(hold->entry);
  require(check, hold->product < check->account->book->product_count && call.product == hold->product &&
                     call.units == hold->units && hold->kind < FG_USAGE_KINDS);
  require(check, check->is_good && fg_cell_exists(check->account, hold->product, hold->cell));
  require(check, is_past(check, hold->since) && hold->deadline == fg_hold_deadline(hold->since, call.timeout_ms));
  require(check, hold->attempt > 0 && hold->attempt <= state->calls);
  require(check, place == 0 || (hold->attempt > hold[-1].attempt && hold->since >= hold[-1].since));
  if (!check->is_good) {
    return;
  }
  require(check, !hold->unknown || (!hold->slot && is_unknown(check, hold)));
  require(check, !hold->slot || take_slots(check, hold->product));
  check_place(check, hold);
}

static void check_holds(state_check *check) {
  require(check, is_count(check->state->calls));
  for (uint32_t group = 0; group < check->account->book->group_count; group++) {
    check->state->groups[group].undoable = 0;
  }
  for (uint32_t i = 0; i < check->state->holds.count && check->is_good; i++) {
    check_hold(check, i);
  }
}

/* -------------------------------------------------------------------------------------------------------- regimes */

/* The regimes of a group are taken back one by one from the last, and what they leave must be possible each time. */
typedef struct product_bucket {
  uint32_t product;
  fg_bucket bucket;
} product_bucket;

typedef struct regime_check {
  state_check *check;
  const fg_product_group *group;
  uint32_t number; ///< of the group
  int64_t *left;   ///< of each grant, before the regimes taken back so far
  FG_ARRAY(product_bucket) buckets;
} regime_check;

static void check_part(regime_check *of, const fg_regime *regime, uint64_t number, const fg_taken *part) {
  state_check *check = of->check;
  require(check, part->units > 0 && part->grant < check->state->grants.count);
  if (!check->is_good) {
    return;
  }
  const fg_grant *grant = &check->state->grants.items[part->grant];
  bool puts_back = regime->kind == FG_REGIME_TAKES_OFF;
  require(check, is_of_group(check, grant->owner, of->number) && !grant->refunded && grant->expires > regime->at &&
                     grant->regime <= number && !fg_grant_is_of_materials(check->account, grant));
  int64_t parts = 0;
  require(check, part->weight > 0 && fg_book_weight(check->account->book, grant->owner, regime->product) > 0 &&
                     fg_multiply_i64(puts_back ? -part->units : part->units, part->weight, &parts) &&
                     fg_add_i64(of->left[part->grant], parts, &of->left[part->grant]));
  require(check, of->left[part->grant] >= 0 && of->left[part->grant] <= grant->units);
}

/* The parts of a regime add up to what it drew. Units taken off that no grant could take back have no part. */
static void check_parts(regime_check *of, const fg_regime *regime, uint64_t number, uint32_t end) {
  state_check *check = of->check;
  int64_t free = 0;
  int64_t packs = 0;
  for (uint32_t i = regime->first; i < end && check->is_good; i++) {
    const fg_taken *part = &of->group->parts.items[i];
    check_part(of, regime, number, part);
    if (check->is_good) {
      bool is_free = check->state->grants.items[part->grant].source == FG_SOURCE_FREE;
      add_count(check, part->units, is_free ? &free : &packs);
    }
  }
  switch ((fg_regime_kind)regime->kind) {
  case FG_REGIME_DRAWS: require(check, free == regime->usage.free && packs == regime->usage.packs); return;
  case FG_REGIME_TAKES_OFF: require(check, free <= regime->usage.free && packs <= regime->usage.packs); return;
  case FG_REGIME_COVERS: require(check, free == 0); return;
  case FG_REGIME_KINDS: break;
  }
  require(check, false);
}

static fg_bucket *bucket_before(regime_check *of, const fg_regime *regime) {
  for (uint32_t i = 0; i < of->buckets.count; i++) {
    product_bucket *each = &of->buckets.items[i];
    if (each->product == regime->product && each->bucket.begin == regime->begin &&
        fg_cell_compare(each->bucket.cell, regime->cell) == 0) {
      return &each->bucket;
    }
  }
  return NULL;
}

/* Adds to a count that must not fall below 0. */
static void take_back(state_check *check, int64_t units, int64_t *sum) {
  require(check, fg_add_i64(*sum, units, sum) && *sum >= 0);
}

static int64_t sum_of(state_check *check, const fg_usage *usage, bool with_unbilled) {
  int64_t sum = 0;
  add_count(check, usage->free, &sum);
  add_count(check, usage->packs, &sum);
  add_count(check, usage->postpaid, &sum);
  add_count(check, with_unbilled ? usage->unbilled : 0, &sum);
  return sum;
}

static void check_sums(regime_check *of, const fg_regime *regime) {
  state_check *check = of->check;
  const fg_usage *usage = &regime->usage;
  bool takes_off = regime->kind == FG_REGIME_TAKES_OFF;
  require(check, usage->unbilled >= 0 && regime->counted >= 0 && regime->counted <= usage->unbilled);
  int64_t sum = sum_of(check, usage, takes_off);
  if (regime->kind != FG_REGIME_COVERS) {
    check_slices(check, regime->product, regime->cell, &of->group->slices, regime->slices, usage->postpaid);
  }
  if (regime->kind == FG_REGIME_COVERS) {
    require(check, sum == 0 && usage->unbilled == 0);
    return;
  }
  fg_bucket *bucket = bucket_before(of, regime);
  require(check, bucket != NULL);
  if (!check->is_good) {
    return;
  }
  int sign = takes_off ? 1 : -1;
  take_back(check, sign * usage->free, &bucket->usage.free);
  take_back(check, sign * usage->packs, &bucket->usage.packs);
  take_back(check, sign * usage->postpaid, &bucket->usage.postpaid);
  take_back(check, sign * usage->unbilled, &bucket->usage.unbilled);
  take_back(check, sign * regime->counted, &bucket->counted);
  require(check, bucket->counted <= bucket->usage.unbilled);
}

/* Units in calls in flight of the regimes `from` … `to`: those of one kind, or all with FG_USAGE_KINDS. */
static int64_t held_in(const regime_check *of, const fg_regime *place, uint64_t from, uint64_t to, fg_usage_kind kind) {
  int64_t units = 0;
  for (uint32_t i = 0; i < of->check->state->holds.count; i++) {
    const fg_hold *hold = &of->check->state->holds.items[i];
    bool is_one = hold->product == place->product && hold->begin == place->begin &&
                  fg_cell_compare(hold->cell, place->cell) == 0 && hold->regime >= from && hold->regime <= to;
    add_count(of->check, is_one && (kind == FG_USAGE_KINDS || hold->kind == kind) ? hold->units : 0, &units);
  }
  return units;
}

/* Calls in flight can still be undone, so no more may have been taken off than was used besides them. */
static void check_calls_of(regime_check *of, const fg_regime *regime, uint64_t number) {
  state_check *check = of->check;
  if (regime->kind == FG_REGIME_DRAWS) {
    int64_t counted = held_in(of, regime, number, number, FG_USAGE_COUNTED);
    int64_t plain = held_in(of, regime, number, number, FG_USAGE_UNBILLED);
    int64_t billed = held_in(of, regime, number, number, FG_USAGE_BILLED);
    require(check, billed <= sum_of(check, &regime->usage, false));
    require(check, counted <= regime->counted && plain <= regime->usage.unbilled - regime->counted);
  } else if (regime->kind == FG_REGIME_TAKES_OFF) {
    int64_t there = sum_of(check, &bucket_before(of, regime)->usage, true);
    int64_t off = sum_of(check, &regime->usage, true);
    require(check, held_in(of, regime, 1, number, FG_USAGE_KINDS) <= there - off);
  }
}

static void check_regime(regime_check *of, uint32_t place) {
  const fg_product_group *group = of->group;
  const fg_regime *regime = &group->regimes.items[place];
  uint64_t number = group->regime - (group->regimes.count - 1 - place);
  uint32_t end = place + 1 < group->regimes.count ? regime[1].first : group->parts.count;
  state_check *check = of->check;
  require(check, regime->kind < FG_REGIME_KINDS && regime->first <= end);
  require(check,
          regime->product < check->account->book->product_count && is_of_group(check, regime->product, of->number));
  require(check, is_past(check, regime->at) && (place == 0 || regime->at >= regime[-1].at));
  require(check, place > 0 || regime->first == 0);
  if (check->is_good) {
    check_parts(of, regime, number, end);
    check_sums(of, regime);
  }
  if (check->is_good) {
    check_calls_of(of, regime, number);
  }
}

static fg_status copy_buckets(regime_check *of, uint32_t product) {
  const fg_service *service = &of->check->state->services[product];
  FG_TRY(FG_ARRAY_RESERVE(&of->check->account->allocator, &of->buckets, service->buckets.count));
  for (uint32_t i = 0; i < service->buckets.count; i++) {
    of->buckets.items[of->buckets.count++] = (product_bucket){product, service->buckets.items[i]};
  }
  return FG_OK;
}

static fg_status check_regimes_of(regime_check *of) {
  state_check *check = of->check;
  const fg_allocator *allocator = &check->account->allocator;
  const fg_state *state = check->state;
  for (uint32_t product = 0; product < check->account->book->product_count; product++) {
    if (is_of_group(check, product, of->number)) {
      FG_TRY(copy_buckets(of, product));
    }
  }
  of->left = fg_allocate(allocator, (state->grants.count + 1) * sizeof *of->left); /* there may be none */
  if (of->left == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < state->grants.count; i++) {
    of->left[i] = state->grants.items[i].left;
  }
  for (uint32_t place = of->group->regimes.count; place > 0 && check->is_good; place--) {
    check_regime(of, place - 1);
  }
  return FG_OK;
}

static fg_status check_regimes(state_check *check, uint32_t number) {
  const fg_allocator *allocator = &check->account->allocator;
  const fg_product_group *group = &check->state->groups[number];
  regime_check of = {.check = check, .group = group, .number = number};
  require(check, group->regimes.count <= group->regime && is_count(group->regime));
  require(check, (group->regimes.count > 0) == (group->undoable > 0));
  require(check, group->parts.count == 0 || group->regimes.count > 0);
  if (!check->is_good || group->regimes.count == 0) {
    return FG_OK;
  }
  fg_status status = check_regimes_of(&of);
  FG_ARRAY_RELEASE(allocator, &of.buckets);
  fg_release(allocator, of.left, (check->state->grants.count + 1) * sizeof *of.left);
  return status;
}

/* ------------------------------------------------------------------------------------------------------- invoices */

static void check_invoice_part(state_check *check, const fg_invoice_line *line, const fg_invoice_part *part) {
  fg_int128 product = 0;
  require(check, fg_cell_exists(check->account, line->product, part->cell) && is_past(check, part->begin));
  require(check, part->units >= 0 && part->tier >= 0 && part->unit_price >= 0 && part->fee >= 0);
  require(check, fg_multiply_i128(part->unit_price, part->units, &product));
}

static void check_line(state_check *check, const fg_invoice *invoice, const fg_invoice_line *line, fg_amount *total) {
  int64_t sum = 0;
  require(check, line->product < check->account->book->product_count);
  require(check, line->day == FG_NO_DATE || (is_date(line->day) && fg_month_of(line->day) == invoice->month));
  add_count(check, line->free, &sum);
  add_count(check, line->packs, &sum);
  require(check, check->is_good && sum <= line->total && line->unbilled >= 0 && line->tier_quantity >= 0);
  require(check, check->is_good && fg_cell_exists(check->account, line->product, line->cell));
  require(check, line->first_part <= invoice->part_count && line->part_count <= invoice->part_count - line->first_part);
  for (uint32_t i = 0; i < line->part_count && check->is_good; i++) {
    check_invoice_part(check, line, &invoice->parts[line->first_part + i]);
  }
  require(check, line->slice.units >= 0 && line->slice.tier >= 0); /* with blocks more units than there were */
  require(check, line->slice.unit_price >= 0 && line->slice.amount >= 0 && line->slice_count > 0);
  fg_int128 product = 0; /* an explanation multiplies them */
  require(check, fg_multiply_i128(line->slice.unit_price, line->slice.units, &product));
  require(check, fg_amount_add(*total, line->slice.amount, total));
}

static void check_invoice(state_check *check, const fg_invoice *invoice, fg_month after) {
  fg_amount total = 0;
  require(check, invoice->month > after && invoice->month <= check->state->settled && is_past(check, invoice->issued));
  require(check, invoice->line_count > 0 && invoice->limited == check->state->wallet.limited);
  for (uint32_t i = 0; i < invoice->line_count && check->is_good; i++) {
    check_line(check, invoice, &invoice->lines[i], &total);
  }
  require(check, invoice->total == total);
  for (uint32_t i = 0; i < invoice->adjustment_count && check->is_good; i++) {
    require(check, is_adjustment(check, &invoice->adjustments[i], invoice->month - 1, invoice->month));
  }
}

static void check_invoices(state_check *check) {
  const fg_history *history = check->history;
  for (uint32_t i = 0; i < history->invoices.count && check->is_good; i++) {
    check_invoice(check, &history->invoices.items[i], i == 0 ? 0 : history->invoices.items[i - 1].month);
  }
}

/* ----------------------------------------------------------------------------------------------------- everything */

static fg_status check_all(state_check *check) {
  uint32_t products = check->account->book->product_count;
  check_calendar(check);
  check_grants(check);
  check_capacity_orders(check);
  check_amendments(check);
  check_adjustments(check);
  check_account_attributes(check);
  for (uint32_t product = 0; product < products && check->is_good; product++) {
    check_service(check, product);
  }
  for (uint32_t i = 0; i < check->account->book->window_count && check->is_good; i++) {
    check_window(check, i);
  }
  for (uint32_t i = 0; i < check->account->book->choice_count && check->is_good; i++) {
    check_switch(check, i);
  }
  check_holds(check);
  check_invoices(check);
  FG_TRY(check->is_good ? check_orders(check) : FG_OK);
  for (uint32_t group = 0; group < check->account->book->group_count && check->is_good; group++) {
    FG_TRY(check_regimes(check, group));
  }
  return FG_OK;
}

/* Fills in the steps of capacity, which follow from the orders. */
static fg_status hold_capacity(const fg_account *account, fg_state *state) {
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    FG_TRY(order->refunded ? FG_OK : fg_capacity_hold(account, state, order));
  }
  return FG_OK;
}

static fg_status derive(const fg_account *account, fg_state *state) {
  FG_TRY(hold_capacity(account, state));
  fg_capacity_refresh(account, state, state->now);
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(fg_grants_arrange(account, state, product, state->now, UINT64_MAX, false));
  }
  fg_due_refresh(account, state);
  return FG_OK;
}

fg_status fg_snapshot_check(const fg_account *account, fg_state *state, const fg_history *history) {
  state_check check = {account, state, history, true};
  check_money(&check);
  if (state->now == FG_NO_TIME) {
    state->next_due = FG_NO_TIME;
    fg_limiter_refresh(account, state);
    return check.is_good && is_untouched(&check) ? FG_OK : FG_INVALID;
  }
  FG_TRY(check_all(&check));
  return check.is_good ? derive(account, state) : FG_INVALID;
}
