/* Lives a basket: a fresh account buys what is asked for at the beginning of each month, uses the quantities, and is
   settled. All of it by ordinary commands, because nothing is priced by a second way. */
#include "basket.h"

#include <stdio.h>

#include "../account/account_json.h"
#include "../book/explain.h"
#include "../base/clock.h"
#include "../book/terms.h"
#include "../rules/orders.h"
#include "packs_on_sale.h"

/* A product and the month that is lived. */
typedef struct living {
  fg_basket_life *life;
  fg_basket_item *item;
  const fg_product *product;
  uint32_t number; ///< of the product
  int month, day;  ///< from 0
  fg_time begin;   ///< of the month
  fg_error *error;
} living;

static fg_status apply_for(const living *now, const fg_command *command, fg_outcome *outcome, const char *step) {
  fg_status status = fg_account_apply(now->life->account, command, outcome, now->error);
  status = fg_basket_within(now->error, status, fg_string_of(step));
  return fg_basket_within(now->error, status, now->product->id);
}

static fg_command basket_command(const living *now, fg_command_kind kind) {
  fg_command command;
  fg_command_begin(&command, kind, now->begin);
  command.product = now->product->id;
  return command;
}

static fg_status note_basket_line(const living *now, fg_basket_line line, const char *explanation) {
  fg_basket_life *life = now->life;
  line.month = now->month;
  line.product = now->number;
  line.explanation = fg_string_copy(&life->arena, &life->allocator, fg_string_of(explanation));
  if (line.explanation.text == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(FG_ARRAY_RESERVE(&life->allocator, &life->lines, 1));
  life->lines.items[life->lines.count++] = line;
  return FG_OK;
}

static void write_count(int64_t units, char out[FG_GROUPED_MAX]) { fg_explain_amount(units * FG_UNIT, 0, out); }

/* ------------------------------------------------------------------------------------------------------ purchases */

/* Explains an order of packs, and says what one of them cost. */
static fg_status explain_packs(const living *now, const fg_pack_offer *offer, fg_basket_line *line,
                               char out[FG_EXPLANATION_MAX]) {
  int minor_digits = now->life->book->minor_digits;
  fg_price_input input;
  fg_price_result priced;
  char texts[3][FG_GROUPED_MAX];
  line->has_one_price = true;
  line->unit_price = offer->price;
  if (offer->by_number == NULL) {
    write_count(line->quantity, texts[0]);
    fg_explain_amount(offer->price, minor_digits, texts[1]);
    fg_explain_amount(line->amount, minor_digits, texts[2]);
    snprintf(out, FG_EXPLANATION_MAX, "%s × %s = %s", texts[0], texts[1], texts[2]);
    return FG_OK;
  }
  FG_TRY(fg_order_price_packs(now->life->book, offer, line->quantity, &input, &priced));
  const fg_explained explained = {.schedule = offer->by_number,
                                  .total = line->quantity,
                                  .tier_quantity = input.tier_quantity,
                                  .hours_of_month = input.hours_of_month,
                                  .periods = input.periods,
                                  .minor_digits = minor_digits};
  fg_explain_price(&explained, &priced, out);
  line->has_one_price = priced.slice_count == 1;
  line->unit_price = priced.slices[0].unit_price;
  line->tier = priced.slices[0].tier;
  return FG_OK;
}

static fg_status buy_basket_pack(const living *now, uint32_t pack, int64_t quantity) {
  const fg_pack_offer *offer = &now->product->packs[pack];
  fg_command command = basket_command(now, FG_DO_BUY_PACK);
  fg_outcome outcome;
  char explanation[FG_EXPLANATION_MAX];
  char step[FG_NAME_MAX + 8];
  command.pack = offer->id;
  command.quantity = quantity;
  snprintf(step, sizeof step, "packs.%.*s", (int)offer->id.length, offer->id.text);
  FG_TRY(apply_for(now, &command, &outcome, step));
  fg_basket_line line = {.kind = FG_BASKET_PACK, .pack = (int)pack, .quantity = quantity};
  line.units = outcome.is.order.units;
  line.amount = fg_amount_of(outcome.is.order.amount);
  FG_TRY(explain_packs(now, offer, &line, explanation));
  return note_basket_line(now, line, explanation);
}

/* Packs of places last, so they are bought with the first month's alone. */
static fg_status buy_packs_asked_for(const living *now) {
  for (uint32_t i = 0; i < now->product->pack_count; i++) {
    bool is_due = now->month == 0 || !now->product->packs[i].of_materials;
    if (is_due && now->item->packs[i] > 0) {
      FG_TRY(buy_basket_pack(now, i, now->item->packs[i]));
    }
  }
  return FG_OK;
}

static void explain_capacity(const living *now, const fg_command *command, const fg_schedule *schedule,
                             const fg_price_input *input, const fg_price_result *price, char out[FG_EXPLANATION_MAX]) {
  fg_explained explained = {.schedule = schedule,
                            .total = input->units,
                            .tier_quantity = input->tier_quantity,
                            .hours_of_month = input->hours_of_month,
                            .periods = input->periods,
                            .period = command->days > 0 ? "day" : "month",
                            .minor_digits = now->life->book->minor_digits};
  fg_explain_price(&explained, price, out);
}

static bool capacity_runs(const living *now) {
  const fg_state *state = &now->life->account->state;
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    if (order->place == now->product->first_capacity && order->until > now->begin) {
      return true;
    }
  }
  return false;
}

static fg_status buy_basket_capacity(const living *now) {
  const fg_account *account = now->life->account;
  const fg_basket_item *item = now->item;
  const fg_capacity_offer *offer = now->product->capacity;
  char explanation[FG_EXPLANATION_MAX];
  fg_command command = basket_command(now, FG_DO_BUY_CAPACITY);
  fg_price_input input;
  fg_price_result price;
  fg_outcome outcome;
  if (item->capacity == 0 || capacity_runs(now)) {
    return FG_OK;
  }
  const fg_schedule *schedule = item->days > 0 ? offer->day : offer->month;
  command.meter = offer->meter;
  command.quantity = item->capacity;
  command.days = item->days;
  command.months = item->months;
  /* Asked before the order, which then counts as held itself; what cannot be priced, the order is refused for. */
  fg_status priced = schedule == NULL
                         ? FG_NOT_SOLD
                         : fg_order_price_capacity(account, &account->state, &command, now->product->first_capacity,
                                                   now->begin, &input, &price);
  FG_TRY(apply_for(now, &command, &outcome, offer->meter.text));
  FG_ASSERT(priced == FG_OK && price.amount == fg_amount_of(outcome.is.order.amount));
  fg_basket_line line = {.kind = FG_BASKET_CAPACITY, .pack = FG_NONE, .quantity = item->capacity};
  line.days = item->days;
  line.months = item->months;
  line.amount = fg_amount_of(outcome.is.order.amount);
  line.has_one_price = priced == FG_OK && price.slice_count == 1;
  if (line.has_one_price) {
    line.tier = price.slices[0].tier;
    line.unit_price = price.slices[0].unit_price;
  }
  explain_capacity(now, &command, schedule, &input, &price, explanation);
  return note_basket_line(now, line, explanation);
}

/* Where the mode does not follow the capacity, it is set to it (R17). */
static fg_status set_basket_mode(const living *now) {
  const fg_capacity_offer *offer = now->product->capacity;
  fg_command command = basket_command(now, FG_DO_SET_MODE);
  if (now->month > 0 || now->item->capacity == 0 || offer->mode == FG_CAPACITY_AUTOMATIC) {
    return FG_OK;
  }
  command.mode = offer->meter;
  return apply_for(now, &command, NULL, offer->meter.text);
}

/* ------------------------------------------------------------------------------------------------------ materials */

static int64_t places_in_packs(const living *now) {
  const fg_service *service = &now->life->account->state.services[now->number];
  return service->materials_limit - now->product->materials->free;
}

/* Buys the cheapest packs that hold what the free places and the packs asked for do not. */
static fg_status buy_places(const living *now) {
  fg_basket_life *life = now->life;
  fg_plan_month bought = {.offers = fg_book_at(life->book, now->begin)};
  fg_plan_model model = {.base = life->book, .product = now->number, .months = &bought, .month_count = 1};
  model.held_offer = now->product->pack_count;
  model.material_packs = fg_arena_allocate(&life->arena, &life->allocator,
                                           now->product->pack_count * sizeof *model.material_packs);
  if (model.material_packs == NULL) {
    return FG_NO_MEMORY;
  }
  model.materials = now->item->materials - fg_min_i64(now->item->materials, places_in_packs(now));
  fg_status status = fg_plan_find_materials(&model, now->error);
  FG_TRY(fg_basket_within(now->error, status, now->product->id));
  for (uint32_t i = 0; i < now->product->pack_count; i++) {
    if (model.material_packs[i] > 0) {
      FG_TRY(buy_basket_pack(now, i, model.material_packs[i]));
    }
  }
  return FG_OK;
}

static fg_status hold_basket_materials(const living *now) {
  int64_t held = now->item->materials;
  char numbers[3][FG_GROUPED_MAX];
  char explanation[3 * FG_GROUPED_MAX + 32];
  fg_command command = basket_command(now, FG_DO_ADD_MATERIALS);
  if (now->month > 0 || held == 0) {
    return FG_OK;
  }
  FG_TRY(buy_places(now));
  command.quantity = held;
  FG_TRY(apply_for(now, &command, NULL, "materials"));
  fg_basket_line line = {.kind = FG_BASKET_MATERIALS, .pack = FG_NONE, .units = held};
  line.free = fg_min_i64(held, now->product->materials->free);
  write_count(held, numbers[0]);
  write_count(line.free, numbers[1]);
  write_count(held - line.free, numbers[2]);
  snprintf(explanation, sizeof explanation, "%s held: %s free, %s in packs", numbers[0], numbers[1], numbers[2]);
  return note_basket_line(now, line, explanation);
}

/* ---------------------------------------------------------------------------------------------------------- usage */

/* All of it at the month's first instant; with tiers by the day in equal parts at the beginnings of its days, one unit
   more on the first ones. */
static fg_status use_part(const living *now) {
  bool by_day = now->product->tier_period.unit == FG_EVERY_DAY;
  int64_t days = by_day ? fg_month_days(now->life->first + now->month) : 1;
  fg_command command = basket_command(now, FG_DO_USE);
  fg_outcome outcome;
  command.at = fg_date_begin(fg_month_first(now->life->first + now->month) + now->day, &now->life->book->zone);
  for (uint32_t i = 0; i < now->item->usage_count && now->day < days; i++) {
    const fg_basket_usage *usage = &now->item->usages[i];
    command.quantity = usage->quantity / days + (now->day < usage->quantity % days);
    command.attributes = usage->attributes;
    if (command.quantity > 0) {
      FG_TRY(apply_for(now, &command, &outcome, now->product->meter.text));
      now->item->unbilled += outcome.is.used.unbilled;
    }
  }
  return FG_OK;
}

/* What was billed is told by the invoice. */
static fg_status note_unbilled(const living *now) {
  char units[FG_GROUPED_MAX];
  char explanation[FG_GROUPED_MAX + 64];
  fg_basket_line line = {.kind = FG_BASKET_BY_CAPACITY, .pack = FG_NONE, .units = now->item->unbilled};
  if (line.units == 0) {
    return FG_OK;
  }
  line.quantity = now->item->capacity > 0 ? line.units : 0;
  now->item->unbilled = 0;
  write_count(line.units, units);
  const char *why = now->item->capacity > 0 ? "by the capacity held, at no further cost" : "that the rules do not bill";
  snprintf(explanation, sizeof explanation, "%s %s", units, why);
  return note_basket_line(now, line, explanation);
}

/* ------------------------------------------------------------------------------------------------------- the life */

static fg_status open_and_buy(const living *now) {
  fg_command command = basket_command(now, FG_DO_OPEN);
  if (fg_book_is_pool(now->life->book, now->number)) {
    return buy_packs_asked_for(now);
  }
  if (now->month == 0) {
    fg_status status = fg_account_apply(now->life->account, &command, NULL, now->error);
    FG_TRY(fg_basket_within(now->error, status, now->product->id));
  }
  FG_TRY(buy_packs_asked_for(now));
  FG_TRY(hold_basket_materials(now));
  FG_TRY(buy_basket_capacity(now));
  return set_basket_mode(now);
}

typedef fg_status part_of_life(const living *now);

/* Does it for each product that is asked for, in the order of the book, which is the same whoever wrote the basket. */
static fg_status each_item(fg_basket_life *life, int month, int day, part_of_life *part, fg_error *error) {
  for (uint32_t i = 0; i < fg_book_owner_count(life->book); i++) {
    living now = {.life = life,
                  .item = &life->items[i],
                  .product = fg_basket_owner(life, month, i),
                  .number = i,
                  .month = month,
                  .day = day,
                  .begin = fg_basket_begin(life, month),
                  .error = error};
    if (now.item->is_asked) {
      FG_TRY(part(&now));
    }
  }
  return FG_OK;
}

static fg_time basket_settled(const fg_basket_life *life) {
  fg_month last = life->first + (int)life->basket->months - 1;
  return fg_settlement_time(life->book, &life->account->policy, last);
}

static fg_status live_basket(fg_basket_life *life, fg_error *error) {
  fg_command advance;
  for (int month = 0; month < life->basket->months; month++) {
    FG_TRY(each_item(life, month, 0, open_and_buy, error));
    for (int day = 0; day < fg_month_days(life->first + month); day++) {
      FG_TRY(each_item(life, month, day, use_part, error));
    }
    FG_TRY(each_item(life, month, 0, note_unbilled, error));
  }
  fg_command_begin(&advance, FG_DO_ADVANCE, basket_settled(life));
  return fg_account_apply(life->account, &advance, NULL, error);
}

/* ------------------------------------------------------------------------------------------------- a fresh account */

static void leave_out_free(fg_product *product, fg_materials_offer *materials) {
  product->grant_count = 0;
  if (product->materials != NULL) {
    materials->source = product->materials->source;
    product->materials = materials;
  }
}

/* A book or edition without its free quotas. */
static fg_status edition_without_free(fg_basket_life *life, fg_book *copy) {
  size_t products = copy->product_count;
  size_t pools = copy->pool_count;
  fg_product *own = fg_arena_allocate(&life->arena, &life->allocator, products * sizeof *own);
  fg_pool *own_pools = fg_arena_allocate(&life->arena, &life->allocator, pools * sizeof *own_pools);
  fg_materials_offer *materials = fg_arena_allocate(&life->arena, &life->allocator, products * sizeof *materials);
  if (own == NULL || own_pools == NULL || materials == NULL) {
    return FG_NO_MEMORY;
  }
  memcpy(own, copy->products, products * sizeof *own);
  for (size_t i = 0; i < products; i++) {
    leave_out_free(&own[i], &materials[i]);
  }
  for (size_t i = 0; i < pools; i++) {
    own_pools[i] = copy->pools[i];
    own_pools[i].offers.grant_count = 0;
  }
  copy->products = own;
  copy->pools = own_pools;
  copy->amendment_count = 0;
  return FG_OK;
}

/* The caller's book without its free quotas; all else, strings too, is the caller's, who keeps it meanwhile. */
static fg_status copy_without_free(fg_basket_life *life) {
  const fg_book *base = life->book;
  fg_book *copy = fg_arena_allocate(&life->arena, &life->allocator, sizeof *copy);
  fg_book *editions = fg_arena_allocate(&life->arena, &life->allocator, base->edition_count * sizeof *editions);
  if (copy == NULL || editions == NULL) {
    return FG_NO_MEMORY;
  }
  *copy = *base;
  copy->shared = 1; /* the life's own reference, which outlives that of its account */
  for (uint32_t i = 0; i < base->edition_count; i++) {
    editions[i] = base->editions[i];
    FG_TRY(edition_without_free(life, &editions[i]));
  }
  copy->editions = base->edition_count == 0 ? NULL : editions;
  life->book = copy;
  return edition_without_free(life, copy);
}

static fg_status open_basket_account(fg_basket_life *life, fg_error *error) {
  fg_json_document document = {.root = {.kind = FG_JSON_NULL}, .allocator = life->allocator};
  bool has_policy = life->basket->policy.text != NULL;
  if (has_policy) {
    FG_TRY(fg_within(error, fg_json_parse(life->basket->policy, &life->allocator, &document, error), "policy"));
  }
  fg_status status = fg_account_read((fg_account_head){.policy = has_policy ? &document.root : NULL}, life->book,
                                     &life->allocator, &life->account, error);
  fg_json_release(&document);
  return status;
}

/* The months have to lie within the years that there are, and the settlement of the last one too. */
static fg_status check_basket_months(fg_basket_life *life, fg_error *error) {
  const fg_basket *basket = life->basket;
  if (basket->months < 1 || basket->months > FG_BASKET_MONTHS_MAX) {
    return fg_fail(error, FG_INVALID, "months", "expected 1 to %d", FG_BASKET_MONTHS_MAX);
  }
  if (!fg_time_is_civil(basket->at)) {
    return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999: it picks the month");
  }
  life->first = fg_month_of(fg_date_at(basket->at, &life->book->zone));
  fg_month end = life->first + (int)basket->months;
  if (end >= fg_month_of(fg_date_at(FG_CLOCK_LAST, 0))) {
    return fg_fail(error, FG_OVERFLOW, "months", "the months go on past the year 9999");
  }
  return FG_OK;
}

static fg_status live_and_tell(fg_basket_life *life, const fg_visitor *visitor, fg_error *error) {
  FG_TRY(check_basket_months(life, error));
  FG_TRY(life->basket->without_free ? copy_without_free(life) : FG_OK);
  FG_TRY(fg_basket_read(life, error));
  FG_TRY(open_basket_account(life, error));
  FG_TRY(live_basket(life, error));
  return fg_basket_tell(life, visitor);
}

fg_status fg_basket_quote(fg_book *book, const fg_basket *basket, const fg_allocator *allocator,
                          const fg_visitor *visitor, fg_error *error) {
  fg_basket_life life = {.basket = basket, .allocator = fg_allocator_or_default(allocator), .book = book};
  life.content = (fg_json_document){.root = {.kind = FG_JSON_NULL}, .allocator = life.allocator};
  fg_error unsaid = {.status = FG_OK};
  fg_status status = live_and_tell(&life, visitor, &unsaid);
  fg_account_free(life.account);
  fg_json_release(&life.content);
  FG_ARRAY_RELEASE(&life.allocator, &life.lines);
  fg_arena_release(&life.arena, &life.allocator);
  if (status != FG_OK && unsaid.status != status) {
    fg_refuse(&unsaid, status);
  }
  if (status != FG_OK && error != NULL) {
    *error = unsaid;
  }
  return status;
}
