#include "text_index.h"

/* So many texts are compared no slower than one is hashed. */
enum { WALKED_MAX = 8 };

static uint32_t text_hash(fg_string text, uint64_t head) {
  const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
  uint64_t hash = (head ^ text.length) * odd;
  for (size_t place = 8; place < text.length; place += 8) {
    size_t left = text.length - place;
    uint64_t word = fg_text_head((fg_string){text.text + place, left < 8 ? left : 8});
    hash = ((hash ^ hash >> 29) + word) * odd;
  }
  return (uint32_t)(hash >> 32);
}

static bool is_text_at(const fg_text_index *index, uint32_t place, fg_string text, uint64_t head) {
  fg_string own = index->texts[place];
  return index->heads[place] == head && own.length == text.length &&
         (text.length <= 8 || memcmp(own.text + 8, text.text + 8, text.length - 8) == 0);
}

/* The slot of a text in the hash table, or the free slot where it would be put. There is always a free one, because
   there are at least twice as many slots as texts. */
static uint32_t text_slot_of(const fg_text_index *index, fg_string text, uint64_t head) {
  uint32_t slot = text_hash(text, head) & index->mask;
  while (index->slots[slot] != 0 && !is_text_at(index, index->slots[slot] - 1, text, head)) {
    slot = (slot + 1) & index->mask;
  }
  return slot;
}

bool fg_text_index_begin(fg_text_index *index, const fg_string *texts, uint32_t most, fg_arena *arena,
                         const fg_allocator *allocator) {
  FG_ASSERT(most <= FG_TEXT_INDEX_MAX);
  *index = (fg_text_index){.texts = texts};
  index->heads = fg_arena_allocate(arena, allocator, most * sizeof *index->heads);
  if (index->heads == NULL || most <= WALKED_MAX) {
    return index->heads != NULL;
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
  fg_string text = index->texts[index->count];
  int64_t place = fg_text_index_find(index, text);
  index->heads[index->count] = fg_text_head(text);
  if (place < 0 && index->slots != NULL) {
    index->slots[text_slot_of(index, text, index->heads[index->count])] = (uint16_t)(index->count + 1);
  }
  index->count++;
  return place;
}

static int64_t walk(const fg_text_index *index, fg_string text, uint64_t head) {
  for (uint32_t i = 0; i < index->count; i++) {
    if (is_text_at(index, i, text, head)) {
      return i;
    }
  }
  return -1;
}

FG_HOT_APART int64_t fg_text_index_look_up(const fg_text_index *index, fg_string text, uint64_t head) {
  return index->slots == NULL ? walk(index, text, head) : (int64_t)index->slots[text_slot_of(index, text, head)] - 1;
}
