/* An index that finds where things are by the hash of their name, by extendible hashing.

   The highest bits of a hash pick a page from a directory, and the lowest bits name a slot of that page. The thing is
   in that slot or in one of those that follow it, FG_PAGE_REACH slots together. If none of these is free, the page is
   split in two, so that an addition moves at most one page, however large the index is. Nothing is ever removed. */
#ifndef FG_INDEX_H
#define FG_INDEX_H

#include "../base/base.h"

enum { FG_PAGE_SLOTS = 512, FG_PAGE_REACH = 24 };

typedef struct fg_slot {
  uint32_t hash;
  uint32_t position; ///< place in the log; 0: the slot is free
} fg_slot;

typedef struct fg_page {
  /* The page on which this one goes on, because splitting it would not free a slot; NULL: none. */
  struct fg_page *next;
  uint32_t depth; ///< how many high bits of the hash all slots of the page share
  fg_slot slots[];
} fg_page;

typedef struct fg_index {
  /* 2^depth pages, where a page that was not split yet is in several places; NULL: nothing was added yet. */
  fg_page **pages;
  uint32_t depth;
  uint32_t mask; ///< slots of a page less 1; less than FG_PAGE_SLOTS while there is only one page
} fg_index;

void fg_index_release(fg_index *index, const fg_allocator *allocator);
/* Frees some pages, from the place `*from` of the directory on, which is 0 at first; false: none was left. Nothing else
   may be done with the index then. */
bool fg_index_release_pages(fg_index *index, const fg_allocator *allocator, size_t *from, uint32_t pages);

/* The slot of the thing that `is_it` recognises by its position, else the free slot where it would go; NULL if there is
   neither, so that fg_index_make_room is needed. */
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

/* Frees a slot for a thing with this hash that is not in the index. FG_NO_MEMORY; the index still has all that it
   had. */
FG_COLD fg_status fg_index_make_room(fg_index *index, const fg_allocator *allocator, uint32_t hash);

#endif
