/* Places in a list of texts, found by the text. */
#ifndef FG_TEXT_INDEX_H
#define FG_TEXT_INDEX_H

#include "../base/base.h"

typedef struct fg_text_index {
  const fg_string *texts; ///< all different
  uint64_t *heads;        ///< the first eight bytes of each, with zeros behind a shorter one
  uint16_t *slots;        ///< place + 1 by the hash of the text, 0: free; NULL: the list is short, and is walked
  uint32_t count;
  uint32_t mask; ///< slots - 1
} fg_text_index;

enum { FG_TEXT_INDEX_MAX = 1 << 14 }; ///< texts

/* Memory for the places of at most so many texts; false where it is short. */
bool fg_text_index_begin(fg_text_index *index, const fg_string *texts, uint32_t most, fg_arena *arena,
                         const fg_allocator *allocator);
/* Adds the text that stands next in the list. Answers the place of an equal one, which then stays the only one; -1. */
int64_t fg_text_index_add(fg_text_index *index);

static inline uint64_t fg_text_head(fg_string text) {
  const unsigned char *bytes = (const unsigned char *)text.text;
  size_t length = text.length;
  if (length >= 8) {
    return fg_load64(text.text);
  }
  if (length >= 4) { /* both loads have the bytes between them, which are the same */
    return fg_load32(text.text) | (uint64_t)fg_load32(text.text + length - 4) << 8 * (length - 4);
  }
  return length == 0 ? 0
                     : bytes[0] | (uint64_t)bytes[length / 2] << 8 * (length / 2) |
                           (uint64_t)bytes[length - 1] << 8 * (length - 1);
}

/* The place of a text; -1 if it is not there. The first asks a list of any length about texts of any length. */
int64_t fg_text_index_look_up(const fg_text_index *index, fg_string text, uint64_t head);
static inline int64_t fg_text_index_find(const fg_text_index *index, fg_string text) {
  const uint64_t head = fg_text_head(text);
  const uint64_t *heads = index->heads;
  const uint32_t count = index->slots == NULL && text.length <= 8 ? index->count : 0;
  for (uint32_t i = 0; i < count; i++) {
    if (heads[i] == head && FG_LIKELY(index->texts[i].length == text.length)) {
      return i;
    }
  }
  return fg_text_index_look_up(index, text, head);
}
/* The same of a text that most often stands at a place. */
static inline int64_t fg_text_index_find_at(const fg_text_index *index, uint32_t place, fg_string text) {
  bool is_there = place < index->count && fg_string_equal(index->texts[place], text);
  return FG_LIKELY(is_there) ? (int64_t)place : fg_text_index_find(index, text);
}

#endif
