/* The rows of each account in the order of time. */
#ifndef FG_EVENT_ORDER_H
#define FG_EVENT_ORDER_H

#include "biller.h"

/* Lets each account's rows of the batch, which are in `sorted`, be in the order of time: sorts them, if the events say
   so, or checks that they are. FG_TIME_REVERSAL with the path "time" and the first row, by its number, that is before
   another of its account. */
fg_status fg_rows_order(fg_biller *biller, const fg_events *events, fg_error *error);

#endif
