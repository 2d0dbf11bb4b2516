/* Divides the accounts of a biller into parts, each done by a thread of its own
   (docs/decisions/0032-threads-of-bill.md). Accounts share nothing that changes, so the parts need no lock. Their
   results are joined in the order of the accounts, so the answer does not depend on the number of threads. */
#ifndef FG_BILL_PARTS_H
#define FG_BILL_PARTS_H

#include "biller.h"

typedef fg_status fg_part_work(fg_bill_part *part, const void *context);

/* Begins a call: what the last one set aside and answered is forgotten. */
void fg_parts_begin(fg_biller *biller);

/* Divide the customers so that each part has about as many rows of the batch, or as many customers. A few are one part,
   because starting a thread takes as long as some thousand rows. */
void fg_parts_by_rows(fg_biller *biller);
void fg_parts_by_customers(fg_biller *biller);

/* Does the work in all parts, and joins their results in the first part. Answers the status of the first part that
   failed; FG_NO_MEMORY. */
fg_status fg_parts_do(fg_biller *biller, fg_part_work *work, const void *context);

/* Whether the call goes on: FG_OK or FG_STOPPED. The first question is for the caller's thread outside of parts. Work
   that may take long asks, in each part, for every event and every account. */
fg_status fg_biller_goes_on(fg_biller *biller);
fg_status fg_part_goes_on(const fg_bill_part *part);

void fg_parts_release(fg_biller *biller);

#endif
