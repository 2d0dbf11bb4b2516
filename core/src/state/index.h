/* Where things are, by the hash of their name: extendible hashing.

   A directory of pages, picked by the highest bits of the hash; on its page a thing is at one of the FG_PAGE_REACH
   slots that follow the one its lowest bits name. A page with no slot free there is split in two, so that an addition
   moves one page at most, however large the index is. Nothing is ever taken out. */
#ifndef FG_INDEX_H
#define FG_INDEX_H

#include "../base/base.h"

enum { FG_PAGE_SLOTS = 512, FG_PAGE_REACH = 24 };

typedef struct fg_slot {
  uint32_t hash;
  uint32_t position; ///< 0: free
} fg_slot;

typedef struct fg_page {
  struct fg_page *next; ///< where to go on when the reach is full, and splitting would not help; NULL: there is none
  uint32_t depth;       ///< bits of the hash that all its slots share
  fg_slot slots[];
} fg_page;

typedef struct fg_index {
  fg_page **pages; ///< 2^depth, several places for one page that has not been split so far; NULL: nothing was added yet
  uint32_t depth;
  uint32_t mask; ///< slots of a page - 1: less than FG_PAGE_SLOTS while there is only one
} fg_index;

void fg_index_release(fg_index *index, const fg_allocator *allocator);

/* The slot of the thing that `is_it` recognises by its position, else the free slot where it would go; NULL if there is
   none of either (fg_index_make_room). */
static inline fg_slot *fg_index_seek(const fg_index *index, uint32_t hash,
                                     bool (*is_it)(const void *context, uint32_t position), const void *context) {
  fg_page *page = index->pages == NULL ? NULL : index->pages[(uint64_t)hash << index->depth >> 32];
  for (; page != NULL; page = page->next) {
    for (uint32_t i = 0; i < FG_PAGE_REACH; i++) {
      fg_slot *slot = &page->slots[(hash + i) & index->mask];
      if (slot->position == 0 || (slot->hash == hash && is_it(context, slot->position))) {
        return slot;
      }
    }
  }
  return NULL;
}

/* Makes a slot free for something of this hash that is not there yet. FG_NO_MEMORY leaves the index as it was, or
   better prepared. */
FG_COLD fg_status fg_index_make_room(fg_index *index, const fg_allocator *allocator, uint32_t hash);

#endif
