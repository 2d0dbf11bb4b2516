/* Cells whose usage is settled. Within a tier period that goes on they are put together; those of other tier periods
   are dropped (docs/decisions/0024-settlement-of-any-period.md). */
#ifndef FG_SETTLED_CELLS_H
#define FG_SETTLED_CELLS_H

#include "../state/state.h"

/* The bucket that now counts the usage of a cell in a stretch: that of the stretch or, once it is settled, the one
   bucket of all settled stretches of the tier period; NULL if nothing asks for it any more. */
fg_bucket *fg_cell_counted(const fg_account *account, const fg_state *state, uint32_t product, fg_time begin,
                           fg_cell cell);

/* Adds the units of a period that is being settled, as far as they are of this month, to the month's settled units. */
void fg_cells_count_settled(const fg_account *account, fg_state *state, uint32_t product, fg_span period);
/* After a settlement, drops the buckets that nothing asks for any more, and puts the settled buckets together of a tier
   period that goes on. FG_NO_MEMORY. */
fg_status fg_cells_settle(const fg_account *account, fg_state *state, uint32_t product);

#endif
