/* The mode in force, which says whether usage is billed or goes by capacity (R17, R23, R24). */
#ifndef FG_MODE_H
#define FG_MODE_H

#include "../state/state.h"

typedef enum fg_mode_kind {
  FG_MODE_USAGE,    ///< usage draws on grants and packs and is billed
  FG_MODE_CAPACITY, ///< usage goes by the capacity bought
  FG_MODE_LAPSED    ///< set to capacity with none active: usage is refused (R23)
} fg_mode_kind;

typedef struct fg_mode {
  fg_mode_kind kind;
  uint32_t place; ///< of the capacity in fg_book.capacities, where it is not FG_MODE_USAGE
} fg_mode;

/* The mode in force, which follows an automatic capacity (R24) and else is the one set (R23), and its name. */
fg_mode fg_mode_of(const fg_account *account, const fg_state *state, uint32_t product);
fg_string fg_mode_name(const fg_account *account, fg_mode mode, uint32_t product);

/* Whether what is held of a capacity has its effect: that of a mode only while it is the mode. */
bool fg_capacity_is_in_force(const fg_account *account, const fg_state *state, uint32_t place);

/* Whether usage draws on grants and packs and is billed: no capacity that makes it free has effect (R10, R17). */
bool fg_mode_is_billed(const fg_account *account, const fg_state *state, uint32_t product);

/* Sets the mode by hand. */
fg_status fg_mode_choose(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome);

#endif
