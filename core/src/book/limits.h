/* The limits of a book and what raises them: which windows an account has, and which of them a call is asked by. */
#ifndef FG_LIMITS_H
#define FG_LIMITS_H

#include "book.h"

/* Fills in fg_book.windows and capacities, and what a product has of them. FG_NO_MEMORY. */
fg_status fg_book_lay_out_limits(fg_book *book);

#endif
