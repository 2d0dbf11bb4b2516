#include "mode.h"

#include "../book/capacity_terms.h"
#include "../book/terms.h"

/* R24: the automatic capacity of a product of which some is held; FG_NONE: the mode follows none. */
static int find_followed(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  for (uint32_t i = 0; i < offered->capacity_count; i++) {
    uint32_t place = offered->first_capacity + i;
    if (account->book->capacities[place].offer->mode == FG_CAPACITY_AUTOMATIC && state->holdings[place].held > 0) {
      return (int)place;
    }
  }
  return FG_NONE;
}

fg_mode fg_mode_of(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_mode usage = {FG_MODE_USAGE, 0};
  uint16_t set = state->services[product].mode;
  int followed = find_followed(account, state, product);
  if (followed != FG_NONE) {
    return (fg_mode){FG_MODE_CAPACITY, (uint32_t)followed};
  }
  if (set == 0) {
    return usage;
  }
  uint32_t place = account->book->products[product].first_capacity + set - 1;
  if (state->holdings[place].held > 0) {
    return (fg_mode){FG_MODE_CAPACITY, place};
  }
  const fg_policy policy = fg_policy_of(account, product);
  /* R23: the switch decides what holds without capacity. */
  return fg_mode_falls_back(&policy) ? usage : (fg_mode){FG_MODE_LAPSED, place};
}

fg_string fg_mode_name(const fg_account *account, fg_mode mode, uint32_t product) {
  return mode.kind == FG_MODE_USAGE ? account->book->products[product].meter
                                    : account->book->capacities[mode.place].offer->meter;
}

bool fg_capacity_is_in_force(const fg_account *account, const fg_state *state, uint32_t place) {
  if (account->book->capacities[place].offer->mode == FG_CAPACITY_NO_MODE) {
    return state->holdings[place].held > 0;
  }
  fg_mode mode = fg_mode_of(account, state, account->book->capacities[place].product);
  return mode.kind == FG_MODE_CAPACITY && mode.place == place;
}

bool fg_mode_is_billed(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  bool is_free = false;
  for (uint32_t place = offered->first_capacity; place < offered->first_capacity + offered->capacity_count; place++) {
    const fg_capacity_offer *offer = account->book->capacities[place].offer;
    is_free = is_free || (fg_capacity_frees_all(offer) && fg_capacity_is_in_force(account, state, place));
  }
  return !is_free && fg_mode_of(account, state, product).kind != FG_MODE_LAPSED;
}

/* R24: sets the mode by hand. An automatic mode can never be chosen, and not be left while its capacity is active. */
fg_status fg_mode_choose(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome) {
  const fg_product *offered = &account->book->products[product];
  int place = fg_product_capacity_place(account->book, offered, command->mode);
  bool has_mode = place != FG_NONE && account->book->capacities[place].offer->mode != FG_CAPACITY_NO_MODE;
  place = has_mode ? place : FG_NONE;
  fg_service *service = &draft->services[product];
  if (place == FG_NONE && !fg_string_equal(command->mode, offered->meter)) {
    return FG_UNKNOWN_MODE;
  }
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  bool is_followed = place != FG_NONE && account->book->capacities[place].offer->mode == FG_CAPACITY_AUTOMATIC;
  if (is_followed || find_followed(account, draft, product) != FG_NONE) {
    return FG_MODE_LOCKED;
  }
  service->mode = place == FG_NONE ? 0 : (uint16_t)((uint32_t)place - offered->first_capacity + 1);
  outcome->is.mode = fg_mode_name(account, fg_mode_of(account, draft, product), product);
  return FG_OK;
}
