/* How long a pack that nothing was drawn from can be given back (R29), a term of the book. */
#ifndef FG_REFUND_WINDOW_H
#define FG_REFUND_WINDOW_H

#include "book.h"

/* R29: the instant from which on a pack bought at `bought` cannot be refunded. */
fg_time fg_refund_end(const fg_book *book, const fg_policy *policy, fg_time bought);

#endif
