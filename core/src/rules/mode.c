#include "mode.h"

#include "../book/terms.h"

fg_mode fg_mode_if_set(const fg_account *account, const fg_state *state, uint32_t product) {
  if (state->services[product].capacity_held > 0) {
    return FG_MODE_CAPACITY;
  }
  /* R24: an automatic mode falls back by itself; R23: one set by hand only under the switch. */
  bool falls_back = fg_mode_falls_back(account->book->products[product].capacity, &account->policy);
  return falls_back ? FG_MODE_USAGE : FG_MODE_LAPSED;
}

fg_string fg_mode_name(const fg_account *account, fg_mode mode, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  return mode == FG_MODE_USAGE ? offered->meter : offered->capacity->meter;
}

int64_t fg_mode_limit(const fg_account *account, const fg_state *state, uint32_t product) {
  const fg_capacity_offer *offer = account->book->products[product].capacity;
  FG_ASSERT(offer != NULL);
  switch (fg_mode_of(account, state, product)) {
  case FG_MODE_USAGE: return offer->limit;
  case FG_MODE_LAPSED: return 0;
  case FG_MODE_CAPACITY: break;
  }
  return fg_limit_with_capacity(offer, &account->policy, state->services[product].capacity_held);
}

fg_status fg_mode_choose(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome) {
  const fg_product *offered = &account->book->products[product];
  const fg_capacity_offer *capacity = offered->capacity;
  fg_service *service = &draft->services[product];
  bool to_capacity = capacity != NULL && fg_string_equal(command->mode, capacity->meter);
  if (!to_capacity && !fg_string_equal(command->mode, offered->meter)) {
    return FG_UNKNOWN_MODE;
  }
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  /* R24: an automatic mode is never chosen, and not left while capacity is active. */
  if (capacity != NULL && capacity->automatic && (to_capacity || service->capacity_held > 0)) {
    return FG_MODE_LOCKED;
  }
  service->capacity_mode = to_capacity || (capacity != NULL && capacity->automatic);
  outcome->is.mode = fg_mode_name(account, fg_mode_of(account, draft, product), product);
  return FG_OK;
}
