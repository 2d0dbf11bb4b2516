/* A search is watched: it ends early where its limit has passed or the caller says so. */
#ifndef FG_PLAN_WATCH_H
#define FG_PLAN_WATCH_H

#include "../../include/faregate_whatif.h"
#include "../base/money.h"

typedef struct fg_plan_watch {
  const fg_plan_query *query;
  int64_t begin_us, asked_us; ///< of the steady clock
  uint32_t ticks;
  bool is_over;    ///< the limit has passed, or the caller ended it
  bool is_told_to; ///< the caller did
  bool has_plan;   ///< that costs `best`
  fg_amount best, proven;
} fg_plan_watch;

/* What a search answers that is over before it is done. */
#define FG_PLAN_OVER FG_STATUS_COUNT

void fg_plan_watch_begin(fg_plan_watch *watch, const fg_plan_query *query);
/* FG_OK or FG_PLAN_OVER. It is asked so often that the clock is looked at once in many times. */
fg_status fg_plan_goes_on(fg_plan_watch *watch);

#endif
