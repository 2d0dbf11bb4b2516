/* Materials: permanent, with a ceiling on how many are held at once (R4, R25). */
#ifndef FG_MATERIALS_H
#define FG_MATERIALS_H

#include "../state/state.h"

/* Raises the ceiling by the free materials, at the first opening of a product (R4). */
fg_status fg_materials_begin(const fg_account *account, fg_state *draft, uint32_t product);

/* Holds more materials, up to the ceiling; and fewer (R25). */
fg_status fg_materials_add(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome);
fg_status fg_materials_remove(fg_state *draft, const fg_command *command, uint32_t product, fg_outcome *outcome);

#endif
