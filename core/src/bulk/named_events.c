#include "named_events.h"

/* The account keeps what an event with an id said, but neither when it was nor in which row. Entries stand in a log of
   its ids in the order in which events happened, so a list in the same order can be searched by their positions: noting
   an event costs little, and only an event that comes again is searched for. Where ids are forgotten, a correction is
   in the log of those that last. */

/* Moves the lists on to the account's stretch. */
static void follow_stretch(fg_customer *customer) {
  const fg_ids *ids = &customer->account->ids;
  fg_named_list *now = &customer->named[FG_IDS_NOW];
  fg_named_list *before = &customer->named[FG_IDS_BEFORE];
  fg_named_list older = *before;
  if (ids->length > 0 && customer->named_from + ids->length == ids->begin) {
    *before = *now;
    *now = older;
  } else {
    before->part = NULL;
  }
  now->part = NULL;
  customer->named_from = ids->begin;
}

static fg_status add_named(fg_biller *biller, fg_named_list *list, const fg_id_part *part, fg_named_event event) {
  if (list->part != part) { /* the account was forked or is in another stretch, so positions begin anew */
    list->events.count = 0;
    list->part = part;
  }
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &list->events, 1));
  list->events.items[list->events.count++] = event;
  return FG_OK;
}

fg_status fg_named_events_add(fg_biller *biller, fg_customer *customer, fg_log_place before, fg_time at, int64_t row) {
  const fg_ids *ids = &customer->account->ids;
  if (customer->named_from != ids->begin) {
    follow_stretch(customer);
  }
  uint32_t begin = before.now == ids->now && before.from == ids->begin ? before.next : 0;
  uint32_t end = fg_log_next(ids->now);
  if (FG_LIKELY(end != begin)) {
    return add_named(biller, &customer->named[FG_IDS_NOW], ids->now, (fg_named_event){begin, end, at, row});
  }
  begin = before.lasting == ids->lasting ? before.lasting_next : 0;
  end = fg_log_next(ids->lasting);
  return add_named(biller, &customer->named[FG_IDS_LASTING], ids->lasting, (fg_named_event){begin, end, at, row});
}

/* The list of a part. What is said of the stretches may be of parts that are gone, whose addresses others now have. */
static const fg_named_list *list_of(const fg_customer *customer, const fg_id_part *part) {
  const fg_ids *ids = &customer->account->ids;
  const fg_named_list *named = customer->named;
  if (part == named[FG_IDS_NOW].part && customer->named_from >= fg_ids_known_from(ids)) {
    return &named[FG_IDS_NOW];
  }
  if (part == named[FG_IDS_BEFORE].part && customer->named_from == ids->begin) {
    return &named[FG_IDS_BEFORE];
  }
  return part == named[FG_IDS_LASTING].part ? &named[FG_IDS_LASTING] : NULL;
}

FG_COLD const fg_named_event *fg_named_events_find(const fg_customer *customer, fg_string id) {
  fg_key key;
  fg_ids_key(&customer->account->ids, id, &key);
  fg_entry entry = fg_ids_find(&customer->account->ids, &key);
  const fg_named_list *list = entry.bytes == NULL ? NULL : list_of(customer, entry.part);
  if (list == NULL) {
    return NULL;
  }
  uint32_t low = 0;
  uint32_t high = list->events.count;
  while (low < high) { /* finds the first event whose entry ends behind the one searched for */
    uint32_t middle = low + (high - low) / 2;
    bool is_behind = list->events.items[middle].end > entry.position;
    high = is_behind ? middle : high;
    low = is_behind ? low : middle + 1;
  }
  const fg_named_event *found = list->events.items + low;
  return low < list->events.count && found->begin <= entry.position ? found : NULL;
}
