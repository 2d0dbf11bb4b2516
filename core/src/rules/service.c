#include "service.h"

#include "../book/terms.h"
#include "capacity.h"
#include "issue.h"

fg_status fg_service_open(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                          fg_outcome *outcome) {
  fg_service *service = &draft->services[product];
  const fg_materials_offer *materials = account->book->products[product].materials;
  bool first = !service->was_open;
  uint32_t before = draft->grants.count;
  if (service->open) {
    return FG_ALREADY_OPEN;
  }
  service->open = service->was_open = true;
  if (first && materials != NULL && /* R4: once */
      !fg_add_i64(service->materials_limit, materials->free, &service->materials_limit)) {
    return FG_OVERFLOW;
  }
  FG_TRY(fg_issue_due(account, draft, product, first, command->at)); /* R2 */
  outcome->is.grants = draft->grants.count - before;
  return FG_OK;
}

/* R33: grants, packs and their validity stay as they are. */
fg_status fg_service_close(fg_state *draft, uint32_t product) {
  if (!draft->services[product].open) {
    return FG_NOT_OPEN;
  }
  draft->services[product].open = false;
  return FG_OK;
}

fg_status fg_service_claim(fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                           fg_outcome *outcome) {
  const fg_product *offered = &account->book->products[product];
  int found = fg_product_grant(offered, command->grant);
  if (found == FG_NONE || offered->grants[found].issue != FG_ISSUE_CLAIM) {
    return FG_UNKNOWN_GRANT;
  }
  uint32_t offer = (uint32_t)found;
  if (!draft->services[product].open) {
    return FG_NOT_OPEN;
  }
  if (draft->issued[fg_offer_slot(account->book, product, offer)] != 0) {
    return FG_ALREADY_CLAIMED; /* R3: once */
  }
  if (fg_issue_quantity(account, draft, product, offer, command->at) == 0) {
    return FG_UNKNOWN_GRANT; /* R5: an amendment ended it */
  }
  outcome->is.grants = 1;
  return fg_issue_offer(account, draft, product, offer, command->at);
}

fg_status fg_service_set_mode(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
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
  outcome->is.mode = fg_capacity_mode_name(account, fg_capacity_mode(account, draft, product), product);
  return FG_OK;
}

fg_status fg_service_announce(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product) {
  int grant = fg_product_grant(&account->book->products[product], command->grant);
  fg_date today = fg_account_date(account, command->at);
  if (grant == FG_NONE) {
    return FG_UNKNOWN_GRANT;
  }
  if (!fg_notice_is_given(account->book, today, command->effective)) {
    return FG_NOTICE_TOO_SHORT;
  }
  FG_TRY(draft->amendments.count < FG_ANNOUNCEMENTS_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_STATE_RESERVE(account, draft, &draft->amendments));
  draft->amendments.items[draft->amendments.count++] = (fg_amendment){.announced = today,
                                                                      .effective = command->effective,
                                                                      .product = product,
                                                                      .grant = (uint32_t)grant,
                                                                      .quantity = command->quantity};
  return FG_OK;
}

static fg_status hold_materials(fg_service *service, int64_t held, fg_outcome *outcome) {
  FG_ASSERT(held >= 0 && held <= service->materials_limit);
  service->materials_held = held;
  outcome->is.materials.held = held;
  outcome->is.materials.limit = service->materials_limit;
  return FG_OK;
}

fg_status fg_service_add_materials(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome) {
  fg_service *service = &draft->services[product];
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  if (command->quantity > service->materials_limit - service->materials_held) {
    return FG_MATERIAL_LIMIT; /* R25 */
  }
  return hold_materials(service, service->materials_held + command->quantity, outcome);
}

fg_status fg_service_remove_materials(fg_state *draft, const fg_command *command, uint32_t product,
                                      fg_outcome *outcome) {
  fg_service *service = &draft->services[product];
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  if (command->quantity > service->materials_held) {
    return FG_MATERIAL_UNDERFLOW;
  }
  return hold_materials(service, service->materials_held - command->quantity, outcome);
}
