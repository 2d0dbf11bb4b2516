/* What a bought rate covers, by a capacity with free usage beyond which usage is billed. Units that fit the rate in any
   half-open second are not billed (R17), also those of `use`; all others are drawn and priced as if no capacity were
   bought. */
#ifndef FG_COVER_H
#define FG_COVER_H

#include "../state/state.h"

/* Finds the rate that covers usage of a product from the capacities that it holds now, and answers whether the rate has
   changed. */
bool fg_cover_find(const fg_account *account, fg_state *state, uint32_t product);
/* Finds the rates of all products. Where one has changed, the next usage begins a new regime. */
void fg_cover_refresh(const fg_account *account, fg_state *state);

/* The rate that covers usage of a product; 0: none is bought. */
int64_t fg_cover_rate(const fg_account *account, const fg_state *state, uint32_t product);

/* How many of so many units, used now, the rate covers. */
int64_t fg_cover_part(const fg_account *account, const fg_state *state, uint32_t product, int64_t units);

/* How many admissions at the begin of a product's cover window can be forgotten: their units have left the window, and
   no call in flight can be undone to before that. */
uint32_t fg_cover_gone(const fg_account *account, const fg_state *state, uint32_t product);

/* Makes room for one usage, so that fg_cover_take cannot fail. FG_NO_MEMORY. */
fg_status fg_cover_reserve(const fg_account *account, fg_state *state, uint32_t product);

/* Counts the units that the rate covers of so many used now, and answers how many (fg_cover_part). */
int64_t fg_cover_take(const fg_account *account, fg_state *state, uint32_t product, int64_t units);

/* Takes back what a regime's usage had covered, the latest units first; and covers it anew, as fg_cover_take did at the
   time and the rate of the regime. */
void fg_cover_forget(const fg_account *account, fg_state *draft, const fg_regime *regime);
fg_status fg_cover_again(const fg_account *account, fg_state *draft, const fg_regime *regime, int64_t units,
                         int64_t *covered);

#endif
