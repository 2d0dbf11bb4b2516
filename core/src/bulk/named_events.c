#include "named_events.h"

/* The account keeps what an event with an id said, but neither when it was nor in which row. Entries stand in the log
   of its ids in the order in which events happened, so a list in the same order can be searched by their positions:
   noting an event costs little, and only an event that comes again is searched for. */

fg_status fg_named_events_add(fg_biller *biller, fg_customer *customer, fg_log_place before, fg_time at, int64_t row) {
  const fg_id_part *part = customer->account->ids.now;
  if (customer->named_in != part) { /* the account was forked, so positions begin anew */
    customer->named.count = 0;
    customer->named_in = part;
  }
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &customer->named, 1));
  uint32_t begin = before.part == part ? before.next : 0;
  customer->named.items[customer->named.count++] = (fg_named_event){begin, part->log.next, at, row};
  return FG_OK;
}

FG_COLD const fg_named_event *fg_named_events_find(const fg_customer *customer, fg_string id) {
  fg_key key;
  fg_ids_key(&customer->account->ids, id, &key);
  fg_entry entry = fg_ids_find(&customer->account->ids, &key);
  if (entry.bytes == NULL || entry.part != customer->named_in) {
    return NULL;
  }
  uint32_t low = 0;
  uint32_t high = customer->named.count;
  while (low < high) { /* finds the first event whose entry ends behind the one searched for */
    uint32_t middle = low + (high - low) / 2;
    bool is_behind = customer->named.items[middle].end > entry.position;
    high = is_behind ? middle : high;
    low = is_behind ? low : middle + 1;
  }
  const fg_named_event *found = customer->named.items + low;
  return low < customer->named.count && found->begin <= entry.position ? found : NULL;
}
