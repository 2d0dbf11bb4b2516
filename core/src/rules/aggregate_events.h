/* The events that aggregates become at the ends of their periods (docs/decisions/0025-aggregates.md). */
#ifndef FG_AGGREGATE_EVENTS_H
#define FG_AGGREGATE_EVENTS_H

#include "../state/state.h"

/* When the next period ends, whose event is just before. */
fg_time fg_aggregates_next(const fg_account *account, const fg_state *state);

/* Makes the events of what ends at an instant, and of what is held where an edition begins then, just before it; they
   have happened, so nothing refuses them. Goes first among all that is due. `next` is the edition that begins; NULL:
   none does. FG_OVERFLOW. */
fg_status fg_aggregates_end(fg_account *account, fg_state *draft, fg_time at, const fg_book *next);

/* Makes the events as if all periods ended now, on a draft that is dropped. */
fg_status fg_aggregates_make_now(const fg_account *account, fg_state *draft);
bool fg_aggregates_keep_any(const fg_account *account, const fg_state *state);

#endif
