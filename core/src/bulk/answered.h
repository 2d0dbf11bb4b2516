/* Keeps what each event of a batch came to, for callers that ask for it. */
#ifndef FG_ANSWERED_H
#define FG_ANSWERED_H

#include "biller.h"

/* Keeps the outcome of the command that a row led to. FG_NO_MEMORY. */
fg_status fg_answered_add(fg_bill_part *part, const fg_customer *customer, const fg_command *command, size_t place,
                          int64_t row, const fg_outcome *outcome);

/* Sorts the outcomes by row. */
void fg_answered_sort(fg_biller *biller);

#endif
