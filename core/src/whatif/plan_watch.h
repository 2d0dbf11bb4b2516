/* Watches a search, which ends early when its time limit has passed or the caller says so. */
#ifndef FG_PLAN_WATCH_H
#define FG_PLAN_WATCH_H

#include "../../include/faregate_whatif.h"
#include "../base/money.h"

typedef struct fg_plan_watch {
  const fg_plan_query *query;
  int64_t begin_us, asked_us; ///< readings of the steady clock
  uint32_t ticks;
  bool is_over;    ///< the limit has passed, or the caller has ended the search
  bool is_told_to; ///< the caller has ended it
  bool has_plan;   ///< a plan is known, which costs `best`
  fg_amount best, proven;
} fg_plan_watch;

/* A search answers this if it is over before it is complete. */
#define FG_PLAN_OVER FG_STATUS_COUNT

void fg_plan_watch_begin(fg_plan_watch *watch, const fg_plan_query *query);
/* Whether a search goes on: FG_OK or FG_PLAN_OVER. It is asked so often that it reads the clock only once in many
   times. */
fg_status fg_plan_goes_on(fg_plan_watch *watch);

#endif
