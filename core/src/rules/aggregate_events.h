/* The events that aggregates make at the ends of their periods (docs/decisions/0025-aggregates.md). */
#ifndef FG_AGGREGATE_EVENTS_H
#define FG_AGGREGATE_EVENTS_H

#include "../state/state.h"

/* When the next period of an aggregate ends; its event is at the last microsecond before. */
fg_time fg_aggregates_next(const fg_account *account, const fg_state *state);

/* Makes the events of the periods that end at `at`, and of levels that are held when the edition `next` begins then;
   NULL: none begins. The events are just before `at`, and come before all else that is due then. Nothing can refuse
   them, because their usage has happened. FG_OVERFLOW. */
fg_status fg_aggregates_end(fg_account *account, fg_state *draft, fg_time at, const fg_book *next);

/* Makes the events that there would be if all periods ended now, on a draft that the caller drops. */
fg_status fg_aggregates_make_now(const fg_account *account, fg_state *draft);
bool fg_aggregates_keep_any(const fg_account *account, const fg_state *state);

#endif
