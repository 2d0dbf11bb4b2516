#include "index.h"

enum {
  FIRST_SLOTS = 8,
  MAX_DEPTH = 23, ///< most high bits of a hash that pick a page; the lower bits pick the slot
  /* A page with a full reach and at most so many things is not split, because their hashes are alike. */
  SPARSE = FG_PAGE_SLOTS / 8
};

_Static_assert(FG_PAGE_SLOTS == 1 << (32 - MAX_DEPTH), "32 bits pick page and slot");
_Static_assert((FIRST_SLOTS & (FIRST_SLOTS - 1)) == 0, "a mask picks the slot, on pages that double");

static size_t page_size(uint32_t slots) { return offsetof(fg_page, slots) + slots * sizeof(fg_slot); }

static fg_page *new_page(const fg_allocator *allocator, uint32_t slots, uint32_t depth) {
  fg_page *page = fg_allocate(allocator, page_size(slots));
  if (page != NULL) {
    page->depth = depth;
  }
  return page;
}

static void release_chain(const fg_allocator *allocator, fg_page *page, uint32_t slots) {
  while (page != NULL) {
    fg_page *next = page->next;
    fg_release(allocator, page, page_size(slots));
    page = next;
  }
}

bool fg_index_release_pages(fg_index *index, const fg_allocator *allocator, size_t *from, uint32_t pages) {
  size_t count = index->pages == NULL ? 0 : (size_t)1 << index->depth;
  for (; pages > 0 && *from < count; pages--) {
    fg_page *page = index->pages[*from];
    *from += (size_t)1 << (index->depth - page->depth); /* skips the other places of the same page */
    release_chain(allocator, page, index->mask + 1);
  }
  if (pages == 0) {
    return true;
  }
  fg_release(allocator, index->pages, count * sizeof *index->pages);
  *index = (fg_index){NULL, 0, 0};
  return false;
}

void fg_index_release(fg_index *index, const fg_allocator *allocator) {
  size_t from = 0;
  (void)fg_index_release_pages(index, allocator, &from, UINT32_MAX);
}

/* A free slot within reach of a hash; NULL if there is none. */
static fg_slot *slot_in_reach(fg_page *page, uint32_t mask, uint32_t hash) {
  for (uint32_t i = 0; i < FG_PAGE_REACH; i++) {
    fg_slot *slot = &page->slots[(hash + i) & mask];
    if (slot->position == 0) {
      return slot;
    }
  }
  return NULL;
}

/* Puts a thing on a page, or on one of the pages on which that page goes on. */
static fg_status put_on_page(const fg_allocator *allocator, fg_page *page, uint32_t mask, fg_slot what) {
  fg_slot *slot = slot_in_reach(page, mask, what.hash);
  while (slot == NULL) {
    if (page->next == NULL) {
      page->next = new_page(allocator, mask + 1, page->depth);
      if (page->next == NULL) {
        return FG_NO_MEMORY;
      }
    }
    page = page->next;
    slot = slot_in_reach(page, mask, what.hash);
  }
  *slot = what;
  return FG_OK;
}

/* Spreads the things of a page over two pages, by one bit of their hashes. */
static fg_status spread(const fg_allocator *allocator, const fg_page *from, uint32_t slots, fg_page *const to[2],
                        uint32_t mask, uint32_t bit) {
  for (; from != NULL; from = from->next) {
    fg_slot taken[FG_PAGE_SLOTS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < slots; i++) {
      taken[count] = from->slots[i];
      count += from->slots[i].position != 0;
    }
    for (uint32_t i = 0; i < count; i++) {
      bool is_upper = (taken[i].hash & bit) != 0;
      FG_TRY(put_on_page(allocator, to[is_upper], mask, taken[i]));
    }
  }
  return FG_OK;
}

static fg_status begin(fg_index *index, const fg_allocator *allocator) {
  fg_page *page = new_page(allocator, FIRST_SLOTS, 0);
  fg_page **pages = page == NULL ? NULL : fg_allocate(allocator, sizeof *pages);
  if (pages == NULL) {
    release_chain(allocator, page, FIRST_SLOTS);
    return FG_NO_MEMORY;
  }
  pages[0] = page;
  *index = (fg_index){pages, 0, FIRST_SLOTS - 1};
  return FG_OK;
}

/* Doubles the slots of the only page. */
static fg_status grow_page(fg_index *index, const fg_allocator *allocator) {
  FG_ASSERT(index->depth == 0);
  fg_page *page = index->pages[0];
  uint32_t slots = index->mask + 1;
  fg_page *larger = new_page(allocator, 2 * slots, 0);
  fg_page *const to[2] = {larger, larger};
  if (larger == NULL || spread(allocator, page, slots, to, 2 * slots - 1, 0) != FG_OK) {
    release_chain(allocator, larger, 2 * slots);
    return FG_NO_MEMORY;
  }
  index->pages[0] = larger;
  index->mask = 2 * slots - 1;
  release_chain(allocator, page, slots);
  return FG_OK;
}

/* Doubles the directory, in which each page then has twice as many places. */
static fg_status double_directory(fg_index *index, const fg_allocator *allocator) {
  size_t count = (size_t)1 << index->depth;
  fg_page **pages = count > SIZE_MAX / 2 / sizeof *pages ? NULL : fg_allocate(allocator, 2 * count * sizeof *pages);
  if (pages == NULL) {
    return FG_NO_MEMORY;
  }
  for (size_t i = 0; i < 2 * count; i++) {
    pages[i] = index->pages[i / 2];
  }
  fg_release(allocator, index->pages, count * sizeof *pages);
  index->pages = pages;
  index->depth++;
  return FG_OK;
}

/* Splits a page by the next bit of the hash. Each new page gets half of the places that the page had in the
   directory. */
static fg_status split_page(fg_index *index, const fg_allocator *allocator, uint32_t hash, fg_page *page) {
  uint32_t depth = page->depth;
  FG_ASSERT(depth <= index->depth && depth < MAX_DEPTH);
  if (depth == index->depth) {
    FG_TRY(double_directory(index, allocator));
  }
  fg_page *const to[2] = {new_page(allocator, FG_PAGE_SLOTS, depth + 1), new_page(allocator, FG_PAGE_SLOTS, depth + 1)};
  if (to[0] == NULL || to[1] == NULL ||
      spread(allocator, page, FG_PAGE_SLOTS, to, FG_PAGE_SLOTS - 1, UINT32_C(1) << (31 - depth)) != FG_OK) {
    release_chain(allocator, to[0], FG_PAGE_SLOTS);
    release_chain(allocator, to[1], FG_PAGE_SLOTS);
    return FG_NO_MEMORY;
  }
  uint64_t places = UINT64_C(1) << (index->depth - depth);
  uint64_t first = ((uint64_t)hash << index->depth >> 32) & ~(places - 1);
  for (uint64_t i = 0; i < places; i++) {
    index->pages[first + i] = to[i >= places / 2];
  }
  release_chain(allocator, page, FG_PAGE_SLOTS);
  return FG_OK;
}

static bool is_worth_splitting(const fg_page *page) {
  uint32_t taken = 0;
  for (uint32_t i = 0; i < FG_PAGE_SLOTS; i++) {
    taken += page->slots[i].position != 0;
  }
  return taken > SPARSE && page->depth < MAX_DEPTH;
}

static fg_status lengthen_chain(const fg_allocator *allocator, fg_page *page) {
  while (page->next != NULL) {
    page = page->next;
  }
  page->next = new_page(allocator, FG_PAGE_SLOTS, page->depth);
  return page->next == NULL ? FG_NO_MEMORY : FG_OK;
}

static bool has_room(fg_page *page, uint32_t mask, uint32_t hash) {
  for (; page != NULL; page = page->next) {
    if (slot_in_reach(page, mask, hash) != NULL) {
      return true;
    }
  }
  return false;
}

FG_COLD fg_status fg_index_make_room(fg_index *index, const fg_allocator *allocator, uint32_t hash) {
  if (index->pages == NULL) {
    return begin(index, allocator);
  }
  for (;;) {
    fg_page *page = index->pages[(uint64_t)hash << index->depth >> 32];
    if (has_room(page, index->mask, hash)) {
      return FG_OK;
    }
    if (index->mask + 1 < FG_PAGE_SLOTS) {
      FG_TRY(grow_page(index, allocator));
    } else if (is_worth_splitting(page)) {
      FG_TRY(split_page(index, allocator, hash, page));
    } else {
      FG_TRY(lengthen_chain(allocator, page));
    }
  }
}
