/* How much memory an account can take: a book from which an account could come to hold more than FG_ACCOUNT_BYTES_MAX
   is refused. Lots and calls are not counted. */
#ifndef FG_BOUND_H
#define FG_BOUND_H

#include "book_keys.h"

enum { FG_ACCOUNT_BYTES_MAX = 64 * 1024 * 1024 };

/* An account keeps in which order the units of a count came, as runs of units (rules/count_order.h). Where it has more
   than FG_RUNS_MAX, the oldest are joined, and it is no longer known which of their units came first within a slice. */
enum { FG_RUNS_MAX = 2048, FG_RUN_BYTES = 32 };

/* Checks that the products and limits of a price list stay within FG_ACCOUNT_BYTES_MAX. FG_INVALID with the path of the
   first that does not. */
fg_status fg_check_bound(const fg_book_reader *reader, const fg_book *list);
/* Checks that they do so too where as many editions are in force within open periods as there are. FG_INVALID. */
fg_status fg_check_editions_bound(const fg_book *book, fg_error *error);

#endif
