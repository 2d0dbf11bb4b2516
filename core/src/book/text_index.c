#include "text_index.h"

/* A walk over so many is as fast as a hash. */
enum { WALKED_MAX = 4 };

static uint32_t text_hash_of(fg_string text) {
  uint64_t hash = text.length;
  for (size_t at = 0; at < text.length; at += 8) {
    uint64_t word = 0;
    size_t left = text.length - at;
    memcpy(&word, text.text + at, left < 8 ? left : 8);
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    hash ^= hash >> 29;
  }
  return (uint32_t)(hash >> 16);
}

/* The slot that holds the text, or the free one where it would stand: there are twice as many slots as texts. */
static uint32_t text_slot_of(const fg_text_index *index, fg_string text) {
  uint32_t slot = text_hash_of(text) & index->mask;
  while (index->slots[slot] != 0 && !fg_string_equal(index->texts[index->slots[slot] - 1], text)) {
    slot = (slot + 1) & index->mask;
  }
  return slot;
}

bool fg_text_index_begin(fg_text_index *index, const fg_string *texts, uint32_t most, fg_arena *arena,
                         const fg_allocator *allocator) {
  FG_ASSERT(most <= FG_TEXT_INDEX_MAX);
  *index = (fg_text_index){.texts = texts};
  if (most <= WALKED_MAX) {
    return true;
  }
  uint32_t slots = 16;
  while (slots < 2 * most) {
    slots *= 2;
  }
  index->mask = slots - 1;
  index->slots = fg_arena_allocate(arena, allocator, slots * sizeof *index->slots);
  return index->slots != NULL;
}

int64_t fg_text_index_add(fg_text_index *index) {
  int64_t place = fg_text_index_find(index, index->texts[index->count]);
  if (place < 0 && index->slots != NULL) {
    index->slots[text_slot_of(index, index->texts[index->count])] = (uint16_t)(index->count + 1);
  }
  index->count++;
  return place;
}

int64_t fg_text_index_look_up(const fg_text_index *index, fg_string text) {
  return (int64_t)index->slots[text_slot_of(index, text)] - 1;
}
