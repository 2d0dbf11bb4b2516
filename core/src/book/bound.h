/* What an account can hold besides lots and calls: a book bounds it, and is refused where it is too much. */
#ifndef FG_BOUND_H
#define FG_BOUND_H

#include "book_keys.h"

enum { FG_ACCOUNT_BYTES_MAX = 64 * 1024 * 1024 };

/* Of so many runs of the order in which counts came (rules/count_order.h) the oldest are joined: of them it is known
   which slice they are in, and no more which came first within it. */
enum { FG_RUNS_MAX = 2048, FG_RUN_BYTES = 32 };

/* FG_INVALID with the path of the product or limit that is more than what is left of FG_ACCOUNT_BYTES_MAX. */
fg_status fg_check_bound(const fg_book_reader *reader, const fg_book *list);

#endif
