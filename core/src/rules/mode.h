/* The mode in force, which says whether usage is billed or goes by capacity, and the limit that follows from it (R16,
   R17, R20, R23, R24). */
#ifndef FG_MODE_H
#define FG_MODE_H

#include "../state/state.h"

typedef enum fg_mode {
  FG_MODE_USAGE,    ///< usage draws on grants and packs and is billed
  FG_MODE_CAPACITY, ///< usage is free within the limit bought
  FG_MODE_LAPSED    ///< set to capacity with none active: usage is refused (R23)
} fg_mode;

/* The mode in force, and its name. */
fg_mode fg_mode_if_set(const fg_account *account, const fg_state *state, uint32_t product);
static inline fg_mode fg_mode_of(const fg_account *account, const fg_state *state, uint32_t product) {
  bool is_set = state->services[product].capacity_mode;
  return FG_LIKELY(!is_set) ? FG_MODE_USAGE : fg_mode_if_set(account, state, product);
}
fg_string fg_mode_name(const fg_account *account, fg_mode mode, uint32_t product);

/* The limit in force, in units of the capacity's meter; -1 for none (R16, R20). The product has a capacity offer. */
int64_t fg_mode_limit(const fg_account *account, const fg_state *state, uint32_t product);

/* Sets the mode by hand. */
fg_status fg_mode_choose(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome);

#endif
