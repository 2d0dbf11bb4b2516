/* What follows from a book once all of it was read. It is derived when the book is loaded, so that no usage has to find
   it. */
#ifndef FG_COMPILE_H
#define FG_COMPILE_H

#include "book.h"

/* Fills in the members marked as derived that take more than one product to know. FG_NO_MEMORY. */
fg_status fg_book_compile(fg_book *book);

#endif
