/* Reads price books from JSON. */
#ifndef FG_BOOK_JSON_H
#define FG_BOOK_JSON_H

#include "book.h"
#include "../base/tell.h"
#include "book_faults.h"
#include "../json/read.h"

/* Reads a book as fg_book_load does, from a JSON value that was parsed already: a book may stand inside another
   document. */
fg_status fg_book_read(const fg_json *root, const fg_allocator *allocator, fg_book **book, fg_error *error);

/* Tells a period as a price book states it: as a word or, if it is counted from an anchor, as an object of one
   count. */
void fg_tell_period(fg_teller *to, const char *key, fg_period period);

/* Whether two books rate all usage alike. Keys that are for people alone, and the version of the format, may differ.
   FG_NO_MEMORY. */
fg_status fg_book_rates_as(const fg_book *a, const fg_book *b, bool *same);

/* Reads a book as fg_book_read does, and collects all faults. If there are any, `*book` is left as it is. FG_STOPPED
   where there are more faults than are kept. */
fg_status fg_book_read_all(const fg_json *root, fg_book_faults *faults, fg_book **book, fg_error *error);

#endif
