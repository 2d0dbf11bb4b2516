/* Every page of a ledger's file ends in a stamp, so that a page that was torn or altered is known when it is read. */
#ifndef FG_STORE_PAGES_H
#define FG_STORE_PAGES_H

#include "../base/base.h"

enum { FG_PAGE_SIZE = 4096, FG_STAMP_SIZE = 8 };

/* Puts the stamp of a page, numbered from 1, at its end. */
void fg_page_stamp(unsigned char page[FG_PAGE_SIZE], int64_t number);
bool fg_page_is_whole(const unsigned char page[FG_PAGE_SIZE], int64_t number);

/* Pages by number, in order. */
typedef struct fg_page_set {
  uint32_t *numbers;
  size_t count, room;
} fg_page_set;

/* Reads a whole file. Answers the first page that is not whole and not in the log, where it then is read from; 0 if
   there is none; -1 if reading failed (errno). */
int64_t fg_pages_find_bad(int file, int64_t page_count, const fg_page_set *in_log);

#endif
