/* What an account can hold besides lots and calls: a book bounds it, and is refused where it is too much. */
#ifndef FG_BOUND_H
#define FG_BOUND_H

#include "book_keys.h"

enum { FG_ACCOUNT_BYTES_MAX = 64 * 1024 * 1024 };

/* The bytes that an account of a price list can hold for a product, or for a limit that several share. */
int64_t fg_product_bound(const fg_book *list, const fg_product *product);
int64_t fg_limit_bound(const fg_book *list, const fg_limit *limit, bool is_raised);

/* FG_INVALID with the path of the product or limit that is more than what is left of FG_ACCOUNT_BYTES_MAX. */
fg_status fg_check_bound(const fg_book_reader *reader, const fg_book *list);

#endif
