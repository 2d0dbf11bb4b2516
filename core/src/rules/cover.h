/* What a bought rate covers: capacity with free usage beyond which usage is billed. The units of a product that fit the
   rate in any half-open second are unbilled (R17), those of `use` too; the rest goes on as if nothing were bought. */
#ifndef FG_COVER_H
#define FG_COVER_H

#include "../state/state.h"

/* Works out the rate that covers usage of a product, after what each capacity holds; whether it has changed. */
bool fg_cover_find(const fg_account *account, fg_state *state, uint32_t product);
/* The same of all products. The next usage after a change begins a new regime. */
void fg_cover_refresh(const fg_account *account, fg_state *state);

/* The rate that covers usage of a product; 0: none. */
int64_t fg_cover_rate(const fg_account *account, const fg_state *state, uint32_t product);

/* How many of so many units used now are covered. */
int64_t fg_cover_part(const fg_account *account, const fg_state *state, uint32_t product, int64_t units);

/* How many admissions at the beginning of a product's cover window no longer count: their units have left it, and no
   call in flight can bring them back. */
uint32_t fg_cover_gone(const fg_account *account, const fg_state *state, uint32_t product);

/* Makes room for one usage, so that fg_cover_take cannot fail. FG_NO_MEMORY. */
fg_status fg_cover_reserve(const fg_account *account, fg_state *state, uint32_t product);

/* Counts the units that are covered, and answers how many: as fg_cover_part says. */
int64_t fg_cover_take(const fg_account *account, fg_state *state, uint32_t product, int64_t units);

/* Takes back what was covered at an instant, the latest first; then covers anew, as fg_cover_take did at an instant
   when that was the rate. */
void fg_cover_forget(const fg_account *account, fg_state *draft, const fg_regime *regime);
fg_status fg_cover_again(const fg_account *account, fg_state *draft, const fg_regime *regime, int64_t units,
                         int64_t *covered);

#endif
