/* Materials held: permanent, with a ceiling on how many at once (R4, R25). */
#ifndef FG_MATERIALS_H
#define FG_MATERIALS_H

#include "../state/state.h"

/* Adds those that cost nothing to the ceiling, at the first opening (R4). */
fg_status fg_materials_begin(const fg_account *account, fg_state *draft, uint32_t product);

/* Holds more, up to the ceiling, or fewer (R25). */
fg_status fg_materials_add(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome);
fg_status fg_materials_remove(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome);

#endif
