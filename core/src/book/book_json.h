/* Price books from JSON. */
#ifndef FG_BOOK_JSON_H
#define FG_BOOK_JSON_H

#include "book.h"
#include "../json/read.h"

/* As fg_book_load, from a value that was parsed already: a book inside another document. */
fg_status fg_book_read(const fg_json *root, const fg_allocator *allocator, fg_book **book, fg_error *error);

#endif
