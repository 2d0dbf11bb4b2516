/* Cells of usage that is settled: of a period of tiers that goes on they are put together, of others dropped
   (docs/decisions/0024-settlement-of-any-period.md). */
#ifndef FG_SETTLED_CELLS_H
#define FG_SETTLED_CELLS_H

#include "../state/state.h"

/* The bucket in which usage of a stretch and a cell is counted now: that of the stretch or, once that is settled, of
   all that are settled of its period of tiers; NULL once nothing asks for it any more. */
fg_bucket *fg_cell_counted(const fg_account *account, const fg_state *state, uint32_t product, fg_time begin,
                           fg_cell cell);

/* Counts the units of the stretches of a period that is being settled among those of the month that are. */
void fg_cells_count_settled(const fg_account *account, fg_state *state, uint32_t product, fg_span period);
/* Drops the buckets of which nothing is asked any more after a settlement, and puts those together that are settled of
   a period of tiers that goes on. FG_NO_MEMORY. */
fg_status fg_cells_settle(const fg_account *account, fg_state *state, uint32_t product);

#endif
