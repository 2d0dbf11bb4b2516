/* The mode in force: whether usage is billed or goes by capacity (R17, R23, R24). */
#ifndef FG_MODE_H
#define FG_MODE_H

#include "../state/state.h"

typedef enum fg_mode_kind {
  FG_MODE_USAGE,    ///< usage draws on grants and packs, and is billed
  FG_MODE_CAPACITY, ///< usage goes by the capacity that is held
  FG_MODE_LAPSED    ///< the mode set is of a capacity of which none is active: usage is refused (R23)
} fg_mode_kind;

typedef struct fg_mode {
  fg_mode_kind kind;
  uint32_t place; ///< place of the capacity in fg_book.capacities, unless the mode is FG_MODE_USAGE
} fg_mode;

/* The mode in force, which follows an automatic capacity that is held (R24), else the mode set by hand (R23); and the
   name of a mode. */
fg_mode fg_mode_of(const fg_account *account, const fg_state *state, uint32_t product);
fg_string fg_mode_name(const fg_account *account, fg_mode mode, uint32_t product);

/* Whether held capacity has effect: always, or, if the capacity has a mode, only while that mode is in force. */
bool fg_capacity_is_in_force(const fg_account *account, const fg_state *state, uint32_t place);

/* Whether usage draws on grants and packs and is billed, because no capacity with free usage has effect (R10, R17). */
bool fg_mode_is_billed(const fg_account *account, const fg_state *state, uint32_t product);

/* Sets the mode of a product by hand. */
fg_status fg_mode_choose(const fg_account *account, fg_state *draft, const fg_command *command, uint32_t product,
                         fg_outcome *outcome);

#endif
