/* Every page of a ledger's file ends in a stamp, so that a page that was torn or altered is known when it is read. */
#ifndef FG_STORE_PAGES_H
#define FG_STORE_PAGES_H

#include "system.h"

enum { FG_PAGE_SIZE = 4096, FG_STAMP_SIZE = 8 };

/* Puts the stamp of a page, numbered from 1, at its end. */
void fg_page_stamp(unsigned char page[FG_PAGE_SIZE], int64_t number);
bool fg_page_is_whole(const unsigned char page[FG_PAGE_SIZE], int64_t number);

/* Pages by number, in order. */
typedef struct fg_page_set {
  uint32_t *numbers;
  size_t count, room;
} fg_page_set;

/* Reads a whole file, and finds the first page that is not whole and not in the log, where it then is read from; 0:
   there is none. Answers 0 or an errno. */
int fg_pages_find_bad(fg_file file, int64_t page_count, const fg_page_set *in_log, int64_t *bad);

#endif
