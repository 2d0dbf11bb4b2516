#include "materials.h"

fg_status fg_materials_begin(const fg_account *account, fg_state *draft, uint32_t product) {
  const fg_materials_offer *offer = account->book->products[product].materials;
  fg_service *service = &draft->services[product];
  bool fits = offer == NULL || fg_add_i64(service->materials_limit, offer->free, &service->materials_limit);
  return fits ? FG_OK : FG_OVERFLOW;
}

static fg_status hold_materials(fg_service *service, int64_t held, fg_outcome *outcome) {
  FG_ASSERT(held >= 0 && held <= service->materials_limit);
  service->materials_held = held;
  outcome->is.materials.held = held;
  outcome->is.materials.limit = service->materials_limit;
  return FG_OK;
}

fg_status fg_materials_add(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome) {
  fg_service *service = &draft->services[product];
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  if (command->quantity > service->materials_limit - service->materials_held) {
    return FG_MATERIAL_LIMIT;
  }
  return hold_materials(service, service->materials_held + command->quantity, outcome);
}

fg_status fg_materials_remove(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome) {
  fg_service *service = &draft->services[product];
  if (!service->open) {
    return FG_NOT_OPEN;
  }
  if (command->quantity > service->materials_held) {
    return FG_MATERIAL_UNDERFLOW;
  }
  return hold_materials(service, service->materials_held - command->quantity, outcome);
}
