/* The columns of a batch of events, read row by row. */
#ifndef FG_EVENT_ROWS_H
#define FG_EVENT_ROWS_H

#include "biller.h"

/* Reads a batch into biller->rows; what cannot be read is set aside. FG_INVALID as fg_biller_run. */
fg_status fg_event_rows_read(fg_biller *biller, const fg_events *events, fg_error *error);

int64_t fg_event_number(const fg_events *events, size_t row);

#endif
