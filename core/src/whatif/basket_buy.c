/* Buys what a basket asks for at the beginning of a month: bundles, packs, capacity, and places for materials. */
#include "basket.h"

#include <stdio.h>

#include "../rules/orders.h"
#include "packs_on_sale.h"

static void explain_at_one_price(int minor_digits, const fg_basket_line *line, char out[FG_EXPLANATION_MAX]) {
  char texts[3][FG_GROUPED_MAX];
  fg_basket_write_count(line->quantity, texts[0]);
  fg_explain_amount(line->unit_price, minor_digits, texts[1]);
  fg_explain_amount(line->amount, minor_digits, texts[2]);
  snprintf(out, FG_EXPLANATION_MAX, "%s × %s = %s", texts[0], texts[1], texts[2]);
}

/* Explains the price of an order of packs, and sets what one of them costs, if all cost the same. */
static fg_status explain_packs(const fg_basket_living *now, const fg_pack_offer *offer, fg_basket_line *line,
                               char out[FG_EXPLANATION_MAX]) {
  fg_price_input input;
  fg_price_result priced;
  line->has_one_price = true;
  line->unit_price = offer->price;
  if (offer->by_number == NULL) {
    explain_at_one_price(now->life->book->minor_digits, line, out);
    return FG_OK;
  }
  FG_TRY(fg_order_price_packs(now->life->book, offer, line->quantity, &input, &priced));
  const fg_explained explained = {.schedule = offer->by_number,
                                  .total = line->quantity,
                                  .tier_quantity = input.tier_quantity,
                                  .hours_of_month = input.hours_of_month,
                                  .periods = input.periods,
                                  .minor_digits = now->life->book->minor_digits};
  fg_explain_price(&explained, &priced, out);
  line->has_one_price = priced.slice_count == 1;
  line->unit_price = priced.slices[0].unit_price;
  line->tier = priced.slices[0].tier;
  return FG_OK;
}

static fg_status buy_packs(const fg_basket_living *now, uint32_t pack, int64_t quantity) {
  const fg_pack_offer *offer = &now->owner->packs[pack];
  fg_command command = fg_basket_command(now, FG_DO_BUY_PACK);
  fg_outcome outcome;
  char step[FG_NAME_MAX + 8];
  command.pack = offer->id;
  command.quantity = quantity;
  snprintf(step, sizeof step, "packs.%.*s", (int)offer->id.length, offer->id.text);
  FG_TRY(fg_basket_apply(now, &command, &outcome, step));
  fg_basket_line line = {.kind = FG_BASKET_PACK, .item = now->number, .place = pack, .quantity = quantity};
  line.units = outcome.is.order.units;
  line.fraction = outcome.is.order.fraction;
  line.amount = fg_amount_of(outcome.is.order.amount);
  FG_TRY(explain_packs(now, offer, &line, now->life->explanation));
  return fg_basket_note(now->life, now->month, line, now->life->explanation);
}

static void explain_capacity(const fg_basket_living *now, const fg_command *command, const fg_schedule *schedule,
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

static fg_status buy_basket_capacity(const fg_basket_living *now, fg_basket_want *want) {
  const fg_account *account = now->life->account;
  const fg_capacity_offer *offer = account->book->capacities[want->place].offer;
  const fg_schedule *schedule = want->days > 0 ? offer->day : offer->month;
  fg_command command = fg_basket_command(now, FG_DO_BUY_CAPACITY);
  fg_price_input input;
  fg_price_result price;
  fg_outcome outcome;
  command.meter = offer->meter;
  command.quantity = want->quantity;
  command.days = want->days;
  command.months = want->months;
  /* The price is asked before the order, because afterwards the order itself counts as held. If there is no price, the
     order is refused for that. */
  fg_status priced = schedule == NULL ? FG_NOT_SOLD
                                      : fg_order_price_capacity(account, &account->state, &command, want->place,
                                                                now->begin, &input, &price);
  FG_TRY(fg_basket_apply(now, &command, &outcome, offer->meter.text));
  FG_ASSERT(priced == FG_OK && price.amount == fg_amount_of(outcome.is.order.amount));
  want->until = outcome.is.order.until;
  fg_basket_line line = {.kind = FG_BASKET_CAPACITY, .item = now->number, .place = want->place};
  line.quantity = want->quantity;
  line.days = want->days;
  line.months = want->months;
  line.amount = fg_amount_of(outcome.is.order.amount);
  line.has_one_price = priced == FG_OK && price.slice_count == 1;
  if (line.has_one_price) {
    line.tier = price.slices[0].tier;
    line.unit_price = price.slices[0].unit_price;
  }
  explain_capacity(now, &command, schedule, &input, &price, now->life->explanation);
  return fg_basket_note(now->life, now->month, line, now->life->explanation);
}

bool fg_basket_has_free_capacity(const fg_basket_life *life, uint32_t item) {
  for (uint32_t i = 0; i < life->wants.count; i++) {
    const fg_basket_want *want = &life->wants.items[i];
    if (want->kind == FG_BASKET_CAPACITY && want->owner == item &&
        life->account->book->capacities[want->place].offer->is_free) {
      return true;
    }
  }
  return false;
}

/* Sets the mode to the first capacity that is asked for, if the mode does not follow the capacity by itself (R17). */
static fg_status set_basket_mode(const fg_basket_living *now) {
  const fg_basket_life *life = now->life;
  for (uint32_t i = 0; i < life->wants.count; i++) {
    const fg_basket_want *want = &life->wants.items[i];
    const fg_capacity_offer *offer = want->kind == FG_BASKET_CAPACITY && want->owner == now->number
                                         ? life->account->book->capacities[want->place].offer
                                         : NULL;
    if (offer != NULL && offer->mode == FG_CAPACITY_MANUAL) {
      fg_command command = fg_basket_command(now, FG_DO_SET_MODE);
      command.mode = offer->meter;
      return fg_basket_apply(now, &command, NULL, offer->meter.text);
    }
  }
  return FG_OK;
}

/* When the capacity that an order brought ends; FG_NO_TIME if it brought none. */
static fg_time bundled_capacity_end(const fg_basket_life *life, fg_string id) {
  const fg_state *state = &life->account->state;
  fg_time until = FG_NO_TIME;
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    until = fg_string_equal(order->id, id) ? fg_max_i64(until, order->until) : until;
  }
  return until;
}

static fg_status buy_bundles(fg_basket_life *life, int month, fg_basket_want *want, fg_error *error) {
  const fg_bundle *bundle = &life->account->book->bundles[want->place];
  fg_basket_line line = {.kind = FG_BASKET_BUNDLE, .place = want->place, .quantity = want->quantity};
  fg_command command;
  fg_outcome outcome;
  fg_command_begin(&command, FG_DO_BUY_BUNDLE, fg_basket_begin(life, month));
  command.bundle = bundle->id;
  for (int64_t i = 0; i < want->quantity; i++) {
    fg_status status = fg_account_apply(life->account, &command, &outcome, error);
    FG_TRY(fg_basket_within(error, fg_basket_within(error, status, bundle->id), fg_string_of("bundles")));
    line.amount += fg_amount_of(outcome.is.order.amount);
    want->until = bundled_capacity_end(life, outcome.is.order.id);
  }
  line.has_one_price = true;
  line.unit_price = bundle->price;
  explain_at_one_price(life->book->minor_digits, &line, life->explanation);
  return fg_basket_note(life, month, line, life->explanation);
}

static int64_t places_in_packs(const fg_basket_living *now) {
  const fg_service *service = &now->life->account->state.services[now->number];
  return service->materials_limit - now->owner->materials->free;
}

/* Buys the cheapest packs for the materials that fit neither the free places nor the packs that the basket asks for. */
static fg_status buy_places(const fg_basket_living *now) {
  fg_basket_life *life = now->life;
  fg_plan_month bought = {.offers = fg_book_at(life->book, now->begin)};
  fg_plan_model *model = fg_allocate(&life->allocator, sizeof *model);
  FG_TRY(model == NULL ? FG_NO_MEMORY : FG_OK);
  model->allocator = life->allocator;
  model->base = life->book;
  model->product = now->number;
  model->months = &bought;
  model->month_count = 1;
  model->held_offer = now->owner->pack_count;
  model->materials = now->item->materials - fg_min_i64(now->item->materials, places_in_packs(now));
  model->material_packs = fg_plan_allocate(model, now->owner->pack_count * sizeof *model->material_packs);
  fg_status status = model->material_packs == NULL ? FG_NO_MEMORY : fg_plan_find_materials(model, now->error);
  status = fg_basket_within(now->error, status, now->item->id);
  for (uint32_t i = 0; status == FG_OK && i < now->owner->pack_count; i++) {
    status = model->material_packs[i] > 0 ? buy_packs(now, i, model->material_packs[i]) : FG_OK;
  }
  fg_plan_release(model);
  fg_release(&life->allocator, model, sizeof *model);
  return status;
}

static fg_status hold_basket_materials(const fg_basket_living *now) {
  int64_t held = now->item->materials;
  char numbers[3][FG_GROUPED_MAX];
  char explanation[3 * FG_GROUPED_MAX + 32];
  fg_command command = fg_basket_command(now, FG_DO_ADD_MATERIALS);
  if (held == 0) {
    return FG_OK;
  }
  FG_TRY(buy_places(now));
  command.quantity = held;
  FG_TRY(fg_basket_apply(now, &command, NULL, "materials"));
  fg_basket_line line = {.kind = FG_BASKET_MATERIALS, .item = now->number, .units = held};
  line.free = fg_min_i64(held, now->owner->materials->free);
  fg_basket_write_count(held, numbers[0]);
  fg_basket_write_count(line.free, numbers[1]);
  fg_basket_write_count(held - line.free, numbers[2]);
  snprintf(explanation, sizeof explanation, "%s held: %s free, %s in packs", numbers[0], numbers[1], numbers[2]);
  return fg_basket_note(now->life, now->month, line, explanation);
}

/* Whether something has to be bought in a month. Packs of places last, so they are bought in the first month alone.
   Capacity, and a bundle with capacity, is bought again when none of it is active any more. */
static bool want_is_due(const fg_basket_life *life, const fg_basket_want *want, int month) {
  if (month == 0) {
    return true;
  }
  if (want->kind == FG_BASKET_PACK) {
    return !fg_book_owner(life->account->book, want->owner)->packs[want->place].of_materials;
  }
  return want->until <= fg_basket_begin(life, month);
}

static fg_status buy_want(fg_basket_life *life, int month, fg_basket_want *want, fg_error *error) {
  if (want->kind == FG_BASKET_BUNDLE) {
    return buy_bundles(life, month, want, error);
  }
  const fg_basket_living now = fg_basket_live(life, want->owner, month, error);
  return want->kind == FG_BASKET_PACK ? buy_packs(&now, want->place, want->quantity) : buy_basket_capacity(&now, want);
}

/* Buys what is due, in the order of the list. An offer that requires another one waits until that is held. */
static fg_status buy_wants(fg_basket_life *life, int month, fg_error *error) {
  bool goes_on = true;
  fg_status status = FG_OK;
  for (uint32_t i = 0; i < life->wants.count; i++) {
    life->wants.items[i].is_bought = !want_is_due(life, &life->wants.items[i], month);
  }
  while (goes_on) {
    goes_on = false;
    status = FG_OK;
    for (uint32_t i = 0; i < life->wants.count; i++) {
      fg_basket_want *want = &life->wants.items[i];
      fg_status bought = want->is_bought ? FG_OK : buy_want(life, month, want, error);
      if (bought != FG_OK && bought != FG_REQUIRES) {
        return bought;
      }
      goes_on = goes_on || (bought == FG_OK && !want->is_bought);
      want->is_bought = bought == FG_OK;
      status = bought == FG_OK ? status : bought;
    }
    goes_on = goes_on && status != FG_OK;
  }
  return status;
}

fg_status fg_basket_buy(fg_basket_life *life, int month, fg_error *error) {
  FG_TRY(buy_wants(life, month, error));
  for (uint32_t i = 0; i < life->book->product_count && month == 0; i++) {
    const fg_basket_living now = fg_basket_live(life, i, month, error);
    FG_TRY(now.item->is_asked ? hold_basket_materials(&now) : FG_OK);
    FG_TRY(now.item->is_asked ? set_basket_mode(&now) : FG_OK);
  }
  return FG_OK;
}
