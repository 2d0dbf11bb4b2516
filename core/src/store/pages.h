/* Every page of a ledger's file ends in a stamp, by which a page that was torn or altered is found when it is read. */
#ifndef FG_STORE_PAGES_H
#define FG_STORE_PAGES_H

#include "../base/watch.h"
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

/* Pages by their numbers, the last included. */
typedef struct fg_page_range {
  int64_t first, last;
} fg_page_range;

/* Pages are read so many at once: 64 KiB, which stay in the processor's cache while they are checked. */
enum { FG_PAGES_AT_ONCE = 16, FG_PAGES_ROOM = FG_PAGES_AT_ONCE * FG_PAGE_SIZE };

/* Reads pages of a file, and finds the first that is damaged. Pages in the set are skipped, because they are read from
   the log. `room` has FG_PAGES_ROOM bytes. `*bad` is 0 if no page is damaged. `watch` may be NULL. Returns 0 or an
   errno, ECANCELED if the watch is over. */
int fg_pages_find_bad(fg_file file, fg_page_range range, const fg_page_set *in_log, fg_watch *watch,
                      unsigned char *room, int64_t *bad);

#endif
