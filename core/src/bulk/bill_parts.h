/* The accounts of a biller in parts, each done by a thread of its own (docs/decisions/0032-threads-of-bill.md).
   Accounts share nothing that changes, so the parts need no lock; and what came of them is joined in the order of the
   accounts, so that the answer does not depend on their number. */
#ifndef FG_BILL_PARTS_H
#define FG_BILL_PARTS_H

#include "biller.h"

typedef fg_status fg_part_work(fg_bill_part *part, const void *context);

/* Forgets what the last call set aside and answered. */
void fg_parts_begin(fg_biller *biller);

/* Divides the customers: such that each part has about as many rows of the batch, or customers of some. Few of them are
   one part, because to begin a thread takes as long as some thousand rows. */
void fg_parts_by_rows(fg_biller *biller);
void fg_parts_by_customers(fg_biller *biller, uint32_t first, uint32_t end);

/* Does the work in all parts, and joins what came of it in the first. The status of the first part that failed;
   FG_NO_MEMORY. */
fg_status fg_parts_do(fg_biller *biller, fg_part_work *work, const void *context);

void fg_parts_release(fg_biller *biller);

#endif
