/* Finds the number that belongs to each text of a list, for whole columns of texts. */
#ifndef FG_TEXT_STEPS_H
#define FG_TEXT_STEPS_H

#include "../../include/faregate_bulk.h"
#include "../base/base.h"

typedef struct fg_text_step {
  uint64_t head;  ///< the first eight bytes; zeros follow a shorter text
  fg_string text; ///< text NULL: the slot is free
  uint32_t step;
} fg_text_step;

typedef struct fg_text_steps {
  fg_text_step *slots; ///< by the hash of a text; NULL: the list is empty
  uint32_t mask;       ///< number of slots - 1
} fg_text_steps;

/* Makes room for `count` texts; false if memory is short. */
bool fg_text_steps_begin(fg_text_steps *steps, uint32_t count, const fg_allocator *allocator);
void fg_text_steps_release(fg_text_steps *steps, const fg_allocator *allocator);
void fg_text_steps_put(fg_text_steps *steps, fg_string text, uint32_t step);

/* Adds to each of `count` numbers that of its row's text, or `otherwise` if the text is not in the list. Returns all
   added numbers joined by OR. The column must have no nulls. */
uint32_t fg_text_steps_add(const fg_text_steps *steps, const fg_texts *column, size_t first, size_t count,
                           uint32_t otherwise, uint32_t *numbers);

#endif
