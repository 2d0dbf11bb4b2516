/* Every page of a ledger's file ends in a stamp, by which a page that was torn or altered is found when it is read. */
#ifndef FG_STORE_PAGES_H
#define FG_STORE_PAGES_H

#include "system.h"

enum { FG_PAGE_SIZE = 4096, FG_STAMP_SIZE = 8 };

/* Writes the stamp of a page to its end; pages are numbered from 1. */
void fg_page_stamp(unsigned char page[FG_PAGE_SIZE], int64_t number);
bool fg_page_is_whole(const unsigned char page[FG_PAGE_SIZE], int64_t number);

/* A set of page numbers, in order. */
typedef struct fg_page_set {
  uint32_t *numbers;
  size_t count, room;
} fg_page_set;

/* Reads a whole file, and finds the first page that is damaged. Pages in the set are skipped, because they are read
   from the log. `*bad` is 0 if there is none. Returns 0 or an errno. */
int fg_pages_find_bad(fg_file file, int64_t page_count, const fg_page_set *in_log, int64_t *bad);

#endif
