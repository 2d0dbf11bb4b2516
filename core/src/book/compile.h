/* What follows from a book that was read as a whole, filled in once so that no usage has to find it. */
#ifndef FG_COMPILE_H
#define FG_COMPILE_H

#include "book.h"

/* Fills in what is marked as derived and takes more than one product to know. FG_NO_MEMORY. */
fg_status fg_book_compile(fg_book *book);

#endif
