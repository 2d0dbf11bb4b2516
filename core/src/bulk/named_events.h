/* Remembers in which row each id came first, so that an event that comes again can be told together with the first
   one. */
#ifndef FG_NAMED_EVENTS_H
#define FG_NAMED_EVENTS_H

#include "biller.h"

/* The places that the logs of an account's ids have reached before a command. */
typedef struct fg_log_place {
  const fg_id_part *now, *lasting; ///< NULL: nothing was added yet
  uint32_t next, lasting_next;
  fg_time from; ///< the begin of the stretch
} fg_log_place;

static inline uint32_t fg_log_next(const fg_id_part *part) { return part == NULL ? 0 : part->log.next; }

static inline fg_log_place fg_log_place_of(const fg_customer *customer) {
  const fg_ids *ids = &customer->account->ids;
  return (fg_log_place){ids->now, ids->lasting, fg_log_next(ids->now), fg_log_next(ids->lasting), ids->begin};
}

/* Notes the row of an event with an id that happened; `before` is the place of the log before it. FG_NO_MEMORY. */
fg_status fg_named_events_add(fg_biller *biller, fg_customer *customer, fg_log_place before, fg_time at, int64_t row);

/* Finds the earlier event with an id; NULL if it was no row of these bills. */
const fg_named_event *fg_named_events_find(const fg_customer *customer, fg_string id);

#endif
