/* Puts the rows of each account into the order of time. */
#ifndef FG_EVENT_ORDER_H
#define FG_EVENT_ORDER_H

#include "biller.h"

/* Sorts each account's rows in `sorted` by time if the events ask for it, and else checks that they are sorted.
   FG_TIME_REVERSAL with the path "time" and the first row, by its number, that is earlier than a row before it of the
   same account. */
fg_status fg_rows_order(fg_biller *biller, const fg_events *events, fg_error *error);

#endif
