/* Reads the columns of a batch of events row by row. */
#ifndef FG_EVENT_ROWS_H
#define FG_EVENT_ROWS_H

#include "biller.h"

/* Reads a batch into biller->rows, and sets rows aside that cannot be read. FG_INVALID as for fg_biller_run. */
fg_status fg_event_rows_read(fg_biller *biller, const fg_events *events, fg_error *error);

int64_t fg_event_number(const fg_events *events, size_t row);

#endif
