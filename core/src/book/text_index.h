/* Places in a list of texts, found by the text. */
#ifndef FG_TEXT_INDEX_H
#define FG_TEXT_INDEX_H

#include "../base/base.h"

typedef struct fg_text_index {
  const fg_string *texts; ///< all different
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

/* The place of a text in a longer list; -1 if it is not there. */
int64_t fg_text_index_look_up(const fg_text_index *index, fg_string text);
static inline int64_t fg_text_index_find(const fg_text_index *index, fg_string text) {
  if (index->slots != NULL) {
    return fg_text_index_look_up(index, text);
  }
  for (uint32_t i = 0; i < index->count; i++) {
    if (fg_string_equal(index->texts[i], text)) {
      return i;
    }
  }
  return -1;
}

#endif
