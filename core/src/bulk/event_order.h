/* The rows of one account in the order of time. */
#ifndef FG_EVENT_ORDER_H
#define FG_EVENT_ORDER_H

#include "biller.h"

/* Sorts `count` rows by time; those of one instant stay in their order. `room` has place for as many. */
void fg_sort_rows(fg_event_row *rows, size_t count, fg_event_row *room);

#endif
